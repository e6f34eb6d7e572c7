// Makes many runs, on several worker threads where there are any.

import { Worker } from 'node:worker_threads'
import { freshKernels } from '../kernels.ts'
import type { Experiment } from './experiment.ts'
import type { RunAnswer, RunRequest } from './run-worker.ts'

/** One run to be made. */
export interface Job {
  readonly experiment: Experiment
  readonly configuration: object
}

/** Options of `runJobs`. */
export interface PoolOptions {
  readonly workers: number
  readonly data: string | undefined
  /** Called when a run is finished, in order of finishing. */
  readonly finished: (job: Job, result: unknown, seconds: number) => void
  /** Runs done, and the fractions of those under way. */
  readonly progress: (done: number, fractions: readonly number[]) => void
  readonly signal?: AbortSignal
}

/** True where worker threads can load this project's modules: compiled, not from TypeScript sources. */
export const canUseWorkers: boolean = import.meta.url.endsWith('.js')

/**
 * Makes all runs; results do not depend on how many workers share them. Runs that throw are collected: the others are
 * made nevertheless. Returns the failures.
 */
export async function runJobs(jobs: readonly Job[], options: PoolOptions): Promise<readonly { readonly job: Job; readonly message: string }[]> {
  const count = Math.min(options.workers, jobs.length)
  return count > 1 && canUseWorkers ? runOnWorkers(jobs, count, options) : runHere(jobs, options)
}

async function runHere(jobs: readonly Job[], { data, finished, progress, signal }: PoolOptions): Promise<{ job: Job; message: string }[]> {
  const failures: { job: Job; message: string }[] = []
  for (const [index, job] of jobs.entries()) {
    // Lets signals in between two runs.
    await new Promise((resolve) => { setImmediate(resolve) })
    if (signal?.aborted === true) break
    const start = performance.now()
    try {
      const result = job.experiment.run(job.configuration, { data, kernels: freshKernels, progress: (fraction) => progress(index, [fraction]) })
      finished(job, result, (performance.now() - start) / 1000)
    } catch (error) {
      failures.push({ job, message: (error as Error).message })
    }
    progress(index + 1, [])
  }
  return failures
}

function runOnWorkers(
  jobs: readonly Job[], count: number, { data, finished, progress, signal }: PoolOptions,
): Promise<{ job: Job; message: string }[]> {
  const failures: { job: Job; message: string }[] = []
  const fractions = new Map<number, number>()
  let next = 0
  let done = 0
  return new Promise((resolve, reject) => {
    const workers: Worker[] = []
    const end = (settle: () => void): void => {
      signal?.removeEventListener('abort', abort)
      Promise.all(workers.map((worker) => worker.terminate())).then(settle, reject)
    }
    const abort = (): void => end(() => resolve(failures))
    signal?.addEventListener('abort', abort)
    const feed = (worker: Worker): void => {
      if (next < jobs.length) {
        const request: RunRequest = { job: next, experiment: jobs[next].experiment.name, configuration: jobs[next].configuration }
        next++
        worker.postMessage(request)
      }
    }
    for (let w = 0; w < count; w++) {
      const worker = new Worker(new URL('./run-worker.js', import.meta.url), { workerData: { data } })
      workers.push(worker)
      worker.on('error', (error) => end(() => reject(error)))
      worker.on('message', (answer: RunAnswer) => {
        if (signal?.aborted === true) return
        if (answer.kind === 'progress') fractions.set(answer.job, answer.fraction)
        else {
          fractions.delete(answer.job)
          done++
          try {
            if (answer.kind === 'result') finished(jobs[answer.job], answer.result, answer.seconds)
            else failures.push({ job: jobs[answer.job], message: answer.message })
          } catch (error) {
            end(() => reject(error as Error))
            return
          }
          feed(worker)
        }
        progress(done, [...fractions.values()])
        if (done === jobs.length) end(() => resolve(failures))
      })
      feed(worker)
    }
  })
}
