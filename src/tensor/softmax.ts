import { checkFloat32, checkLength, checkSize } from './check.ts'
import { exp } from './functions/exp.ts'

/**
 * out[i, k] := e^(x[i, k] − max_k x[i, k]) / Σ_k e^(x[i, k] − max_k x[i, k]) for x [rows, classes].
 * Order: the sum over k ascending in float64, each element rounded once. A row with NaN or +∞, or of nothing but −∞, is
 * NaN as a whole. Aliasing: out may be x. Throws: TypeError, RangeError.
 * Why: the largest element is subtracted first, so that no exponential overflows.
 */
export function softmaxRowsInto(out: Float32Array, x: Float32Array, rows: number, classes: number): Float32Array {
  checkFloat32('softmaxRowsInto', 'out', out)
  checkFloat32('softmaxRowsInto', 'x', x)
  checkSize('softmaxRowsInto', 'rows', rows)
  checkSize('softmaxRowsInto', 'classes', classes)
  checkLength('softmaxRowsInto', 'x', x, rows * classes)
  checkLength('softmaxRowsInto', 'out', out, rows * classes)
  for (let i = 0; i < rows; i++) softmaxRow(out, x, i * classes, (i + 1) * classes)
  return out
}

/**
 * softmax of the first (i mod classes) + 1 elements of row i, zeros behind them, for x [rows, classes]: the rows of
 * square matrices of scores, none of which sees what comes later. To the bits of `softmaxRowsInto` with −∞ there, but that
 * a NaN does not spread behind them.
 * Order, aliasing and errors as `softmaxRowsInto`. Why: half of the exponentials.
 */
export function causalSoftmaxRowsInto(out: Float32Array, x: Float32Array, rows: number, classes: number): Float32Array {
  checkFloat32('causalSoftmaxRowsInto', 'out', out)
  checkFloat32('causalSoftmaxRowsInto', 'x', x)
  checkSize('causalSoftmaxRowsInto', 'rows', rows)
  checkSize('causalSoftmaxRowsInto', 'classes', classes)
  checkLength('causalSoftmaxRowsInto', 'x', x, rows * classes)
  checkLength('causalSoftmaxRowsInto', 'out', out, rows * classes)
  for (let i = 0; i < rows; i++) {
    const from = i * classes
    softmaxRow(out, x, from, from + i % classes + 1)
    out.fill(0, from + i % classes + 1, from + classes)
  }
  return out
}

function softmaxRow(out: Float32Array, x: Float32Array, from: number, to: number): void {
  let largest = -Infinity
  for (let k = from; k < to; k++) largest = Math.max(largest, x[k])
  let partition = 0
  for (let k = from; k < to; k++) partition += exp(x[k] - largest)
  for (let k = from; k < to; k++) out[k] = exp(x[k] - largest) / partition
}
