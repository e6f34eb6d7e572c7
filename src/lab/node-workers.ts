// Node's worker threads for the threaded tier.

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { WorkerHost } from '../tensor/tiers/worker-host.ts'

const SHIM = "require('node:worker_threads').parentPort.once('message', (data) => globalThis.onmessage({ data }));\n"

/** Starts `node:worker_threads`; they do not keep the process alive. */
export function nodeWorkers(): WorkerHost {
  return {
    processors: availableParallelism(),
    spawn(source, message) {
      const worker = new Worker(SHIM + source, { eval: true })
      worker.unref()
      // A failing worker marks its chunk; its error must not end the process besides.
      worker.on('error', () => {})
      worker.postMessage(message)
      return {
        terminate: () => {
          void worker.terminate()
        },
      }
    },
  }
}
