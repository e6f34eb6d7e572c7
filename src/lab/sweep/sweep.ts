// The command `sweep`: many trainings from one file.

import { basename } from 'node:path'
import { runWork } from '../batch/run-work.ts'
import { MAKING, PUBLISHING, type Work } from '../batch/work.ts'
import type { Command } from '../command.ts'
import { dataDirectory, requireDirectory } from '../files.ts'
import { absolutePath, describeOptions, flag, parseOptions, UsageError } from '../options.ts'
import { count } from '../report/format.ts'
import { requireData } from '../reproduce/choose.ts'
import type { Experiment, Run } from '../reproduce/experiment.ts'
import { configurationHash } from '../reproduce/records.ts'
import { lengthened } from '../training/short-form.ts'
import { filesOf } from '../training/tasks.ts'
import { shapeOf } from './axes.ts'
import { summary } from './summary.ts'
import { readSweep, type Sweep } from './sweep-file.ts'
import { type TrainingResult, type TrainingRun, trainings } from './trainings.ts'

const { markdown: _, verbose: __, ...WRITING } = PUBLISHING

const OPTIONS = {
  list: flag('print the trainings with the names of their records, and run nothing'),
  ...MAKING,
  ...WRITING,
} as const

const HELP = `feedback-alignment sweep FILE.json [options]

Trains every combination of options that FILE.json declares, and tabulates what came out. "train" has options that all
trainings share, as a configuration file of train; every object in "axes" has options with their values, and what stands
in one object goes together; "log" has both ends and how many; "seeds" is the fastest axis:

  {"name": "rates", "train": {"dataset": "mnist", "hidden": [500], "epochs": 5, "validation-samples": 5000},
   "axes": [{"rule": ["bp", "fa", "dfa"]}, {"rate": {"log": [0.001, 1, 4]}},
            {"batch": [32, 64], "momentum": [0.9, 0.95]}],
   "seeds": 2}

"alignment-samples" is that of train, 0 unless given. Every training has a record of its own, whatever sweep asked for it,
and is made once; one that is interrupted goes on from its checkpoint. --part makes a share, on any machine that shares the
directory of records; --on writes the scripts that let a scheduler do so; collect FILE.json tabulates then.

Options [default]:
${describeOptions(OPTIONS)}
  --help                          this text

Exit status: 0 every training has a record, 1 one could not be made, 2 bad usage or bad input, 129, 130 or 143 interrupted
by SIGHUP, SIGINT or SIGTERM; by SIGUSR1, before a time limit, 0.`

/** The `sweep` command. */
export const sweepCommand: Command = {
  name: 'sweep',
  summary: 'train every combination of the options that a file declares',
  help: HELP,
  async run(args, console) {
    const words: string[] = []
    const parsed = parseOptions('sweep', OPTIONS, args, words)
    const options = { ...parsed, data: dataDirectory(parsed.data) }
    if (words.length !== 1) throw new UsageError(`sweep: must be given one FILE.json, got ${words.length} (see --help)`)
    const file = absolutePath('sweep', words[0])
    const sweep = readSweep(file)
    const shown = options.json === '-' ? console.error : console.out
    shown(
      `${sweep.name}: ${count(sweep.runs.length, 'training')}${
        sweep.axes.length === 0 ? '' : `: ${shapeOf(sweep.axes)}`
      }`,
    )
    if (options.list) {
      for (const run of sweep.runs) console.out(`${configurationHash(run)}  ${describe(sweep, run)}`)
      return 0
    }
    if (options.data !== undefined) requireDirectory('--data', options.data)
    const work = sweepWork(sweep, file)
    requireData(work.experiments, work.experiments, options.data, work.scale)
    return runWork(work, options, { ...options, markdown: undefined, verbose: false }, console)
  },
}

/** Values of the axes of one training. */
function describe({ axes }: Sweep, { training }: TrainingRun): string {
  const values: Readonly<Record<string, unknown>> = lengthened(training)
  return axes.flatMap(({ options }) => options).map((option) => {
    const value = values[option]
    return `${option} ${typeof value === 'string' ? value : JSON.stringify(value)}`
  }).join(', ')
}

/** A sweep as work. */
export function sweepWork(sweep: Sweep, file: string): Work {
  const datasets = [...new Set(sweep.runs.map(({ training }) => training.dataset))]
  const experiment: Experiment = {
    ...trainings,
    title: `Sweep ${sweep.name}`,
    about: sweep.axes.length === 0 ? 'One training.' : `All combinations of ${shapeOf(sweep.axes)}.`,
    data: [...new Set(datasets.flatMap((dataset) => filesOf({ dataset }).files))],
    plan: () => sweep.runs,
    judge: (runs) =>
      summary(sweep,
        (runs as readonly Run<TrainingRun, TrainingResult>[]).map((run) => ({ ...run,
          configuration: { ...run.configuration, training: lengthened(run.configuration.training) } })
        )),
  }
  return { name: sweep.name, words: ['sweep', file], sweep: sweep.text, experiments: [experiment], scale: 'default',
    seed: 0, order: [basename(file)] }
}
