// The command `collect`: what has become of work that others made, judged once it is whole.

import { join } from 'node:path'
import type { Command, Console } from '../command.ts'
import { dataDirectory, isFirst, requireDirectory } from '../files.ts'
import { absolutePath, describeOptions, flag, type Option, parseOptions, UsageError, type Values } from '../options.ts'
import { count } from '../report/format.ts'
import { choose } from '../reproduce/choose.ts'
import { dataStamps, stampMemory } from '../reproduce/data-stamps.ts'
import type { Experiment } from '../reproduce/experiment.ts'
import { keyOf, readFailure } from '../reproduce/records.ts'
import { CHOICE, reproduction } from '../reproduce/reproduce.ts'
import { openRound, roundsOf } from '../reproduce/rounds.ts'
import { attempt, planFurther, type State } from '../reproduce/runner.ts'
import { readSweep } from '../sweep/sweep-file.ts'
import { sweepWork } from '../sweep/sweep.ts'
import { packageVersion } from '../version.ts'
import { mergeRecords, otherVersions } from './merge.ts'
import { changesSince, planOf, readPlan } from './plan-file.ts'
import { openPublished, publish } from './run-work.ts'
import { MAKING, PUBLISHING, type Work } from './work.ts'

const from: Option<readonly string[]> = {
  placeholder: 'DIR,DIR,…',
  help: 'directories whose records are brought into that of --runs first',
  fallback: [],
  read: (text, name) =>
    text.split(',').map((one) => {
      const directory = absolutePath(`--${name}`, one)
      requireDirectory(`--${name}`, directory)
      return directory
    }),
}

const OPTIONS = {
  ...CHOICE,
  runs: MAKING.runs,
  from,
  data: { ...MAKING.data, help: 'directory of the data sets: records that were made from other data are left out' },
  rounds: flag('exit with status 4, once for each, when a further round has opened: what job scripts submit again for'),
  ...PUBLISHING,
} as const

type Options = Values<typeof OPTIONS>

const HELP = `feedback-alignment collect NAME… | FILE.json [options]

Judges and reports, as reproduce NAME… or sweep FILE.json do, what others have made: parts, on this machine or on many.
Nothing is run. It says which runs are missing, which failed and why, which are recorded more than once, and which were
made by another version; records that were changed, are broken, or were made from other data are named and left out.

Options [default]:
${describeOptions(OPTIONS)}
  --help                          this text

Exit status: 0 no claim fails, 1 a claim fails, a run failed or two results of one run differ, 2 bad usage or bad input,
3 runs are missing, 4 a further round has opened (--rounds).`

/** Runs are missing. */
const MISSING_STATUS = 3
/** A further round is open: the same parts can be submitted again. */
const ROUND_STATUS = 4

/** The `collect` command over a table of experiments. */
export function collectCommand(experiments: readonly Experiment[]): Command {
  return {
    name: 'collect',
    summary: 'judge and report what parts on this and other machines have made',
    help: HELP,
    run(args, console) {
      const words: string[] = []
      const options = parseOptions('collect', OPTIONS, args, words)
      if (words.length === 0) {
        throw new UsageError('collect: must be given NAME… or FILE.json, got neither (see --help)')
      }
      return collect(workOf(experiments, words, options), options, console)
    },
  }
}

/** The work that words mean: a file of a sweep, or experiments. Throws: UsageError. */
function workOf(experiments: readonly Experiment[], words: readonly string[], options: Options): Work {
  const [first] = words
  if (!first.endsWith('.json')) {
    return reproduction(experiments, words, choose('collect', experiments, words), options)
  }
  if (words.length > 1) throw new UsageError(`collect: must be given one FILE.json, got ${words.join(' ')}`)
  for (const name of ['scale', 'seed'] as const) {
    if (options[name] !== CHOICE[name].fallback) {
      throw new UsageError(`--${name}: must come with NAME…, got ${options[name]} beside ${first}, which has its own`)
    }
  }
  const file = absolutePath('collect', first)
  return sweepWork(readSweep(file), file)
}

function collect(work: Work, options: Options, console: Console): number {
  const runs = absolutePath('--runs', options.runs ?? 'runs')
  const results = openPublished(console, options)
  const { error } = results.console
  changesSince(readPlan(runs, work.name), planOf(work)).forEach(error)
  const data = dataDirectory(options.data)
  const states = work.experiments.map((experiment): State => {
    const names = [...experiment.data, ...(experiment.dataIfPresent ?? [])]
    const stamps = data === undefined || names.length === 0 ? undefined : dataStamps(data, stampMemory(runs))
    const { recorded, remarks, conflicts } = mergeRecords(runs, options.from, experiment, stamps)
    const state: State = { experiment, stamps, known: new Map(recorded.runs), plan: [], rounds: [],
      faults: [...conflicts] }
    attempt(state, 'plan', () => {
      state.rounds = roundsOf(experiment, work.scale, work.seed, state.known)
      planFurther(state, work.scale, work.seed)
    })
    const others = otherVersions(recorded, state.plan, packageVersion())
    for (const remark of [...remarks, ...others]) error(`${experiment.name}: ${remark}`)
    return state
  })
  let failed = 0
  for (const state of states) failed += sayMissing(state, runs, error)
  // What has failed in one experiment does not keep the others from their next round; the last one publishes.
  const mark = join(runs, 'plans', `${work.name}.round-${sumOfRounds(states)}`)
  if (options.rounds && isOpened(states) && isFirst(mark)) return ROUND_STATUS
  const whole = states.filter(({ rounds, faults }) => openRound(rounds) === undefined || faults.length > 0)
  const status = whole.length === 0 ? 0 : publish(work, whole, options, results)
  if (failed > 0) return 1
  return whole.length < states.length && status === 0 ? MISSING_STATUS : status
}

/** Whether a round after the first has runs to make; some of them may be there, by parts that ended after the one before. */
function isOpened(states: readonly State[]): boolean {
  return states.some(({ rounds }) => rounds.length > 1 && openRound(rounds) !== undefined)
}

/** Grows with every round that opens anywhere. */
const sumOfRounds = (states: readonly State[]): number => states.reduce((sum, { rounds }) => sum + rounds.length, 0)

/** Says what is missing of an experiment and why; returns how many of its runs have failed. */
function sayMissing({ experiment: { name }, rounds }: State, runs: string, say: (text: string) => void): number {
  const open = openRound(rounds)
  if (open === undefined) return 0
  say(`${name}: ${open}`)
  const failures = (rounds.at(-1)?.missing ?? []).flatMap((configuration) => {
    const message = readFailure(runs, name, configuration)
    return message === undefined ? [] : [{ configuration, message }]
  })
  for (const message of new Set(failures.map((one) => one.message))) {
    const [first, ...others] = failures.filter((one) => one.message === message)
    say(
      `${name}: ${count(others.length + 1, 'run')} failed: ${message} (${
        others.length === 0 ? 'configuration' : 'the first'
      } ${keyOf(first.configuration)})`,
    )
  }
  return failures.length
}
