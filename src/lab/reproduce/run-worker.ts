// The worker thread of `reproduce` and `sweep`: makes runs, one after the other, and sends their results home.

import { parentPort, workerData } from 'node:worker_threads'
import { freshKernels } from '../kernels.ts'
import { TRAININGS_NAME } from '../sweep/name.ts'
import { type Experiment, RunInterrupted } from './experiment.ts'

/** What a worker is asked. */
export interface RunRequest {
  readonly job: number
  readonly experiment: string
  readonly configuration: object
  /** As of `RunTools`. */
  readonly checkpoint?: string
}

/** What a worker is told at its start; the first number of `asked` becomes 1 when its run shall end. */
export interface WorkerMaterial {
  readonly data: string | undefined
  readonly asked: Int32Array
}

/** What it answers: how far it is, the result, or why there is none; `bytes` are those that the whole process holds. */
export type RunAnswer =
  | { readonly job: number; readonly kind: 'progress'; readonly fraction: number }
  | { readonly job: number; readonly kind: 'error'; readonly message: string; readonly bytes: number }
  | { readonly job: number; readonly kind: 'interrupted'; readonly bytes: number }
  | { readonly job: number; readonly kind: 'result'; readonly result: unknown; readonly seconds: number;
    readonly bytes: number }

/** The experiment of that name. Why not all at once: what a run does not need is not loaded. */
async function experimentNamed(name: string): Promise<Experiment | undefined> {
  if (name === TRAININGS_NAME) return (await import('../sweep/trainings.ts')).trainings
  return (await import('./experiments.ts')).EXPERIMENTS.find((experiment) => experiment.name === name)
}

if (parentPort !== null) {
  const port = parentPort
  const { data, asked } = workerData as WorkerMaterial
  const answer = (message: RunAnswer): void => port.postMessage(message)
  const make = async ({ job, experiment, configuration, checkpoint }: RunRequest): Promise<void> => {
    const start = performance.now()
    let said = start
    try {
      const found = await experimentNamed(experiment)
      if (found === undefined) throw new Error(`no experiment ${experiment}`)
      const progress = (fraction: number): void => {
        const now = performance.now()
        if (now - said < 200) return
        said = now
        answer({ job, kind: 'progress', fraction })
      }
      const result = await found.run(configuration, { data, kernels: freshKernels, progress, isAsked: () =>
        Atomics.load(asked, 0) !== 0, ...(checkpoint === undefined ? {} : { checkpoint }) })
      const seconds = (performance.now() - start) / 1000
      answer({ job, kind: 'result', result, seconds, bytes: process.memoryUsage.rss() })
    } catch (error) {
      const bytes = process.memoryUsage.rss()
      if (error instanceof RunInterrupted) answer({ job, kind: 'interrupted', bytes })
      else answer({ job, kind: 'error', message: error instanceof Error ? error.message : String(error), bytes })
    }
  }
  port.on('message', (request: RunRequest) => void make(request))
}
