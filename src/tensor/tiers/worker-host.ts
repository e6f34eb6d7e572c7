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

/** Where the source of workers lies. */
export interface WebWorkersOptions {
  /**
   * Of the file `worker.js` of the package, for pages whose policy refuses workers made of text (`worker-src` without
   * `blob:`); workers are made of text unless given.
   */
  readonly url?: string
}

/** The workers of browsers, Deno and Bun, or undefined where there are none (Node's need `node:worker_threads`). */
export function webWorkers({ url: file }: WebWorkersOptions = {}): WorkerHost | undefined {
  const { Worker, Blob, URL, navigator } = globalThis as unknown as WebGlobals
  if (Worker === undefined || (file === undefined && (Blob === undefined || URL === undefined))) return undefined
  return {
    processors: navigator?.hardwareConcurrency ?? 1,
    spawn(source, message) {
      const made = file === undefined && Blob !== undefined
        ? URL?.createObjectURL(new Blob([source], { type: 'text/javascript' })) : undefined
      const release = (): void => {
        if (made !== undefined) URL?.revokeObjectURL(made)
      }
      const worker = start(Worker, made ?? file ?? '')
      const answered = new Promise<void>((resolve) => {
        worker.onmessage = () => resolve()
        worker.onerror = () => resolve()
      })
      const terminate = (): void => {
        worker.terminate()
        release()
      }
      try {
        worker.postMessage(message)
      } catch (cause) {
        terminate()
        throw cause
      }
      return { answered, terminate }
    },
  }
}
