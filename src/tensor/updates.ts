// Optimizer steps in float32 arithmetic: every + − × ÷ √ is rounded to float32 on its own (`fround`), so that four
// float32 lanes give the same bits as this code. Numbers are rounded to float32 first. The products with λ = 0 and with
// 1 − η·λ = 1 are computed as well: one definition for every case, and memory is the limit.

import { checkFloat32, checkLength } from './check.ts'
import type { RowSelection } from './rows.ts'

const f = Math.fround

/** The numbers of one momentum step. */
export interface MomentumStep {
  /** η, the learning rate. */
  readonly rate: number
  /** μ; 0 is plain gradient descent. */
  readonly momentum: number
  /** λ added to the gradient as λ·w (L2 penalty). */
  readonly coupledDecay: number
  /** λ′ that shrinks the weights by 1 − η·λ′. */
  readonly decoupledDecay: number
  /** Looks ahead: steps by d + μ·v instead of v. */
  readonly nesterov: boolean
}

/** The numbers of one Adam step. */
export interface AdamStep {
  /** η, the learning rate. */
  readonly rate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** 1 − β₁ᵗ for step t = 1, 2, … */
  readonly correction1: number
  /** 1 − β₂ᵗ. */
  readonly correction2: number
  /** λ added to the gradient as λ·w: Adam with an L2 penalty. */
  readonly coupledDecay: number
  /** λ′ that shrinks the weights by 1 − η·λ′: AdamW. */
  readonly decoupledDecay: number
}

/**
 * d = g + λ·w; v ← μ·v + d; w ← (1 − η·λ′)·w − η·u with u = v, or d + μ·v under `nesterov`.
 * Equation: sutskever2013 (Nesterov in the form that needs no second point); loshchilov2019 for λ′.
 * Shapes: all of one length.
 * Order: each product, then each sum, rounded to float32; 1 − η·λ′ in float64 and rounded once.
 * With `touched` the same in these rows, and nothing elsewhere. Aliasing: none. Throws: TypeError, RangeError.
 */
export function momentumInto(w: Float32Array, v: Float32Array, g: Float32Array, step: MomentumStep,
  touched?: RowSelection): Float32Array
{
  checkFloat32('momentumInto', 'w', w)
  checkFloat32('momentumInto', 'v', v)
  checkFloat32('momentumInto', 'g', g)
  checkLength('momentumInto', 'v', v, w.length)
  checkLength('momentumInto', 'g', g, w.length)
  const rate = f(step.rate), momentum = f(step.momentum), coupled = f(step.coupledDecay)
  const kept = f(1 - step.rate * step.decoupledDecay)
  const nesterov = step.nesterov
  const width = touched?.width ?? w.length
  const count = touched?.count ?? 1
  for (let r = 0; r < count; r++) {
    const from = touched === undefined ? 0 : touched.rows[r] * width
    for (let i = from; i < from + width; i++) {
      const d = f(g[i] + f(coupled * w[i]))
      const velocity = f(f(momentum * v[i]) + d)
      const u = nesterov ? f(d + f(momentum * velocity)) : velocity
      v[i] = velocity
      w[i] = f(kept * w[i]) - f(rate * u)
    }
  }
  return w
}

/**
 * d = g + λ·w; m ← β₁·m + (1 − β₁)·d; v ← β₂·v + (1 − β₂)·d²; w ← (1 − η·λ′)·w − η/c₁ · m / (√v/√c₂ + ε), cₖ = 1 − βₖᵗ.
 * Equation: kingma2015 algorithm 1; loshchilov2019 algorithm 2 for λ′. Shapes: all of one length.
 * Order: as written, each operation rounded to float32, (1 − β₂)·(d·d), √v·(1/√c₂); the numbers 1 − β, η/c₁, 1/√c₂ and
 * 1 − η·λ′ in float64 and rounded once. With `touched` the same in these rows, and nothing elsewhere.
 * Aliasing: none. Throws: TypeError, RangeError.
 */
export function adamInto(w: Float32Array, m: Float32Array, v: Float32Array, g: Float32Array, step: AdamStep,
  touched?: RowSelection): Float32Array
{
  checkFloat32('adamInto', 'w', w)
  checkFloat32('adamInto', 'm', m)
  checkFloat32('adamInto', 'v', v)
  checkFloat32('adamInto', 'g', g)
  checkLength('adamInto', 'm', m, w.length)
  checkLength('adamInto', 'v', v, w.length)
  checkLength('adamInto', 'g', g, w.length)
  const beta1 = f(step.beta1), beta2 = f(step.beta2), epsilon = f(step.epsilon), coupled = f(step.coupledDecay)
  const new1 = f(1 - step.beta1), new2 = f(1 - step.beta2)
  const rate = f(step.rate / step.correction1), root = f(1 / Math.sqrt(step.correction2))
  const kept = f(1 - step.rate * step.decoupledDecay)
  const width = touched?.width ?? w.length
  const count = touched?.count ?? 1
  for (let r = 0; r < count; r++) {
    const from = touched === undefined ? 0 : touched.rows[r] * width
    for (let i = from; i < from + width; i++) {
      const d = f(g[i] + f(coupled * w[i]))
      const mean = f(f(beta1 * m[i]) + f(new1 * d))
      const square = f(f(beta2 * v[i]) + f(new2 * f(d * d)))
      m[i] = mean
      v[i] = square
      w[i] = f(kept * w[i]) - f(rate * f(mean / f(f(f(Math.sqrt(square)) * root) + epsilon)))
    }
  }
  return w
}
