// Node's worker threads for the threaded tier.

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { WorkerHost } from '../tensor/tiers/worker-host.ts'

const SHIM = "const { parentPort } = require('node:worker_threads');"
  + 'globalThis.postMessage = (message) => parentPort.postMessage(message);'
  + "parentPort.once('message', (data) => globalThis.onmessage({ data }));\n"

/** Starts `node:worker_threads`; once they have begun they do not keep the process alive. */
export function nodeWorkers(): WorkerHost {
  return {
    processors: availableParallelism(),
    spawn(source, message) {
      const worker = new Worker(SHIM + source, { eval: true })
      const answered = new Promise<void>((resolve) => {
        const settle = (): void => {
          worker.unref()
          resolve()
        }
        worker.once('message', settle)
        worker.once('exit', settle)
      })
      // A failing worker marks its chunk; its error must not end the process besides.
      worker.on('error', () => {})
      worker.postMessage(message)
      return {
        answered,
        terminate: () => {
          void worker.terminate()
        },
      }
    },
  }
}
