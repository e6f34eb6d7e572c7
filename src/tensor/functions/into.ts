// Element-wise kernels: out[i] = float32(f(x[i])), one rounding after the float64 value.
// One loop per function, so that the engine can inline the function into it.

import { checkFloat32, checkLength } from '../check.ts'
import { erf } from './erf.ts'
import { exp } from './exp.ts'
import { sigmoid } from './sigmoid.ts'
import { tanh } from './tanh.ts'

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
