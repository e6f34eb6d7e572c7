// The worker thread of `reproduce`: makes runs, one after the other, and sends their results home.

import { parentPort, workerData } from 'node:worker_threads'
import { freshKernels } from '../kernels.ts'
import { EXPERIMENTS } from './experiments.ts'

/** What a worker is asked. */
export interface RunRequest {
  readonly job: number
  readonly experiment: string
  readonly configuration: object
}

/** What it answers: how far it is, the result, or why there is none; `bytes` are those that the whole process holds. */
export type RunAnswer =
  | { readonly job: number; readonly kind: 'progress'; readonly fraction: number }
  | { readonly job: number; readonly kind: 'error'; readonly message: string; readonly bytes: number }
  | { readonly job: number; readonly kind: 'result'; readonly result: unknown; readonly seconds: number;
    readonly bytes: number }

if (parentPort !== null) {
  const port = parentPort
  const { data } = workerData as { data: string | undefined }
  const answer = (message: RunAnswer): void => port.postMessage(message)
  port.on('message', ({ job, experiment, configuration }: RunRequest) => {
    const found = EXPERIMENTS.find(({ name }) => name === experiment)
    const start = performance.now()
    let said = start
    try {
      if (found === undefined) throw new Error(`no experiment ${experiment}`)
      const progress = (fraction: number): void => {
        const now = performance.now()
        if (now - said < 200) return
        said = now
        answer({ job, kind: 'progress', fraction })
      }
      const result = found.run(configuration, { data, kernels: freshKernels, progress })
      const seconds = (performance.now() - start) / 1000
      answer({ job, kind: 'result', result, seconds, bytes: process.memoryUsage.rss() })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      answer({ job, kind: 'error', message, bytes: process.memoryUsage.rss() })
    }
  })
}
