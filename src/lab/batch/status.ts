// The command `status`: how far work is, from the files of a directory alone.

import type { Command, Console } from '../command.ts'
import { diskTime, readText, requireDirectory, writtenAt } from '../files.ts'
import { absolutePath, parseOptions, UsageError } from '../options.ts'
import { textTable } from '../report/table.ts'
import type { Experiment } from '../reproduce/experiment.ts'
import { keyOf, readFailure, readRecords, runFile } from '../reproduce/records.ts'
import { duration } from '../reproduce/report.ts'
import { type Round, roundsOf } from '../reproduce/rounds.ts'
import { parseSweep } from '../sweep/sweep-file.ts'
import { sweepWork } from '../sweep/sweep.ts'
import { type PlanFile, readPlans } from './plan-file.ts'

const HELP = `feedback-alignment status [DIR]

Says of every work whose plan lies in DIR [runs], a directory of records, how many runs are done, under way, interrupted
and failed, and what time is left, from the files alone: nobody need be asked, and nothing is run.

  done         with a record
  running      with a mark or a checkpoint of the last minutes, by the clock of the disk
  interrupted  with a checkpoint from which whoever makes the run goes on
  failed       with a reason; made again by the same command
  left         mean time of a run, times those that are missing, over those that are running

Runs of further rounds count once the round before is whole.

Exit status: 0 every run of every plan is done, 1 runs have failed, 2 bad usage or bad input, 3 runs are missing.`

/** A mark is written every twenty seconds, a checkpoint every minute; slow disks and long steps are given more. */
const FRESH = 150_000

/** What can be said of one experiment of a plan. */
export interface Progress {
  readonly rounds: number
  readonly planned: number
  readonly done: number
  readonly running: number
  readonly interrupted: number
  readonly failed: number
  /** Seconds; undefined where nothing tells. */
  readonly left: number | undefined
}

/** The `status` command over a table of experiments. */
export function statusCommand(experiments: readonly Experiment[]): Command {
  return {
    name: 'status',
    summary: 'how far work is that others make, from its files',
    help: HELP,
    run(args, console) {
      const words: string[] = []
      parseOptions('status', {}, args, words)
      if (words.length > 1) throw new UsageError(`status: must be given one directory, got ${words.join(' ')}`)
      const runs = absolutePath('status', words[0] ?? 'runs')
      requireDirectory('status', runs)
      return status(experiments, runs, console)
    },
  }
}

function status(experiments: readonly Experiment[], runs: string, console: Console): number {
  const plans = readPlans(runs)
  if (plans.length === 0) throw new UsageError(`status: ${runs} must hold plans of reproduce or sweep, got none`)
  const now = diskTime(runs)
  const all: Progress[] = []
  let unknown = 0
  const rows = plans.flatMap((plan) => {
    const known = experimentsOf(plan, experiments)
    for (const name of plan.experiments) {
      if (known.some((experiment) => experiment.name === name)) continue
      unknown++
      console.error(`${plan.plan}: this version has no experiment ${name}`)
    }
    return known.map((experiment) => {
      const progress = progressOf(experiment, plan, runs, now)
      all.push(progress)
      const { rounds, planned, done, running, interrupted, failed, left } = progress
      return [plan.plan, experiment.name, rounds, `${done} of ${planned}`, running, interrupted, failed,
        done === planned ? '–' : left === undefined ? '?' : duration(left)]
    })
  })
  const right = (name: string) => ({ name, align: 'right' as const })
  console.out(textTable({
    columns: [{ name: 'plan' }, { name: 'experiment' }, right('round'), right('done'), right('running'),
      right('interrupted'), right('failed'), right('left')],
    rows,
  }, console.width))
  if (all.some(({ failed }) => failed > 0)) return 1
  return unknown === 0 && all.every(({ done, planned }) => done === planned) ? 0 : 3
}

/** The experiments of a plan that this version has. */
function experimentsOf({ plan, experiments: names, sweep }: PlanFile,
  experiments: readonly Experiment[]): readonly Experiment[]
{
  if (sweep !== undefined) return sweepWork(parseSweep(sweep, plan), plan).experiments
  return experiments.filter(({ name }) => names.includes(name))
}

/** Counts the runs of the rounds that are open; `now` is the time of the disk. */
export function progressOf(experiment: Experiment, { scale, seed }: Pick<PlanFile, 'scale' | 'seed'>, runs: string,
  now: number): Progress
{
  const { runs: known } = readRecords(runs, experiment)
  const rounds = roundsOf(experiment, scale, seed, known)
  const planned = rounds.reduce((sum, { configurations }) => sum + configurations.length, 0)
  const last: Round | undefined = rounds.at(-1)
  const missing = last?.missing ?? []
  let running = 0, interrupted = 0, failed = 0, made = 0
  for (const configuration of missing) {
    const file = (what: 'running' | 'checkpoint'): string => runFile(runs, experiment.name, configuration, what)
    const times = [writtenAt(file('running')), writtenAt(file('checkpoint'))]
    if (times.some((time) => time !== undefined && now - time < FRESH)) {
      running++
      made += fractionIn(file('running'))
    } else if (readFailure(runs, experiment.name, configuration) !== undefined) failed++
    else if (times[1] !== undefined) interrupted++
  }
  // Of this plan alone: the directory may hold other scales, and other sweeps.
  const seconds = rounds.flatMap(({ configurations }) =>
    configurations.flatMap((configuration) => known.get(keyOf(configuration))?.seconds ?? [])
  )
  const mean = seconds.reduce((sum, one) => sum + one, 0) / seconds.length
  return { rounds: rounds.length, planned, done: planned - missing.length, running, interrupted, failed,
    left: seconds.length === 0 ? undefined : mean * (missing.length - made) / Math.max(1, running) }
}

/** How far a run said that it was. */
function fractionIn(file: string): number {
  try {
    const { fraction } = JSON.parse(readText(file) ?? '{}') as { readonly fraction?: unknown }
    return typeof fraction === 'number' && fraction >= 0 && fraction <= 1 ? fraction : 0
  } catch {
    return 0
  }
}
