// What the condition number of the alignment matrices must be, early and late, from the teacher's spectrum alone.
// All laws: whitened inputs, orthogonal feedback, zero initial weights, gradient flow.
// In the teacher's singular basis the modes decouple and the update recursion gives α_{l+1} = α_l²/2 for each.

import { checkSize, type Matrix, normalized, pow, singularValues } from '../tensor/index.ts'

/**
 * κ(A_l) = κ_T^(2^(l−1)) for l ≥ 2 while e ≈ −y: each layer squares the spectrum of the one below.
 * Equation: theory (2.28), and (2.29) with κ(Σ_yx) in the place of κ_T.
 */
export function earlyCondition(targetCondition: number, layer: number): number {
  return pow(targetCondition, pow(2, layer - 1))
}

/**
 * κ(A_l) = κ_T^(2^(l−1)/(2^L−1)) at convergence, when the product of the L modes has reached the singular value.
 * Equation: theory (2.31).
 */
export function finalCondition(targetCondition: number, layer: number, depth: number): number {
  return pow(targetCondition, share(layer, depth))
}

/** 2^(l−1)/(2^L−1), the weight of layer l in log s; as a quotient of numbers below 1 it is finite at every depth. */
function share(layer: number, depth: number): number {
  return pow(2, layer - 1 - depth) / (1 - pow(2, -depth))
}

/**
 * α_1 … α_L of one mode with singular value s at convergence: α_1^(2^L−1) = 2^(2^L−1−L)·s, α_{l+1} = α_l²/2, Π α_l = s.
 * Equation: theory (2.27), (2.30).
 * Order: α_1 as that root, then layer by layer; where the number under the root is beyond float64 (from depth 10 on),
 * α_l = 2·(s·2^−L)^(2^(l−1)/(2^L−1)), the same in powers that stay in range.
 */
export function finalModes(s: number, depth: number): readonly number[] {
  const powers = pow(2, depth) - 1
  const power = pow(2, powers - depth) * s
  if (!(power < Infinity)) {
    const root = (exponent: number): number => 2 * pow(s, exponent) * pow(2, -depth * exponent)
    return Array.from({ length: depth }, (_, index) => root(share(index + 1, depth)))
  }
  const modes = [pow(power, 1 / powers)]
  while (modes.length < depth) {
    const below = modes[modes.length - 1]
    modes.push((below * below) / 2)
  }
  return modes
}

/**
 * s_max/s_r of the r leading singular values: the condition number on the subspace that a rank-r task can reach.
 * Equation: theory (2.36).
 * Infinity where s_r = 0. Throws: TypeError, RangeError for a rank outside of 1 … min(m, n).
 */
export function conditionOnRank(a: Matrix, rank: number): number {
  const most = Math.min(a.rows, a.columns)
  if (checkSize('conditionOnRank', 'rank', rank, 1) > most) {
    throw new RangeError(`conditionOnRank: rank must be at most ${most} for [${a.rows}, ${a.columns}], got ${rank}`)
  }
  const s = singularValues(normalized(a))
  return s[rank - 1] > 0 ? s[0] / s[rank - 1] : Infinity
}
