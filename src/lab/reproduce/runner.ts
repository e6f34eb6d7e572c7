// Brings experiments to the end of their plans: what is recorded is used, what is missing is run and recorded.

import { cpus } from 'node:os'
import { isOwn, type Part } from '../batch/part.ts'
import { writeWhole } from '../files.ts'
import { labKernels } from '../kernels.ts'
import { UsageError } from '../options.ts'
import { commit, packageVersion } from '../version.ts'
import { type DataStamp, type DataStamps, dataStamps, stampMemory } from './data-stamps.ts'
import type { Experiment, Run, Scale } from './experiment.ts'
import { dataOf, keyOf, type Machine, readRecord, readRecords, type Record, removeRunFile, resultHash, runFile,
  tidyRuns, writeFailure, writeRecord } from './records.ts'
import { type Round, roundsOf } from './rounds.ts'
import { type Job, runJobs } from './run-pool.ts'

/** An experiment on its way: what is recorded of it, what is planned, and why it cannot be finished. */
export interface State {
  readonly experiment: Experiment
  readonly stamps: DataStamps | undefined
  readonly known: Map<string, Run<object, unknown>>
  plan: readonly object[]
  /** Of a part alone: the rounds of the plan as far as they are open. */
  rounds: readonly Round[]
  readonly faults: string[]
}

/** What runs are made with; nothing of it changes a result. */
export interface Conditions {
  readonly scale: Scale
  readonly seed: number
  readonly jobs: number
  readonly data: string | undefined
  /** Where runs are recorded. */
  readonly directory: string
  /** The share of the runs that is made; all unless given. */
  readonly part?: Part
  /** Whether runs are made whatever is recorded meanwhile; false unless given. */
  readonly fresh?: boolean
  readonly signal: AbortSignal
  /** Runs done of those of this round, with fractions for those under way. */
  readonly progress: (done: number, total: number) => void
}

/** Where the runs of this process are made, for records and reports. */
export function thisMachine(): Machine {
  const hash = commit()
  const model = cpus()[0]?.model.trim()
  return { version: packageVersion(), ...(hash === undefined ? {} : { commit: hash }),
    runtime: `Node ${process.versions.node}, ${process.platform} ${process.arch}`, engine: `V8 ${process.versions.v8}`,
    tier: labKernels().kernels.tier, ...(model === undefined || model === '' ? {} : { processor: model }) }
}

/** The experiment with its usable records, none of them when `fresh`; remarks say which lines are not usable. */
export function begin(experiment: Experiment, directory: string, data: string | undefined, fresh: boolean,
  remark: (text: string) => void): State
{
  const names = [...experiment.data, ...(experiment.dataIfPresent ?? [])]
  const stamps = data === undefined || names.length === 0 ? undefined : dataStamps(data, stampMemory(directory))
  const recorded = fresh ? undefined : readRecords(directory, experiment, stamps)
  recorded?.remarks.forEach(remark)
  if (recorded !== undefined) tidyRuns(directory, experiment.name, recorded.runs.values())
  return { experiment, stamps, known: new Map(recorded?.runs), plan: [], rounds: [], faults: [] }
}

/** The finished runs of the plan, in its order. */
export function runsOf({ known, plan }: State): Run<object, unknown>[] {
  return plan.flatMap((configuration) => known.get(keyOf(configuration)) ?? [])
}

