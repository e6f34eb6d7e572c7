// The command `reproduce`: figures and tables of the papers, run, judged and drawn.

import type { Command, Console } from '../command.ts'
import { runWork } from '../batch/run-work.ts'
import { MAKING, PUBLISHING, type Work } from '../batch/work.ts'
import { dataDirectory, requireDirectory } from '../files.ts'
import { absolutePath, describeOptions, integer, parseOptions, UsageError, type Values, word } from '../options.ts'
import { SIGNAL_STATUS } from '../signals.ts'
import { textTable } from '../report/table.ts'
import { abbreviated, citedIn } from '../papers.ts'
import { untilSignal } from '../until-signal.ts'
import { choose, missingData, requireData } from './choose.ts'
import { type Experiment, SCALES } from './experiment.ts'
import { configurationHash, keyOf } from './records.ts'
import { type Verified, verifyRecords } from './verify.ts'

/** Which runs are meant. */
export const CHOICE = {
  scale: word(SCALES, 'default', 'sizes, epochs and seeds of the runs'),
  seed: integer(0, 'first seed', 0),
} as const

const OPTIONS = {
  ...CHOICE,
  ...MAKING,
  verify: integer(0, 'make N recorded runs again, of any scale, and compare; nothing is recorded', 0),
  ...PUBLISHING,
} as const

type Options = Values<typeof OPTIONS>

const HELP = `feedback-alignment reproduce [NAME…] [options]

Runs experiments of the papers and says, claim by claim, whether they come out. NAME is an experiment, or the beginning
of several names (refinetti2021); without a name the experiments are listed. Every finished run is recorded in a file of its
own and used again, so that an interrupted command goes on where it stopped. --part makes a share of the runs, on any
machine that shares the directory of records; --on writes the scripts that let a scheduler do so; collect judges then.

Options [default]:
${describeOptions(OPTIONS)}
  --help                          this text

Exit status: 0 no claim fails, 1 a claim fails or a run cannot be finished, 2 bad usage or bad input,
129, 130 or 143 interrupted by SIGHUP, SIGINT or SIGTERM; by SIGUSR1, before a time limit, 0.`

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
      const chosen = choose('reproduce', experiments, names)
      if (options.data !== undefined) requireDirectory('--data', options.data)
      requireData(experiments, chosen, options.data, options.scale)
      if (options.verify > 0) {
        return verify(chosen, { ...options, runs: absolutePath('--runs', options.runs ?? 'runs') }, console)
      }
      return runWork(reproduction(experiments, names, chosen, options), options, options, console)
    },
  }
}

/** Of the names of works: they are parts of names of files and jobs. */
const LONGEST = 60

/** Experiments as work: `names` are the words that chose them. */
export function reproduction(experiments: readonly Experiment[], names: readonly string[],
  chosen: readonly Experiment[], { scale, seed }: Pick<Options, 'scale' | 'seed'>): Work
{
  const name = [...names.map((one) => one.replaceAll(/[^a-z0-9.]+/gi, '-')), scale,
    ...(seed === 0 ? [] : [`seed${seed}`])].join('-')
  return {
    name: name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 9)}-${configurationHash({ name }).slice(0, 8)}`,
    words: ['reproduce', ...names, '--scale', scale, '--seed', String(seed)],
    experiments: chosen,
    scale,
    seed,
    order: experiments.map(({ name }) => name),
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

/** Makes recorded runs again and compares. */
async function verify(chosen: readonly Experiment[],
  { verify: count, jobs, data, runs: directory }: Options & { readonly runs: string },
  console: Console): Promise<number>
{
  let verified: readonly Verified[] = []
  const ended = await untilSignal(async (signal, progress) => {
    verified = await verifyRecords(chosen, { count, jobs, data, directory, signal, progress })
  })
  if (ended !== undefined) return SIGNAL_STATUS[ended]
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
