// The command `reproduce`: figures and tables of the papers, run, judged and drawn.

import { count } from '../report/format.ts'
import { availableParallelism } from 'node:os'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command, Console } from '../command.ts'
import type { Claim } from '../claims/claim.ts'
import { claimJson, claimsTable, jsonText, verdictCounts } from '../claims/table.ts'
import { dataDirectory, readText, requireDirectory, requireWritable } from '../files.ts'
import { absolutePath, describeOptions, flag, integer, output, parseOptions, path, ranked, STANDARD_OUTPUT, UsageError,
  type Values, word } from '../options.ts'
import { openResults, overwriteResults, type Results } from '../results.ts'
import { type EndingSignal, onEndingSignal, SIGNAL_STATUS } from '../signals.ts'
import { progressLine } from '../progress.ts'
import { textTable } from '../report/table.ts'
import { respell } from '../spelling.ts'
import { abbreviated, citedIn } from '../papers.ts'
import { type Experiment, type Scale, SCALES } from './experiment.ts'
import { keyOf, recordFile } from './records.ts'
import { reproduceMarkdown } from './markdown.ts'
import { duration, type Outcome, reproduceReport } from './report.ts'
import { attempt, begin, finish, runsOf, thisMachine } from './runner.ts'
import { type Verified, verifyRecords } from './verify.ts'

const OPTIONS = {
  scale: word(SCALES, 'default', 'sizes, epochs and seeds of the runs'),
  seed: integer(0, 'first seed', 0),
  data: path('DIR', 'directory of the data sets (or FEEDBACK_ALIGNMENT_DATA)'),
  runs: path('DIR', 'where finished runs are recorded and found again', 'runs'),
  fresh: flag('make all runs again, whatever is recorded'),
  verify: integer(0, 'make N recorded runs again, of any scale, and compare; nothing is recorded', 0),
  verbose: flag('show where each tolerance comes from'),
  jobs: integer(availableParallelism(), 'runs at the same time'),
  report: path('DIR', 'write an HTML report with figures'),
  json: output('write claims and runs as JSON'),
  markdown: output('write claims and tables as Markdown; sections of other experiments that are there stay'),
  overwrite: overwriteResults,
} as const

type Options = Values<typeof OPTIONS>

const HELP = `feedback-alignment reproduce [NAME…] [options]

Runs experiments of the papers and says, claim by claim, whether they come out. NAME is an experiment, or the beginning
of several names (refinetti2021); without a name the experiments are listed. Finished runs are recorded as JSON lines and
used again, so that an interrupted command goes on where it stopped.

Options [default]:
${describeOptions(OPTIONS)}
  --help                          this text

Exit status: 0 no claim fails, 1 a claim fails or a run cannot be finished, 2 bad usage or bad input,
129, 130 or 143 interrupted by SIGHUP, SIGINT or SIGTERM.`

/** The `reproduce` command over a table of experiments. */
export function reproduceCommand(experiments: readonly Experiment[]): Command {
  return {
    name: 'reproduce',
    summary: 'run figures and tables of the papers; without a name, list them',
    help: HELP,
    async run(args, console) {
      const names: string[] = []
      const parsed = parseOptions('reproduce', OPTIONS, args, names)
      const options = { ...parsed, data: dataDirectory(parsed.data) }
      if (names.length === 0) {
        console.out(list(experiments, options.data, console))
        return 0
      }
      const chosen = choose(experiments, names)
      if (options.data !== undefined) requireDirectory('--data', options.data)
      requireData(experiments, chosen, options.data, options.scale)
      if (options.verify > 0) {
        return verify(chosen, { ...options, runs: absolutePath('--runs', options.runs ?? 'runs') }, console)
      }
      const results = openResults(console, options.overwrite, { '--json': options.json, '--markdown': options.markdown,
        '--report': options.report === undefined ? undefined : join(options.report, 'index.html') })
      const runs = absolutePath('--runs', options.runs ?? 'runs')
      for (const { name } of chosen) requireWritable('--runs', recordFile(runs, name), 'append')
      return runAll(experiments.map(({ name }) => name), chosen, { ...options, runs }, results)
    },
  }
}

