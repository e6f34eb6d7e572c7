// Brings experiments to the end of their plans: what is recorded is used, what is missing is run and recorded.

import { dataSizes } from '../files.ts'
import { labKernels } from '../kernels.ts'
import { packageVersion } from '../version.ts'
import type { Experiment, Run, Scale } from './experiment.ts'
import { appendRecord, type DataSizes, keyOf, readRecords, type Record, resultHash } from './records.ts'
import { type Job, runJobs } from './run-pool.ts'

/** An experiment on its way: what is recorded of it, what is planned, and why it cannot be finished. */
export interface State {
  readonly experiment: Experiment
  readonly sizes: DataSizes | undefined
  readonly known: Map<string, Run<object, unknown>>
  plan: readonly object[]
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
  readonly signal: AbortSignal
  /** Runs done of those of this round, with fractions for those under way. */
  readonly progress: (done: number, total: number) => void
}

/** Where the runs of this process are made, for records and reports. */
export function thisMachine(): Record['machine'] {
  return { version: packageVersion(), runtime: `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    tier: labKernels().kernels.tier }
}

/** The experiment with its usable records, none of them when `fresh`; remarks say which lines are not usable. */
export function begin(experiment: Experiment, directory: string, data: string | undefined, fresh: boolean,
  remark: (text: string) => void): State
{
  const names = [...experiment.data, ...(experiment.dataIfPresent ?? [])]
  const sizes = data === undefined || names.length === 0 ? undefined : dataSizes(data, names)
  const recorded = fresh ? undefined : readRecords(directory, experiment, sizes)
  recorded?.remarks.forEach(remark)
  return { experiment, sizes, known: new Map(recorded?.runs), plan: [], faults: [] }
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
 * experiment ends that one. Ends early when the signal is aborted; finished runs are recorded.
 */
export async function finish(states: readonly State[], conditions: Conditions): Promise<void> {
  const { scale, seed, jobs: workers, data, directory, signal } = conditions
  const machine = thisMachine()
  while (!signal.aborted) {
    const going = states.filter(({ faults }) => faults.length === 0)
    for (const state of going) attempt(state, 'plan', () => planFurther(state, scale, seed))
    const jobs = going.flatMap((state) => (state.faults.length > 0 ? [] : missingRuns(state)))
    if (jobs.length === 0) return
    const stateOf = (job: Job): State | undefined => states.find(({ experiment }) => experiment === job.experiment)
    const failures = await runJobs(jobs, {
      workers,
      data,
      signal,
      finished(job, result, seconds) {
        const state = stateOf(job)
        const { experiment: { name, revision }, configuration } = job
        const made = { experiment: name, revision, configuration, result, hash: resultHash(result), seconds, machine }
        appendRecord(directory, state?.sizes === undefined ? made : { ...made, data: state.sizes })
        // What is judged is what a record holds, so that a second reading cannot differ from the first.
        const back = JSON.parse(JSON.stringify({ configuration, result })) as Pick<Record, 'configuration' | 'result'>
        state?.known.set(keyOf(configuration), { ...back, seconds })
      },
      progress: (done, fractions) =>
        conditions.progress(done + fractions.reduce((total, part) => total + part, 0), jobs.length),
    })
    for (const state of states) {
      const own = failures.filter(({ job }) => stateOf(job) === state)
      // A file that is damaged is said once, not by every run that reads it.
      for (const message of new Set(own.map((failure) => failure.message))) {
        const [first, ...others] = own.filter((failure) => failure.message === message)
        const which = others.length === 0 ? 'configuration' : `${others.length + 1} configurations, the first`
        state.faults.push(`${message} (${which} ${keyOf(first.job.configuration)})`)
      }
    }
  }
}

function missingRuns({ experiment, known, plan }: State): Job[] {
  const missing = plan.filter((configuration) => !known.has(keyOf(configuration)))
  return missing.map((configuration) => ({ experiment, configuration }))
}

/** Recorded runs may open later rounds at once: a plan is asked again until it stays as it is. */
function planFurther(state: State, scale: Scale, seed: number): void {
  let before: number
  do {
    before = state.plan.length
    state.plan = state.experiment.plan(scale, seed, runsOf(state))
  } while (state.plan.length !== before)
}
