// Element-wise kernels: out[i] = float32(f(x[i])), one rounding after the float64 value.
// One loop per function, so that the engine can inline the function into it.

import { checkFloat32, checkLength } from '../check.ts'
import { erf } from './erf.ts'
import { exp } from './exp.ts'
import { sigmoid } from './sigmoid.ts'
import { tanh } from './tanh.ts'
import { cosReduced, reduceQuarter, REMAINDER, sinReduced } from './trigonometric.ts'

function check(where: string, out: Float32Array, x: Float32Array): number {
  checkFloat32(where, 'out', out)
  checkFloat32(where, 'x', x)
  checkLength(where, 'out', out, x.length)
  return x.length
}

/** out[i] = e^x[i]. Returns out. Aliasing: out may be x. Throws: TypeError (not Float32Array), RangeError (lengths). */
export function expInto(out: Float32Array, x: Float32Array): Float32Array {
  const length = check('expInto', out, x)
  for (let i = 0; i < length; i++) out[i] = exp(x[i])
  return out
}

/** out[i] = tanh x[i]. Returns out. Aliasing: out may be x. Throws: TypeError, RangeError. */
export function tanhInto(out: Float32Array, x: Float32Array): Float32Array {
  const length = check('tanhInto', out, x)
  for (let i = 0; i < length; i++) out[i] = tanh(x[i])
  return out
}

/** out[i] = σ(x[i]). Returns out. Aliasing: out may be x. Throws: TypeError, RangeError. */
export function sigmoidInto(out: Float32Array, x: Float32Array): Float32Array {
  const length = check('sigmoidInto', out, x)
  for (let i = 0; i < length; i++) out[i] = sigmoid(x[i])
  return out
}

/** out[i] = erf x[i]. Returns out. Aliasing: out may be x. Throws: TypeError, RangeError. */
export function erfInto(out: Float32Array, x: Float32Array): Float32Array {
  const length = check('erfInto', out, x)
  for (let i = 0; i < length; i++) out[i] = erf(x[i])
  return out
}

/** Sine and cosine of a remainder, for a choice by index: a branch on it costs as much as the functions. */
const BOTH: Float64Array = /* @__PURE__ */ new Float64Array(2)
/** Signs of the sine in quarters 0 to 3; those of the cosine are the next ones. */
const SIGNS: Float64Array = /* @__PURE__ */ new Float64Array([1, 1, -1, -1, 1])

/**
 * sines[i] = sin x[i], cosines[i] = cos x[i], the bits of both functions by one reduction of x. Aliasing: either may be x.
 * Throws: TypeError, RangeError.
 */
export function sinCosInto(sines: Float32Array, cosines: Float32Array, x: Float32Array): void {
  check('sinCosInto', cosines, x)
  const length = check('sinCosInto', sines, x)
  for (let i = 0; i < length; i++) {
    if (!(Math.abs(x[i]) < Infinity)) {
      sines[i] = cosines[i] = NaN
      continue
    }
    const n = reduceQuarter(x[i])
    BOTH[0] = sinReduced(REMAINDER[0], REMAINDER[1])
    BOTH[1] = cosReduced(REMAINDER[0], REMAINDER[1])
    const sine = x[i] === 0 ? x[i] : BOTH[n & 1] * SIGNS[n] // the sum in sinReduced would turn −0 into 0
    cosines[i] = BOTH[1 - (n & 1)] * SIGNS[n + 1]
    sines[i] = sine
  }
}