function list(experiments: readonly Experiment[], data: string | undefined, console: Console): string {
  const minutes = (
    value: number,
  ): string => (value < 1 ? `${Math.max(1, Math.round(60 * value))} s`
    : value < 90 ? `${Math.round(value)} min` : `${Math.round(value / 60)} h`)
  const table = {
    columns: [{ name: 'experiment' }, { name: 'what', flexible: true }, { name: 'source', flexible: true }, {
      name: 'quick',
      align: 'right',
    }, { name: 'default', align: 'right' }, { name: 'paper', align: 'right' }, { name: 'data', flexible: true }],
    rows: experiments.map((e) => {
      const missing = missingData(e, data, 'default')
      const needs = e.data.length === 0 ? 'generated'
        : [...new Set(e.data.map((file) => file.split('/')[0]))].join(', ')
      return [e.name, e.title, abbreviated(e.source), ...SCALES.map((scale) => minutes(e.minutes[scale])),
        missing.length === 0 ? needs : `${needs} (--data)`]
    }),
  } as const
  const papers = citedIn(experiments.map(({ source }) => source).join()).map(({ abbreviation, authors, year, arXiv }) =>
    `${abbreviation} ${authors} ${year} (arXiv ${arXiv}).`
  ).join(' ')
  return `${textTable(table, console.width)}\n\nTimes are expected minutes on two processors. `
    + `${papers}\nfeedback-alignment reproduce NAME… runs; --help describes the options.`
}

/** The experiments that names and beginnings of names stand for, each once, in the order of the table. */
function choose(experiments: readonly Experiment[], names: readonly string[]): readonly Experiment[] {
  for (const name of names) {
    if (matching(experiments, name).length > 0) continue
    // The part behind the slash is what people remember.
    const known = experiments.map((e) => e.name)
    const order = ranked(name, [...known, ...known.map((full) => full.split('/').pop() ?? full)])
    const near = [
      ...new Set(order.map((found) => known.find((full) => full === found || full.endsWith(`/${found}`)) ?? found)),
    ]
    throw new UsageError(`reproduce: there is no experiment "${name}"; there are, nearest first: ${near.join(', ')}`)
  }
  const chosen = new Set(names.flatMap((name) => matching(experiments, name)))
  return experiments.filter((e) => chosen.has(e))
}

/** The experiment of that name alone, or all whose names begin so. */
function matching(experiments: readonly Experiment[], asked: string): readonly Experiment[] {
  const wanted = respell(asked)
  const exact = experiments.filter(({ name }) => name === wanted)
  return exact.length > 0 ? exact : experiments.filter(({ name }) => wanted !== '' && name.startsWith(wanted))
}

function missingData({ data, quickData = data }: Experiment, directory: string | undefined,
  scale: Scale): readonly string[]
{
  return (scale === 'quick' ? quickData : data).filter((file) =>
    directory === undefined || ![file, `${file}.gz`].some((name) => existsSync(join(directory, name)))
  )
}

/** Throws: UsageError naming the files that are not there, where they were looked for, and what runs without them. */
function requireData(experiments: readonly Experiment[], chosen: readonly Experiment[], directory: string | undefined,
  scale: Scale): void
{
  const missing = [...new Set(chosen.flatMap((e) => missingData(e, directory, scale)))]
  if (missing.length === 0) return
  const without = experiments.filter((e) => missingData(e, directory, scale).length === 0).map(({ name }) => name)
  const where = directory === undefined ? 'no directory was given (--data DIR or FEEDBACK_ALIGNMENT_DATA)'
    : `looked in ${directory}`
  throw new UsageError(
    `data: ${missing.map((file) => `${file}(.gz)`).join(', ')} must exist, ${where}; `
      + (without.length === 0 ? 'every experiment needs data' : `these run without: ${without.join(', ')}`),
  )
}

