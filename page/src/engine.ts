// Where the engine runs: in a worker made from the page's own script, or, where the browser refuses that (as most do for
// pages opened as files), on the page's thread in slices too short to be felt.

import { type Report, type Request, runner } from './runner.ts'

/** Time that a slice may take on the page's own thread, in milliseconds. */
const SLICE = 4
/** In a worker nobody waits; a pause has to be heard. */
const WORKER_SLICE = 20

/** The engine as the page sees it. */
export interface Engine {
  readonly ask: (request: Request) => void
  readonly place: () => 'worker' | 'page'
}

/** The worker's side: `scope` is its global object. */
export function serve(scope: { onmessage: unknown; readonly postMessage: (report: Report) => void }): void {
  const handle = runner((report) => scope.postMessage(report), WORKER_SLICE)
  scope.onmessage = ({ data }: { readonly data: Request }) => handle(data)
}

/** Starts the engine. `script` is this very file's address. */
export function engine(script: string, report: (report: Report) => void): Engine {
  let handle: ((request: Request) => void) | undefined
  const asked: Request[] = []
  const own = (): void => {
    if (handle !== undefined) return
    handle = runner(report, SLICE)
    asked.forEach(handle)
  }
  let worker: Worker | undefined
  try {
    if (location.protocol !== 'file:') worker = new Worker(script)
  } catch {
    // A policy without workers.
  }
  if (worker === undefined) own()
  else {
    worker.onmessage = ({ data }: MessageEvent<Report>) => report(data)
    worker.onerror = own
  }
  return {
    place: () => handle === undefined ? 'worker' : 'page',
    ask(request) {
      if (handle !== undefined) return handle(request)
      // Kept for the case that the worker turns out not to start; a new start makes the earlier ones void.
      if (request.kind === 'start') asked.length = 0
      asked.push(request)
      worker?.postMessage(request)
    },
  }
}
