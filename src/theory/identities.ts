// Exact identities of the update recursion, as residuals that must vanish to rounding.

import { addScaled, frobenius, type Matrix, maxAbs, multiply, normalizingFactor, scaled,
  transpose } from '../tensor/index.ts'
import type { AlignmentMatrices, Grams } from './alignment-matrices.ts'

/**
 * ‖x − y‖_F / ‖y‖_F; 0 when both vanish. Both are scaled by one power of two, so that neither the difference nor a
 * norm leaves the range of float64 before the quotient does. Throws: RangeError when the shapes differ.
 */
export function relativeDifference(x: Matrix, y: Matrix): number {
  const factor = normalizingFactor(Math.max(maxAbs(x), maxAbs(y)))
  const reference = scaled(factor, y)
  const difference = frobenius(addScaled(scaled(factor, x), -1, reference))
  return difference === 0 ? 0 : difference / frobenius(reference)
}

/**
 * Residual of ΔA_{l+1} = ΔA_l G_{l−1} A_lᵀ (A_l before the step, G_0 = I): the largest ‖left − right‖/‖left‖ over
 * l = 1 … L−1. Equation: theory (2.10).
 * The differences are taken of updates computed in float64, not of the matrices, whose subtraction would cancel digits.
 */
export function updateRecursionResidual(a: AlignmentMatrices, g: Grams, update: readonly Matrix[]): number {
  let worst = 0
  for (let l = 0; l + 1 < a.length; l++) {
    const left = update[l + 1]
    const right = multiply(l === 0 ? update[l] : multiply(update[l], g[l - 1]), transpose(a[l]))
    if (frobenius(left) > 0) worst = Math.max(worst, relativeDifference(right, left))
  }
  return worst
}

/**
 * Running sums Σ_t ΔA_l G_{l−1} ΔA_lᵀ for l = 1 … L−1.
 * Equation: the last term of theory (2.11); its size, theory (2.45).
 */
export function addUpdateSquares(sums: readonly Matrix[], g: Grams, update: readonly Matrix[],
  rate: number): readonly Matrix[]
{
  return sums.map((total, l) => {
    const left = l === 0 ? update[l] : multiply(update[l], g[l - 1])
    return addScaled(total, rate * rate, multiply(left, transpose(update[l])))
  })
}

/**
 * Residual of A_{l+1} + A_{l+1}ᵀ = A_l G_{l−1} A_lᵀ − Σ_t ΔA_l G_{l−1} ΔA_lᵀ, relative to the largest of its terms.
 * Equation: theory (2.11). In gradient flow the sum vanishes and the symmetric part is positive, theory (2.12).
 */
export function symmetricPartResidual(a: AlignmentMatrices, g: Grams, squares: readonly Matrix[]): number {
  let worst = 0
  for (let l = 0; l + 1 < a.length; l++) {
    const left = addScaled(a[l + 1], 1, transpose(a[l + 1]))
    const quadratic = multiply(l === 0 ? a[l] : multiply(a[l], g[l - 1]), transpose(a[l]))
    const right = addScaled(quadratic, -1, squares[l])
    const size = Math.max(frobenius(left), frobenius(quadratic), frobenius(squares[l]))
    if (size > 0) worst = Math.max(worst, frobenius(addScaled(left, -1, right)) / size)
  }
  return worst
}
