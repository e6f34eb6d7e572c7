// How threads are started differs between runtimes; what runs in them does not. The source of a worker is handed over as
// text, so that no separate file has to be found.

/** Starts workers. */
export interface WorkerHost {
  /** Number of processors that may be used. */
  readonly processors: number
  /** Runs `source`, then delivers `message` to its `globalThis.onmessage` as `{ data }`. Throws: what the host throws. */
  readonly spawn: (source: string, message: object) => { readonly terminate: () => void }
}

interface WebGlobals {
  readonly Worker?: new(url: string,
    options?: { type: 'module' }) => { postMessage(message: object): void; terminate(): void }
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
      try {
        worker.postMessage(message)
      } catch (cause) {
        worker.terminate()
        URL.revokeObjectURL(url)
        throw cause
      }
      return {
        terminate() {
          worker.terminate()
          URL.revokeObjectURL(url)
        },
      }
    },
  }
}
