// Sums over arrays and rows, in TypeScript and in vector instructions.

import { dot, firstNonFinite, sum, sumRowsInto } from '../reduce.ts'
import type { ReductionExports } from '../wasm/reductions.ts'
import { matrix, type Operands, overlap } from './operands.ts'

/** Each is defined by the function of the same name. */
export interface ReductionKernels {
  /** Σ x in float64, in the order of `sum`. */
  readonly sum: (x: Float32Array) => number
  /** Σ x·y in float64, in the order of `dot`. */
  readonly dot: (x: Float32Array, y: Float32Array) => number
  /** out := Σ over rows of x [rows, columns], onto out where it accumulates. */
  readonly sumRowsInto: (out: Float32Array, x: Float32Array, rows: number, columns: number,
    accumulate?: boolean) => Float32Array
  /** The first index whose value is not finite, −1 without one. */
  readonly firstNonFinite: (x: Float32Array) => number
}

/** The definitions. */
export const scalarReductions: ReductionKernels = { sum, dot, sumRowsInto, firstNonFinite }

/** The same functions on the exports of `emitReductions`. */
export function vectorReductions(wasm: ReductionExports, { locate }: Operands): ReductionKernels {
  return {
    sum(x) {
      const at = locate(x)
      return at < 0 ? sum(x) : wasm.sum(at, x.length)
    },
    dot(x, y) {
      const atX = locate(x), atY = locate(y)
      return atX < 0 || atY < 0 || x.length !== y.length ? dot(x, y) : wasm.dot(atX, atY, x.length)
    },
    sumRowsInto(out, x, rows, columns, accumulate = false) {
      const atOut = locate(out), atX = locate(x)
      if (atOut < 0 || atX < 0 || !matrix(x, rows, columns) || out.length !== columns
        || overlap(atOut, out.length, atX, x.length)) return sumRowsInto(out, x, rows, columns, accumulate)
      wasm.sumRows(atOut, atX, rows, columns, accumulate ? 1 : 0)
      return out
    },
    firstNonFinite(x) {
      const at = locate(x)
      return at < 0 ? firstNonFinite(x) : wasm.firstNonFinite(at, x.length)
    },
  }
}
