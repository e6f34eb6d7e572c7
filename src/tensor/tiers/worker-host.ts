// How threads are started differs between runtimes; what runs in them does not. The source of a worker is handed over as
// text, so that no separate file has to be found.

/** A worker on its way. */
export interface StartedWorker {
  /** Ends the worker. */
  readonly terminate: () => void
  /**
   * Fulfilled when the worker has called its `globalThis.postMessage` or has failed. Browsers start workers when the
   * caller yields, and policies refuse them after `spawn` has returned: only this tells.
   */
  readonly answered?: Promise<unknown>
}

/** Starts workers. */
export interface WorkerHost {
  /** Number of processors that may be used. */
  readonly processors: number
  /** Runs `source`, then delivers `message` to its `globalThis.onmessage` as `{ data }`. Throws: what the host throws. */
  readonly spawn: (source: string, message: object) => StartedWorker
}

interface WebGlobals {
  readonly Worker?: new(url: string,
    options?: { type: 'module' }
  ) => { onmessage: (() => void) | null; onerror: (() => void) | null; postMessage(message: object): void;
    terminate(): void }
  readonly Blob?: new(parts: readonly string[], options: { type: string }) => object
  readonly URL?: { createObjectURL(blob: object): string; revokeObjectURL(url: string): void }
  readonly navigator?: { readonly hardwareConcurrency?: number }
}

/** Classic workers where there are any: old browsers know no module workers, Deno knows nothing else. */
function start(Worker: NonNullable<WebGlobals['Worker']>,
  url: string): InstanceType<NonNullable<WebGlobals['Worker']>>
{
  try {
    return new Worker(url)
  } catch {
    return new Worker(url, { type: 'module' })
  }
}

/** The workers of browsers, Deno and Bun, or undefined where there are none (Node's need `node:worker_threads`). */
export function webWorkers(): WorkerHost | undefined {
  const { Worker, Blob, URL, navigator } = globalThis as unknown as WebGlobals
  if (Worker === undefined || Blob === undefined || URL === undefined) return undefined
  return {
    processors: navigator?.hardwareConcurrency ?? 1,
    spawn(source, message) {
      const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
      const worker = start(Worker, url)
      const answered = new Promise<void>((resolve) => {
        worker.onmessage = () => resolve()
        worker.onerror = () => resolve()
      })
      try {
        worker.postMessage(message)
      } catch (cause) {
        worker.terminate()
        URL.revokeObjectURL(url)
        throw cause
      }
      return {
        answered,
        terminate() {
          worker.terminate()
          URL.revokeObjectURL(url)
        },
      }
    },
  }
}
