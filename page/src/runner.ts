// Runs one simulation in slices, in a worker or on the page's own thread, and waits until each view has been drawn.

import { valuesOf } from './controls.ts'
import { type Files, runOf } from './runs.ts'
import type { Progress, Simulation } from './simulation.ts'

/** What the page asks for. `drawn`: the last view is on the screen. */
export type Request =
  | { readonly kind: 'start'; readonly id: number; readonly run: string; readonly query: string;
    readonly files: Files | undefined; readonly running: boolean }
  | { readonly kind: 'run' | 'pause' | 'step' | 'drawn' }

/** What it is told; `id` is that of the start. */
export type Report =
  | { readonly kind: 'view'; readonly id: number; readonly view: Progress; readonly done: boolean }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }

/** Handles requests; `slice` is how long it keeps its thread, in milliseconds. */
export function runner(report: (report: Report) => void, slice: number): (request: Request) => void {
  let simulation: Simulation<Progress> | undefined
  let id = 0
  let running = false
  let single = false
  let waiting = false
  let scheduled = false

  const schedule = (): void => {
    if (scheduled || !running || waiting || simulation === undefined) return
    scheduled = true
    setTimeout(turn)
  }
  const turn = (): void => {
    scheduled = false
    if (!running || waiting || simulation === undefined) return
    try {
      const until = performance.now() + slice
      do {
        const { value, done = false } = simulation.next()
        if (value === undefined) continue
        if (done) simulation = undefined
        waiting = true
        if (single) running = false
        report({ kind: 'view', id, view: value, done })
        return
      } while (performance.now() < until)
      schedule()
    } catch (cause) {
      simulation = undefined
      report({ kind: 'failed', id, message: cause instanceof Error ? cause.message : String(cause) })
    }
  }
  return (request) => {
    switch (request.kind) {
      case 'start': {
        const { controls, simulate } = runOf(request.run)
        simulation = simulate(valuesOf(controls, request.query), request.files)
        id = request.id
        waiting = false
        running = request.running
        single = false
        break
      }
      case 'run':
        running = true
        single = false
        break
      case 'step':
        running = true
        single = true
        break
      case 'pause':
        running = false
        break
      case 'drawn':
        waiting = false
        break
    }
    schedule()
  }
}
