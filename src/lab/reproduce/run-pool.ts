// Makes many runs, on worker threads where there are any.

import { Worker } from 'node:worker_threads'
import { unreachable } from '../../tensor/index.ts'
import { freshKernels } from '../kernels.ts'
import { type Experiment, RunInterrupted } from './experiment.ts'
import type { RunAnswer, RunRequest, WorkerMaterial } from './run-worker.ts'

/** One run to be made. */
export interface Job {
  readonly experiment: Experiment
  readonly configuration: object
  /** As of `RunTools`. */
  readonly checkpoint?: string
}

/** A run that could not be finished, and why. */
export interface Failure {
  readonly job: Job
  readonly message: string
}

/** Options of `runJobs`. */
export interface PoolOptions {
  readonly workers: number
  readonly data: string | undefined
  /**
   * Asked before a run is begun: false for one that need not be made any more. Every run is begun unless given. What it
   * throws is a failure of that run.
   */
  readonly isWanted?: (job: Job) => boolean
  /** Called when a run is finished, in order of finishing. */
  readonly finished: (job: Job, result: unknown, seconds: number) => void
  /** Runs done, and the fractions of those under way. */
  readonly progress: (done: number, fractions: readonly number[]) => void
  /** Called for a run under way, with how far it is; none unless given. */
  readonly underWay?: (job: Job, fraction: number) => void
  /** When aborted, runs that can be gone on with keep themselves, and the others end at once. */
  readonly signal?: AbortSignal
  /** Runs after which a worker is replaced; 32 unless given. */
  readonly runsPerWorker?: number
  /** The module of the workers; without one, run-worker.js where it can be loaded, and else this thread. */
  readonly module?: URL
}

// Worker threads can load this project's modules when they are compiled, not from TypeScript sources.
const MODULE = import.meta.url.endsWith('.js') ? new URL('./run-worker.js', import.meta.url) : undefined

/**
 * A worker is replaced after so many runs, or when the process holds so many bytes per worker. V8 does not count shared
 * WebAssembly memory, so what runs leave behind is collected late or never, but it goes with the worker: 120 runs that
 * fill 10 MB each come to 1.26 GB in one worker, to 0.38 GB in four. Refused: memory that is not shared; it is reserved
 * whole and cannot grow. A new worker is ready after 0.15 s; data sets that a worker keeps between runs are read again.
 */
export const RUNS_PER_WORKER = 32
const BYTES_PER_WORKER = 1 << 30
/** So many runs leave little enough behind to stay in one thread. */
const FEW = 4
/** So long may runs take that keep themselves before they end: less than schedulers wait between their two signals. */
const GRACE_MILLISECONDS = 25_000

/**
 * Makes all runs; results do not depend on how many workers share them. Runs that throw, or end their worker, are
 * collected: the others are made nevertheless. Ends early when `signal` is aborted. Returns the failures.
 */
export async function runJobs(jobs: readonly Job[], options: PoolOptions): Promise<readonly Failure[]> {
  const { module = MODULE, signal, workers } = options
  if (jobs.length === 0 || signal?.aborted === true) return []
  // Runs that let signals in can be ended in this thread as well, which spares them the start of another.
  const areFew = workers === 1 && jobs.length <= FEW && jobs.every(({ experiment }) => experiment.yields === true)
  return module === undefined || (areFew && options.module === undefined) ? runHere(jobs, options)
    : runOnWorkers(jobs, module, options)
}

async function runHere(jobs: readonly Job[],
  { data, finished, progress, signal, isWanted, underWay }: PoolOptions): Promise<readonly Failure[]>
{
  const failures: Failure[] = []
  // Lets signals in, between two runs and after the last one.
  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(resolve)
    })
  for (const [index, job] of jobs.entries()) {
    await turn()
    if (signal?.aborted === true) return failures
    const answer = ask(job, isWanted)
    if (answer !== true) {
      if (answer !== false) failures.push(answer)
      progress(index + 1, [])
      continue
    }
    const start = performance.now()
    let result: unknown
    try {
      result = await job.experiment.run(job.configuration, {
        data,
        kernels: freshKernels,
        isAsked: () => signal?.aborted === true,
        ...(job.checkpoint === undefined ? {} : { checkpoint: job.checkpoint }),
        progress(fraction) {
          underWay?.(job, fraction)
          progress(index, [fraction])
        },
      })
    } catch (error) {
      if (error instanceof RunInterrupted) return failures
      failures.push({ job, message: messageOf(error) })
      continue
    }
    finished(job, result, (performance.now() - start) / 1000)
    progress(index + 1, [])
  }
  await turn()
  return failures
}

