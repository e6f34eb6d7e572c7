import { checkFloat32, checkLength, checkSize } from './check.ts'
import { exp } from './functions/exp.ts'
import { logNormal } from './functions/logarithm.ts'

/**
 * e := s·(p·Σt − t) with p = softmax(y); returns −s·Σ_ik t log p. Shapes: e, y, t [rows, classes], targets t ≥ 0.
 * Order: every sum in float64 and ascending, rows outside, classes inside; each e rounded once. Terms with t = 0 are
 * left out of the loss. Aliasing: e may be y. Throws: TypeError, RangeError.
 * Why: the largest y of a row is subtracted first, so that no exponential overflows.
 */
export function crossEntropyInto(e: Float32Array, y: Float32Array, t: Float32Array, rows: number, classes: number,
  scale: number): number
{
  checkFloat32('crossEntropyInto', 'e', e)
  checkFloat32('crossEntropyInto', 'y', y)
  checkFloat32('crossEntropyInto', 't', t)
  checkSize('crossEntropyInto', 'rows', rows)
  checkSize('crossEntropyInto', 'classes', classes)
  checkLength('crossEntropyInto', 'e', e, rows * classes)
  checkLength('crossEntropyInto', 'y', y, rows * classes)
  checkLength('crossEntropyInto', 't', t, rows * classes)
  let total = 0
  for (let from = 0; from < e.length; from += classes) {
    const to = from + classes
    let largest = -Infinity
    for (let k = from; k < to; k++) largest = Math.max(largest, y[k])
    let partition = 0
    let weight = 0
    let logPartition = 0
    // Two passes through one call of exp: with a second one the engine no longer inlines the logarithm, whose argument and
    // result are objects then, for every row of every step.
    for (let pass = 0; pass < 2; pass++) {
      for (let k = from; k < to; k++) {
        const x = y[k] - largest
        const p = exp(x)
        if (pass === 0) {
          partition += p
          weight += t[k]
        } else {
          if (t[k] !== 0) total += t[k] * (logPartition - x)
          e[k] = scale * (weight * (p / partition) - t[k])
        }
      }
      // The partition is at least one and finite, or NaN.
      if (pass === 0) logPartition = logNormal(partition, 0, 0)
    }
  }
  return scale * total
}