/** Does a step of one experiment; what it throws is a fault of that experiment alone. */
export function attempt({ faults }: State, what: string, step: () => void): void {
  try {
    step()
  } catch (error) {
    faults.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * All experiments together, round after round, so that the processors are busy until the last run. What fails in one
 * experiment ends that one. A part makes its share of every round that is open, and ends where others have to finish one
 * first. Ends early when the signal is aborted; finished runs are recorded.
 */
export async function finish(states: readonly State[], conditions: Conditions): Promise<void> {
  const { scale, seed, part, jobs: workers, data, directory, signal, fresh = false } = conditions
  const stateOf = (job: Job): State | undefined => states.find(({ experiment }) => experiment === job.experiment)
  const read = new Map<string, string | number>()
  while (!signal.aborted) {
    const going = states.filter(({ faults }) => faults.length === 0)
    if (part === undefined) { for (const state of going) attempt(state, 'plan', () => planFurther(state, scale, seed)) }
    else planOpen(going, scale, seed)
    const jobs = going.flatMap((state) =>
      state.faults.length > 0 ? []
        : missingRuns(state, part === undefined ? state.plan : shareOf(states, state, part), directory)
    )
    if (jobs.length === 0) return
    const keeper = recorder(directory, stateOf, fresh, read)
    const failures = await runJobs(jobs, {
      workers,
      data,
      signal,
      ...keeper,
      progress: (done, fractions) =>
        conditions.progress(done + fractions.reduce((total, fraction) => total + fraction, 0), jobs.length),
    })
    keeper.leave()
    for (const { job: { experiment, configuration }, message } of failures) {
      writeFailure(directory, { experiment: experiment.name, configuration, message, machine: thisMachine() })
    }
    for (const state of states) {
      const own = failures.filter(({ job }) => stateOf(job) === state)
      // A file that is damaged is said once, not by every run that reads it.
      for (const message of new Set(own.map((failure) => failure.message))) {
        const [first, ...others] = own.filter((failure) => failure.message === message)
        const which = others.length === 0 ? 'configuration' : `${others.length + 1} configurations, the first`
        state.faults.push(`${message} (${which} ${keyOf(first.job.configuration)})`)
      }
      if (part !== undefined) readOthers(state, directory)
    }
  }
}

/** A run that takes longer than this says that it is under way, and again after as long. Units: milliseconds. */
const MARK_EVERY = 20_000

/**
 * The stamp, which is added to what was read before. Throws: UsageError for other content under the same name: workers keep
 * what they have read, and nobody could tell which of the two a result is made from.
 */
function sameAs(read: Map<string, string | number>, stamp: DataStamp): DataStamp {
  for (const [file, now] of Object.entries(stamp)) {
    if ((read.get(file) ?? now) !== now) {
      throw new UsageError(`data: ${file} must stay as it is while runs are made, got other content; start again`)
    }
    read.set(file, now)
  }
  return stamp
}

/**
 * What the pool is told so that records are written and found, and runs under way can be seen from outside. `read` is what
 * data files held for the runs before.
 */
function recorder(directory: string, stateOf: (job: Job) => State | undefined, fresh: boolean,
  read: Map<string, string | number>
): {
  readonly isWanted: (job: Job) => boolean
  readonly finished: (job: Job, result: unknown, seconds: number) => void
  readonly underWay: (job: Job, fraction: number) => void
  /** Removes the marks of runs that are under way no more. */
  readonly leave: () => void
} {
  let machine: Machine | undefined
  const data = new Map<Job, DataStamp>()
  const marked = new Map<Job, number>()
  return {
    isWanted(job) {
      const { experiment, configuration } = job
      const state = stateOf(job)
      const made = fresh ? undefined : readRecord(directory, experiment, configuration, state?.stamps)
      if (made !== undefined) {
        state?.known.set(keyOf(configuration), made)
        return false
      }
      // What the run reads is what lies there now, not what lies there when it ends.
      if (state?.stamps !== undefined) {
        data.set(job, sameAs(read, state.stamps.of(dataOf(experiment, configuration))))
      }
      marked.set(job, performance.now())
      // What was kept of a run is as old as its record would be.
      if (fresh) removeRunFile(directory, experiment.name, configuration, 'checkpoint')
      return true
    },
    finished(job, result, seconds) {
      const { experiment: { name, revision }, configuration } = job
      const stamp = data.get(job)
      // In bytes on macOS and in kilobytes elsewhere; Node says kilobytes everywhere.
      const megabytes = Math.ceil(process.resourceUsage().maxRSS / 1024)
      // Not before: runs begin sooner.
      machine ??= thisMachine()
      const made: Record = { experiment: name, revision, configuration, result, hash: resultHash(result), seconds,
        megabytes, machine, ...(stamp === undefined ? {} : { data: stamp }) }
      marked.delete(job)
      writeRecord(directory, made)
      // What is judged is what a record holds, so that a second reading cannot differ from the first.
      const back = JSON.parse(JSON.stringify({ configuration, result })) as Pick<Record, 'configuration' | 'result'>
      stateOf(job)?.known.set(keyOf(configuration), { ...back, seconds })
    },
    underWay(job, fraction) {
      const now = performance.now()
      if (now - (marked.get(job) ?? now) < MARK_EVERY) return
      marked.set(job, now)
      try {
        writeWhole(runFile(directory, job.experiment.name, job.configuration, 'running'),
          `${JSON.stringify({ fraction })}\n`)
      } catch (error) {
        // A mark that cannot be written is no reason to stop.
        if (!(error instanceof UsageError)) throw error
      }
    },
    leave() {
      for (const { experiment, configuration } of marked.keys()) {
        removeRunFile(directory, experiment.name, configuration, 'running')
      }
    },
  }
}

function doesResume({ resumes = false }: Experiment, configuration: object): boolean {
  return typeof resumes === 'boolean' ? resumes : resumes(configuration)
}

/** The runs of a list that are not known, each once. */
function missingRuns({ experiment, known }: State, configurations: readonly object[], directory: string): Job[] {
  const missing = new Map(configurations.map((configuration) => [keyOf(configuration), configuration] as const))
  for (const key of known.keys()) missing.delete(key)
  return [...missing.values()].map((configuration) => ({ experiment, configuration,
    ...(doesResume(experiment, configuration)
      ? { checkpoint: runFile(directory, experiment.name, configuration, 'checkpoint') } : {}) })
  )
}

/** Recorded runs may open later rounds at once: a plan is asked again until it stays as it is. */
export function planFurther(state: State, scale: Scale, seed: number): void {
  let before: number
  do {
    before = state.plan.length
    state.plan = state.experiment.plan(scale, seed, runsOf(state))
  } while (state.plan.length !== before)
}

/** The rounds of the plans as far as they are open. */
export function planOpen(states: readonly State[], scale: Scale, seed: number): void {
  for (const state of states) {
    attempt(state, 'plan', () => {
      state.rounds = roundsOf(state.experiment, scale, seed, state.known)
      state.plan = state.rounds.flatMap(({ configurations }) => configurations)
    })
  }
}

/** What the part makes of the last round: positions go on from round to round, and do not depend on other plans' later rounds. */
function shareOf(states: readonly State[], state: State, part: Part): readonly object[] {
  const before = states.slice(0, states.indexOf(state))
  const first = before.reduce((sum, { rounds }) => sum + (rounds[0]?.configurations.length ?? 0), 0)
  const last = state.rounds.at(-1)?.configurations ?? []
  const offset = first + state.plan.length - last.length
  return last.filter((_, index) => isOwn(part, offset + index))
}

/** Takes in what others have recorded meanwhile. */
function readOthers({ experiment, stamps, known, plan }: State, directory: string): void {
  for (const configuration of plan) {
    const key = keyOf(configuration)
    if (known.has(key)) continue
    const made = readRecord(directory, experiment, configuration, stamps)
    if (made !== undefined) known.set(key, made)
  }
}
