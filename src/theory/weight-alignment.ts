// Strong weight alignment: how close each A_l is to a multiple of the identity.

import { checkSquare, identity, type Matrix, matrixCosine, multiply, transpose } from '../tensor/index.ts'
import { type AlignmentMatrices, weightsFromAlignment } from './alignment-matrices.ts'
import type { Feedback } from './linear-network.ts'

/**
 * WA_l = tr A_l / (√n_L ‖A_l‖_F): the cosine between A_l and I, and for orthogonal feedback exactly the weight alignment.
 * Equation: theory (2.17); 1 for κ_T = 1, theory (2.33).
 * Value 1 only for A ∝ I; 1/√n_L for a rank-one positive A. NaN for A = 0.
 * Throws: RangeError unless a is square.
 */
export function strongAlignment(a: Matrix): number {
  checkSquare('strongAlignment', 'a', a)
  return matrixCosine(a, identity(a.rows))
}

/**
 * WA_l = cos∠(W_l, F_l F_{l−1}ᵀ) for 2 ≤ l < L and WA_L = cos∠(W_L, F_{L−1}ᵀ), from the definition, for any feedback.
 * Equation: theory (1.14), (2.16). Returns layers 2 … L.
 */
export function weightAlignments(a: AlignmentMatrices, feedback: Feedback): readonly number[] {
  const weights = weightsFromAlignment(a, feedback)
  return weights.slice(1).map((w, index) => {
    const below = transpose(feedback[index])
    const target = index + 1 < feedback.length ? multiply(feedback[index + 1], below) : below
    return matrixCosine(w, target)
  })
}
