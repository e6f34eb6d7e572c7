// The command `reproduce`: figures and tables of the papers, run, judged and drawn.

import { availableParallelism } from 'node:os'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command, Console } from '../command.ts'
import type { Claim } from '../claims/claim.ts'
import { claimJson, claimsTable, jsonText, verdictCounts } from '../claims/table.ts'
import { dataSizes, requireDirectory, requireWritable } from '../files.ts'
import { labKernels } from '../kernels.ts'
import { absolutePath, describeOptions, flag, integer, output, parseOptions, path, ranked, UsageError, type Values,
  word } from '../options.ts'
import { openResults, overwriteResults, type Results } from '../results.ts'
import { type EndingSignal, onEndingSignal, SIGNAL_STATUS } from '../signals.ts'
import { progressLine } from '../progress.ts'
import { textTable } from '../report/table.ts'
import { respell } from '../spelling.ts'
import { packageVersion } from '../version.ts'
import { type Experiment, type Run, type Scale, SCALES } from './experiment.ts'
import { appendRecord, type DataSizes, keyOf, readRecords, recordFile } from './records.ts'
import { reproduceMarkdown } from './markdown.ts'
import { duration, type Outcome, reproduceReport } from './report.ts'
import { type Job, runJobs } from './run-pool.ts'

const OPTIONS = {
  scale: word(SCALES, 'default', 'sizes, epochs and seeds of the runs'),
  seed: integer(0, 'first seed', 0),
  data: path('DIR', 'directory of the data sets (or FEEDBACK_ALIGNMENT_DATA)'),
  runs: path('DIR', 'where finished runs are recorded and found again', 'runs'),
  fresh: flag('make all runs again, whatever is recorded'),
  jobs: integer(availableParallelism(), 'runs at the same time'),
  report: path('DIR', 'write an HTML report with figures'),
  json: output('write claims and runs as JSON'),
  markdown: output('write claims and tables as Markdown'),
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

Exit status: 0 every claim holds, 1 a claim fails or a run cannot be finished, 2 bad usage or bad input,
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
      const options = { ...parsed, data: parsed.data ?? process.env['FEEDBACK_ALIGNMENT_DATA'] }
      if (names.length === 0) {
        console.out(list(experiments, options.data, console))
        return 0
      }
      const chosen = choose(experiments, names)
      if (options.data !== undefined) requireDirectory('--data', options.data)
      requireData(experiments, chosen, options.data, options.scale)
      const results = openResults(console, options.overwrite, {
        '--json': options.json,
        '--markdown': options.markdown,
        '--report': options.report === undefined ? undefined : join(options.report, 'index.html'),
      })
      const runs = absolutePath('--runs', options.runs ?? 'runs')
      for (const { name } of chosen) requireWritable('--runs', recordFile(runs, name), 'append')
      return runAll(names, chosen, { ...options, runs }, results)
    },
  }
}