/** Whether a run shall be made, or why that cannot be told: what it reads may be damaged. */
function ask(job: Job, isWanted: PoolOptions['isWanted']): boolean | Failure {
  try {
    return isWanted?.(job) ?? true
  } catch (error) {
    return { job, message: messageOf(error) }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function runOnWorkers(jobs: readonly Job[], module: URL,
  { workers, data, finished, progress, signal, isWanted, underWay, runsPerWorker = RUNS_PER_WORKER }:
    PoolOptions): Promise<readonly Failure[]>
{
  const count = Math.min(workers, jobs.length)
  const failures: Failure[] = []
  const waiting = [...jobs.keys()]
  const fractions = new Map<number, number>()
  const hired = new Set<Worker>()
  /** Workers whose run keeps itself when it is asked to end. */
  const keeping = new Set<Worker>()
  const asked = new Int32Array(new SharedArrayBuffer(4))
  let done = 0
  let hasEnded = false
  let grace: NodeJS.Timeout | undefined
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      if (hasEnded) return
      hasEnded = true
      clearTimeout(grace)
      signal?.removeEventListener('abort', abort)
      Promise.all([...hired].map((worker) => worker.terminate())).then(settle, reject)
    }
    const abort = (): void => {
      Atomics.store(asked, 0, 1)
      for (const worker of hired) if (!keeping.has(worker)) void worker.terminate()
      if (keeping.size === 0) end(() => resolve(failures))
      else grace = setTimeout(() => end(() => resolve(failures)), GRACE_MILLISECONDS)
    }
    /** A worker whose run has ended after all were asked to. */
    const leave = (worker: Worker): void => {
      keeping.delete(worker)
      if (signal?.aborted === true && keeping.size === 0) end(() => resolve(failures))
    }
    signal?.addEventListener('abort', abort)
    const settle = (job: number): void => {
      fractions.delete(job)
      done++
      progress(done, [...fractions.values()])
      if (done === jobs.length) end(() => resolve(failures))
    }

    const hire = (): void => {
      const material: WorkerMaterial = { data, asked }
      const worker = new Worker(module, { workerData: material })
      hired.add(worker)
      let job: number | undefined
      let runs = 0
      let reason: string | undefined
      const feed = (): void => {
        job = waiting.shift()
        while (job !== undefined) {
          const answer = ask(jobs[job], isWanted)
          if (answer === true) break
          if (answer !== false) failures.push(answer)
          settle(job)
          job = hasEnded ? undefined : waiting.shift()
        }
        if (job === undefined) {
          void worker.terminate()
          return
        }
        const { experiment, configuration, checkpoint } = jobs[job]
        const request: RunRequest = { job, experiment: experiment.name, configuration,
          ...(checkpoint === undefined ? {} : { checkpoint }) }
        if (checkpoint !== undefined) keeping.add(worker)
        worker.postMessage(request)
      }
      worker.on('message', (answer: RunAnswer) => {
        if (hasEnded) return
        if (answer.kind === 'progress') {
          fractions.set(answer.job, answer.fraction)
          underWay?.(jobs[answer.job], answer.fraction)
          progress(done, [...fractions.values()])
          return
        }
        job = undefined
        runs++
        if (answer.kind === 'interrupted') {
          leave(worker)
          return
        }
        try {
          if (answer.kind === 'result') finished(jobs[answer.job], answer.result, answer.seconds)
          else if (answer.kind === 'error') failures.push({ job: jobs[answer.job], message: answer.message })
          else unreachable('runJobs', answer)
        } catch (error) {
          end(() => reject(error as Error))
          return
        }
        settle(answer.job)
        if (signal?.aborted === true) {
          leave(worker)
          return
        }
        keeping.delete(worker)
        if (runs >= runsPerWorker || answer.bytes > BYTES_PER_WORKER * count) void worker.terminate()
        else feed()
      })
      worker.on('error', (error: unknown) => {
        reason = messageOf(error)
      })
      worker.on('messageerror', (error: unknown) => {
        reason = messageOf(error)
        void worker.terminate()
      })
      // Every way out leads here: replaced, thrown asynchronously, out of memory, process.exit in a run.
      worker.on('exit', (status) => {
        hired.delete(worker)
        if (hasEnded) return
        if (signal?.aborted === true) {
          leave(worker)
          return
        }
        keeping.delete(worker)
        if (job !== undefined && runs > 0) {
          // What ended the worker may come from a run before: this one is made once more, in a fresh worker.
          fractions.delete(job)
          waiting.unshift(job)
        } else if (job !== undefined) {
          failures.push({ job: jobs[job], message: reason ?? `the worker ended with status ${status}` })
          settle(job)
        }
        if (waiting.length > 0) hire()
      })
      feed()
    }
    for (let w = 0; w < count; w++) hire()
  })
}
