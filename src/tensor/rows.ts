// Kernels on some rows of a matrix, the others being zero or staying: what a step costs then does not depend on how many
// rows there are. Plain TypeScript in all tiers: rows of an embedding are shorter than a call into vector code.

import { checkFloat32 } from './check.ts'

/** Some rows of a matrix of rows of `width` elements: the first `count` of `rows`, ascending, each once. */
export interface RowSelection {
  readonly rows: Int32Array
  readonly count: number
  readonly width: number
}

/** out[i] := x[i] + factor·y[i] in the rows, as `addScaledInto`. */
export function addScaledRowsInto(out: Float32Array, x: Float32Array, factor: number, y: Float32Array,
  { rows, count, width }: RowSelection): Float32Array
{
  checkFloat32('addScaledRowsInto', 'out', out)
  const f = Math.fround(factor)
  for (let r = 0; r < count; r++) {
    const end = (rows[r] + 1) * width
    for (let i = end - width; i < end; i++) out[i] = x[i] + Math.fround(f * y[i])
  }
  return out
}

/** x[i] := factor·x[i] in the rows, as `scaleInto`. */
export function scaleRowsInto(x: Float32Array, factor: number, { rows, count, width }: RowSelection): Float32Array {
  checkFloat32('scaleRowsInto', 'x', x)
  const f = Math.fround(factor)
  for (let r = 0; r < count; r++) {
    const end = (rows[r] + 1) * width
    for (let i = end - width; i < end; i++) x[i] = f * x[i]
  }
  return x
}

/**
 * Σ x² over the rows in float64. Order: element i goes to partial sum i mod 8 with i ascending, the eight are combined
 * as in `dot`: the bits of `dot(x, x)` where x is zero in all other rows.
 */
export function squaresOfRows(x: Float32Array, { rows, count, width }: RowSelection): number {
  checkFloat32('squaresOfRows', 'x', x)
  const s = PARTIAL.fill(0)
  for (let r = 0; r < count; r++) {
    const end = (rows[r] + 1) * width
    for (let i = end - width; i < end; i++) s[i & 7] += x[i] * x[i]
  }
  return s[0] + s[4] + (s[2] + s[6]) + (s[1] + s[5] + (s[3] + s[7]))
}

/** Written anew by each call. */
const PARTIAL = /* @__PURE__ */ new Float64Array(8)

/** Index of the first element of the rows that is not finite, −1 when all are, as `firstNonFinite`. */
export function firstNonFiniteInRows(x: Float32Array, { rows, count, width }: RowSelection): number {
  for (let r = 0; r < count; r++) {
    const end = (rows[r] + 1) * width
    for (let i = end - width; i < end; i++) if (x[i] - x[i] !== 0) return i
  }
  return -1
}