/** `order` is that of all experiments in a page of results. */
async function runAll(order: readonly string[], chosen: readonly Experiment[],
  options: Options & { readonly runs: string }, { console, write: writeResult }: Results): Promise<number>
{
  const { scale, seed, jobs, data, runs: directory } = options
  const states = chosen.map((e) => begin(e, directory, data, options.fresh, console.error))
  const ended = await untilSignal((signal, progress) =>
    finish(states, { scale, seed, jobs, data, directory, signal, progress })
  )
  if (ended !== undefined) {
    console.error(`interrupted; finished runs are in ${directory}, the same command goes on from there`)
    return ended
  }
  const outcomes: Outcome[] = []
  for (const state of states) {
    const { experiment, faults } = state
    // The plan of an experiment without faults names nothing that is missing.
    if (faults.length === 0) {
      attempt(state, 'judge', () => {
        const runs = runsOf(state)
        outcomes.push({ experiment, runs, judgment: experiment.judge(runs, scale) })
      })
    }
    for (const fault of faults) console.error(`${experiment.name}: ${fault}`)
  }
  print(outcomes, options.verbose, console)
  if (options.json !== undefined) {
    const content = outcomes.map(({ experiment, runs, judgment: { claims } }) => ({ experiment: experiment.name, scale,
      claims: claims.map(claimJson), runs })
    )
    writeResult(options.json, jsonText(content))
  }
  if (options.markdown !== undefined) {
    const { version, runtime } = thisMachine()
    const day = new Date().toISOString().slice(0, 10)
    const how = `scale ${scale}, seed ${seed}, judged by feedback-alignment ${version} on ${runtime}, ${day}`
    const before = options.markdown === STANDARD_OUTPUT ? undefined : readText(options.markdown)
    writeResult(options.markdown,
      reproduceMarkdown(outcomes, how, order, before?.startsWith('# Results\n') === true ? before : ''))
  }
  if (options.report !== undefined) console.out(`Report: ${reproduceReport(options.report, outcomes, scale, seed)}`)
  const fails = outcomes.some(({ judgment }) => judgment.claims.some(({ verdict }) => verdict === 'fails'))
  return outcomes.length < states.length || fails ? 1 : 0
}

/** Makes recorded runs again and compares. */
async function verify(chosen: readonly Experiment[],
  { verify: count, jobs, data, runs: directory }: Options & { readonly runs: string },
  console: Console): Promise<number>
{
  let verified: readonly Verified[] = []
  const ended = await untilSignal(async (signal, progress) => {
    verified = await verifyRecords(chosen, { count, jobs, data, directory, signal, progress })
  })
  if (ended !== undefined) return ended
  if (verified.length === 0) {
    throw new UsageError(
      `--runs: ${directory} must hold recorded runs of ${chosen.map(({ name }) => name).join(', ')}, got none`,
    )
  }
  const different = verified.filter(({ recorded, today }) => recorded !== today)
  for (const { experiment, configuration, recorded, today } of different) {
    console.out(`DIFFERS  ${experiment}: recorded ${recorded}, now ${today} (configuration ${keyOf(configuration)})`)
  }
  console.out(
    `${verified.length} recorded ${verified.length === 1 ? 'run' : 'runs'} made again, ${different.length} `
      + `${different.length === 1 ? 'differs' : 'differ'}`,
  )
  return different.length === 0 ? 0 : 1
}

/** Does work that ends when this process is asked to end; returns the exit status of that signal, undefined without one. */
async function untilSignal(
  work: (signal: AbortSignal, progress: (done: number, total: number) => void) => Promise<void>,
): Promise<number | undefined> {
  const line = progressLine(process.stderr)
  const abort = new AbortController()
  let ended: EndingSignal | undefined
  const stopListening = onEndingSignal('once', (name) => {
    ended = name
    abort.abort()
  })
  const start = performance.now()
  try {
    await work(abort.signal, (done, total) => {
      const part = done / total
      const left = (performance.now() - start) / 1000 * (1 - part) / part
      line.update(`${Math.floor(done)} of ${total} runs${part > 0.01 ? `, about ${duration(left)} left` : ''}`)
    })
  } finally {
    line.clear()
    stopListening()
  }
  return ended === undefined ? undefined : SIGNAL_STATUS[ended]
}

function print(outcomes: readonly Outcome[], verbose: boolean, console: Console): void {
  const claims: Claim[] = []
  for (const { experiment, runs, judgment } of outcomes) {
    const seconds = runs.reduce((total, run) => total + run.seconds, 0)
    console.out(
      `\n${experiment.name}: ${experiment.title} (${count(runs.length, 'run')}, ${duration(seconds)} in all)\n`,
    )
    for (const { caption, table } of judgment.tables ?? []) {
      console.out(`${caption}\n${textTable(table, console.width)}\n`)
    }
    if (judgment.claims.length > 0) {
      console.out(textTable(claimsTable(judgment.claims, verbose, console.width), console.width, console.color))
    }
    claims.push(...judgment.claims)
  }
  const failed = claims.filter(({ verdict }) => verdict === 'fails')
  console.out(`\n${verdictCounts(claims)}`)
  for (const { id, statement } of failed) console.out(`FAILS  ${id}: ${statement}`)
}
