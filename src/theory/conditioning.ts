// What the condition number of the alignment matrices must be, early and late, from the teacher's spectrum alone.
// All laws: whitened inputs, orthogonal feedback, zero initial weights, gradient flow.
// In the teacher's singular basis the modes decouple and the update recursion gives α_{l+1} = α_l²/2 for each.

import { type Matrix, pow, singularValues } from '../tensor/index.ts'

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
  return pow(targetCondition, pow(2, layer - 1) / (pow(2, depth) - 1))
}

/**
 * α_1 … α_L of one mode with singular value s at convergence: α_1^(2^L−1) = 2^(2^L−1−L)·s, α_{l+1} = α_l²/2, Π α_l = s.
 * Equation: theory (2.27), (2.30).
 */
export function finalModes(s: number, depth: number): readonly number[] {
  const powers = pow(2, depth) - 1
  const modes = [pow(pow(2, powers - depth) * s, 1 / powers)]
  while (modes.length < depth) {
    const below = modes[modes.length - 1]
    modes.push((below * below) / 2)
  }
  return modes
}

/**
 * s_max/s_r of the r leading singular values: the condition number on the subspace that a rank-r task can reach.
 * Equation: theory (2.36).
 */
export function conditionOnRank(a: Matrix, rank: number): number {
  const s = singularValues(a)
  return s[rank - 1] > 0 ? s[0] / s[rank - 1] : Infinity
}
