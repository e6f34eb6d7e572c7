// Are recorded results what a run gives today? Recorded runs are made again, each the first in a fresh worker.

import type { Experiment } from './experiment.ts'
import { readRecords, resultHash } from './records.ts'
import { type Job, runJobs } from './run-pool.ts'
import type { Conditions } from './runner.ts'

/** One recorded run that was made again. */
export interface Verified {
  readonly experiment: string
  readonly configuration: object
  readonly recorded: string
  /** Hash of the result today; why there is none, where the run failed. */
  readonly today: string
}

/** What verification needs. */
export interface VerifyOptions extends Omit<Conditions, 'scale' | 'seed'> {
  /** Recorded runs to make again, evenly over all records. */
  readonly count: number
}

/**
 * Makes `count` recorded runs of the experiments again, or all that there are, and compares the hashes of results. Nothing
 * is recorded. Order: as recorded.
 */
export async function verifyRecords(experiments: readonly Experiment[],
  options: VerifyOptions): Promise<readonly Verified[]>
{
  const { count, jobs: workers, data, directory, signal } = options
  const recorded = experiments.flatMap((experiment) =>
    [...readRecords(directory, experiment).runs.values()].map((run) => ({ experiment, run }))
  )
  const chosen = evenly(recorded, count)
  const today = new Map<Job, string>()
  const jobs = chosen.map(({ experiment, run }): Job => ({ experiment, configuration: run.configuration }))
  const failures = await runJobs(jobs, {
    workers,
    data,
    signal,
    runsPerWorker: 1,
    finished: (job, result) => {
      today.set(job, resultHash(result))
    },
    progress: (done) => options.progress(done, jobs.length),
  })
  for (const { job, message } of failures) today.set(job, message)
  return chosen.flatMap(({ experiment, run }, index) => {
    const found = today.get(jobs[index])
    if (found === undefined) return []
    const { configuration, result } = run
    return [{ experiment: experiment.name, configuration, recorded: resultHash(result), today: found }]
  })
}

/** `count` of the elements at equal distances, the first among them; all where there are no more. */
function evenly<T>(list: readonly T[], count: number): readonly T[] {
  if (list.length <= count) return list
  return Array.from({ length: count }, (_, index) => list[Math.floor((index * list.length) / count)])
}
