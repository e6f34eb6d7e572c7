// What the page runs: the same functions in a web worker, on the page's own thread, and in Node.

import { pow } from '../../src/tensor/index.ts'
import { digest } from '../../test/engines/digest.ts'

/**
 * A run as a generator: each turn is at most a few milliseconds of work. It yields a view where there is something new
 * to show, undefined where it only lets others go first, and returns the last view.
 */
export type Simulation<View> = Generator<View | undefined, View, void>

/** What every view tells. */
export interface Progress {
  /** Steps or time, in words. */
  readonly where: string
  /** 16 hexadecimal digits of all parameters: equal digits, equal bits. */
  readonly fingerprint: string
}

/** FNV-1a over the bits of all numbers, in order. */
export function fingerprintOf(arrays: readonly (Float64Array | Float32Array)[]): string {
  const { float32s, float64s, hash } = digest()
  for (const values of arrays) (values instanceof Float32Array ? float32s : float64s)(values)
  return hash()
}

/** Runs to the end. */
export function finished<View>(simulation: Simulation<View>): View {
  for (;;) {
    const turn = simulation.next()
    if (turn.done === true) return turn.value
  }
}

/** The next moment of a logarithmic grid of `perDecade` points, at least one step on. */
export function nextStep(step: number, perDecade: number): number {
  return Math.max(step + 1, Math.ceil(step * pow(10, 1 / perDecade)))
}
