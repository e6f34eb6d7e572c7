// Element-wise kernels in float32 arithmetic: every + − × is rounded to float32 on its own (`fround`), so that four
// float32 lanes give the same bits as this code. Functions that need more than one operation in higher precision
// (tanh, exp, …) live in ./functions and round once.

import { checkFloat32, checkLength } from './check.ts'

function check(where: string, out: Float32Array, x: Float32Array, y: Float32Array = x): void {
  checkFloat32(where, 'out', out)
  checkFloat32(where, 'x', x)
  checkFloat32(where, 'y', y)
  checkLength(where, 'x', x, out.length)
  checkLength(where, 'y', y, out.length)
}

/** out := x + y. Aliasing: out may be an operand, not overlap one partly. Throws: TypeError, RangeError for different lengths. */
export function addInto(out: Float32Array, x: Float32Array, y: Float32Array): Float32Array {
  check('addInto', out, x, y)
  for (let i = 0; i < out.length; i++) out[i] = x[i] + y[i]
  return out
}

/** out := x − y. Aliasing: out may be an operand, not overlap one partly. Throws: TypeError, RangeError for different lengths. */
export function subtractInto(out: Float32Array, x: Float32Array, y: Float32Array): Float32Array {
  check('subtractInto', out, x, y)
  for (let i = 0; i < out.length; i++) out[i] = x[i] - y[i]
  return out
}

/** out := x ⊙ y. Aliasing: out may be an operand, not overlap one partly. Throws: TypeError, RangeError for different lengths. */
export function multiplyInto(out: Float32Array, x: Float32Array, y: Float32Array): Float32Array {
  check('multiplyInto', out, x, y)
  for (let i = 0; i < out.length; i++) out[i] = x[i] * y[i]
  return out
}

/** out := factor·x, factor rounded to float32 first. Aliasing: out may be an operand, not overlap one partly. Throws: TypeError, RangeError. */
export function scaleInto(out: Float32Array, factor: number, x: Float32Array): Float32Array {
  check('scaleInto', out, x)
  const f = Math.fround(factor)
  for (let i = 0; i < out.length; i++) out[i] = f * x[i]
  return out
}

/**
 * out := x + factor·y; factor rounded to float32, then the product, then the sum.
 * Aliasing: out may be an operand, not overlap one partly. Throws: TypeError, RangeError for different lengths. Why: `out = x` is the step of gradient descent.
 */
export function addScaledInto(out: Float32Array, x: Float32Array, factor: number, y: Float32Array): Float32Array {
  check('addScaledInto', out, x, y)
  const f = Math.fround(factor)
  for (let i = 0; i < out.length; i++) out[i] = x[i] + Math.fround(f * y[i])
  return out
}