function list(experiments: readonly Experiment[], data: string | undefined, console: Console): string {
  const minutes = (
    value: number,
  ): string => (value < 1
    ? `${Math.max(1, Math.round(60 * value))} s`
    : value < 90
    ? `${Math.round(value)} min`
    : `${Math.round(value / 60)} h`)
  const table = {
    columns: [{ name: 'experiment' }, { name: 'what', flexible: true }, { name: 'source', flexible: true }, {
      name: 'quick',
      align: 'right',
    }, { name: 'default', align: 'right' }, { name: 'paper', align: 'right' }, { name: 'data', flexible: true }],
    rows: experiments.map((e) => {
      const missing = missingData(e, data, 'default')
      const needs = e.data.length === 0
        ? 'generated'
        : [...new Set(e.data.map((file) => file.split('/')[0]))].join(', ')
      return [e.name, e.title, e.source.replaceAll('refinetti2021', 'R21'), ...SCALES.map((scale) =>
        minutes(e.minutes[scale])
      ), missing.length === 0 ? needs : `${needs} (--data)`]
    }),
  } as const
  return `${
    textTable(table, console.width)
  }\n\nTimes are expected minutes on two processors. R21 Refinetti et al. 2021.\nfeedback-alignment reproduce NAME… runs; --help describes the options.`
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

function missingData(
  { data, quickData = data }: Experiment,
  directory: string | undefined,
  scale: Scale,
): readonly string[] {
  return (scale === 'quick' ? quickData : data).filter((file) =>
    directory === undefined || ![file, `${file}.gz`].some((name) => existsSync(join(directory, name)))
  )
}

/** Throws: UsageError naming the files that are not there, where they were looked for, and what runs without them. */
function requireData(
  experiments: readonly Experiment[],
  chosen: readonly Experiment[],
  directory: string | undefined,
  scale: Scale,
): void {
  const missing = [...new Set(chosen.flatMap((e) => missingData(e, directory, scale)))]
  if (missing.length === 0) return
  const without = experiments.filter((e) => missingData(e, directory, scale).length === 0).map(({ name }) => name)
  const where = directory === undefined
    ? 'no directory was given (--data DIR or FEEDBACK_ALIGNMENT_DATA)'
    : `looked in ${directory}`
  throw new UsageError(
    `data: ${missing.map((file) => `${file}(.gz)`).join(', ')} must exist, ${where}; `
      + (without.length === 0 ? 'every experiment needs data' : `these run without: ${without.join(', ')}`),
  )
}

/** An experiment on its way: what is recorded of it, what is planned, and why it cannot be finished. */
interface State {
  readonly experiment: Experiment
  readonly sizes: DataSizes | undefined
  readonly known: Map<string, Run<object, unknown>>
  plan: readonly object[]
  readonly faults: string[]
}

function sizesOf({ data, dataIfPresent = [] }: Experiment, directory: string | undefined): DataSizes | undefined {
  const names = [...data, ...dataIfPresent]
  return directory === undefined || names.length === 0 ? undefined : dataSizes(directory, names)
}

/** The finished runs of the plan, in its order. */
function runsOf({ known, plan }: State): Run<object, unknown>[] {
  return plan.flatMap((configuration) => known.get(keyOf(configuration)) ?? [])
}

function missingRuns({ experiment, known, plan }: State): Job[] {
  const missing = plan.filter((configuration) => !known.has(keyOf(configuration)))
  return missing.map((configuration) => ({ experiment, configuration }))
}

/** Recorded runs may open later rounds at once: a plan is asked again until it stays as it is. */
function planFurther(entry: State, scale: Scale, seed: number): void {
  let before: number
  do {
    before = entry.plan.length
    entry.plan = entry.experiment.plan(scale, seed, runsOf(entry))
  } while (entry.plan.length !== before)
}

/** Does a step of one experiment; what it throws is a fault of that experiment alone. */
function attempt({ faults }: State, what: string, step: () => void): void {
  try {
    step()
  } catch (error) {
    faults.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function runAll(
  names: readonly string[],
  chosen: readonly Experiment[],
  options: Options & { readonly runs: string },
  { console, write: writeResult }: Results,
): Promise<number> {
  const { scale, seed, jobs: workers, data, runs: directory } = options
  const { kernels } = labKernels()
  const machine = {
    version: packageVersion(),
    runtime: `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    tier: kernels.tier,
  }
  const progress = progressLine(process.stderr)
  const abort = new AbortController()
  let signal: EndingSignal | undefined
  const stopListening = onEndingSignal('once', (name) => {
    signal = name
    abort.abort()
  })
  const state = chosen.map((e): State => {
    const sizes = sizesOf(e, data)
    const recorded = options.fresh ? undefined : readRecords(directory, e, sizes)
    for (const remark of recorded?.remarks ?? []) console.error(remark)
    return { experiment: e, sizes, known: new Map(recorded?.runs), plan: [], faults: [] }
  })
  try {
    // All experiments together, round after round: the processors are busy until the last run. What fails in one
    // experiment ends that one.
    for (;;) {
      const going = state.filter(({ faults }) => faults.length === 0)
      for (const entry of going) attempt(entry, 'plan', () => planFurther(entry, scale, seed))
      const jobs = going.flatMap((entry) => (entry.faults.length > 0 ? [] : missingRuns(entry)))
      if (jobs.length === 0) break
      const start = performance.now()
      const failures = await runJobs(jobs, {
        workers,
        data,
        signal: abort.signal,
        finished({ experiment, configuration }, result, seconds) {
          const entry = state.find((one) => one.experiment === experiment)
          // What is judged is what a record holds, so that a second reading cannot differ from the first.
          const record = {
            experiment: experiment.name,
            revision: experiment.revision,
            configuration,
            result,
            seconds,
            machine,
            ...(entry?.sizes === undefined ? {} : { data: entry.sizes }),
          }
          appendRecord(directory, record)
          const back = JSON.parse(JSON.stringify(record)) as typeof record
          entry?.known.set(keyOf(configuration), { configuration: back.configuration, result: back.result, seconds })
        },
        progress(done, fractions) {
          const part = (done + fractions.reduce((total, fraction) => total + fraction, 0)) / jobs.length
          const left = (performance.now() - start) / 1000 * (1 - part) / part
          progress.update(`${done} of ${jobs.length} runs${part > 0.01 ? `, about ${duration(left)} left` : ''}`)
        },
      })
      for (const { job, message } of failures) {
        const entry = state.find(({ experiment }) => experiment === job.experiment)
        entry?.faults.push(`${message} (configuration ${keyOf(job.configuration)})`)
      }
      if (abort.signal.aborted) break
    }
  } finally {
    progress.clear()
    stopListening()
  }
  if (signal !== undefined) {
    console.error(`interrupted; finished runs are in ${directory}, the same command goes on from there`)
    return SIGNAL_STATUS[signal]
  }
  const outcomes: Outcome[] = []
  for (const entry of state) {
    // The plan of an experiment without faults names nothing that is missing.
    if (entry.faults.length === 0) {
      attempt(entry, 'judge', () => {
        const runs = runsOf(entry)
        outcomes.push({ experiment: entry.experiment, runs, judgment: entry.experiment.judge(runs, scale) })
      })
    }
    for (const fault of entry.faults) console.error(`${entry.experiment.name}: ${fault}`)
  }
  print(outcomes, console)
  if (options.json !== undefined) {
    writeResult(options.json,
      jsonText(
        outcomes.map(({ experiment, runs, judgment }) => ({
          experiment: experiment.name,
          scale,
          claims: judgment.claims.map(claimJson),
          runs,
        })),
      ))
  }
  if (options.markdown !== undefined) {
    const command = `reproduce ${names.join(' ')} --scale ${scale} --seed ${seed}`
    writeResult(options.markdown,
      reproduceMarkdown(outcomes, ['# Results',
        `Written by \`${command}\`, feedback-alignment ${machine.version}, ${machine.runtime}.`]))
  }
  if (options.report !== undefined) console.out(`Report: ${reproduceReport(options.report, outcomes, scale, seed)}`)
  const fails = outcomes.some(({ judgment }) => judgment.claims.some(({ verdict }) => verdict === 'fails'))
  return outcomes.length < state.length || fails ? 1 : 0
}

function print(outcomes: readonly Outcome[], console: Console): void {
  const claims: Claim[] = []
  for (const { experiment, runs, judgment } of outcomes) {
    const seconds = runs.reduce((total, run) => total + run.seconds, 0)
    console.out(`\n${experiment.name}: ${experiment.title} (${runs.length} runs, ${duration(seconds)} in all)\n`)
    for (const { caption, table } of judgment.tables ?? []) {
      console.out(`${caption}\n${textTable(table, console.width)}\n`)
    }
    if (judgment.claims.length > 0) console.out(textTable(claimsTable(judgment.claims), console.width))
    claims.push(...judgment.claims)
  }
  const failed = claims.filter(({ verdict }) => verdict === 'fails')
  console.out(`\n${verdictCounts(claims)}`)
  for (const { id, statement } of failed) console.out(`FAILS  ${id}: ${statement}`)
}
