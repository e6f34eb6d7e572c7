// What makes a fixed point stable, in continuous time and in steps, and what alignment has to do with it.

import { addScaled, type Eigenvalues, eigenvalues, innerProduct, type Matrix, multiply, scaled, symmetricEigen, trace,
  transpose } from '../../tensor/index.ts'
import type { LinearTask } from '../alignment-matrices.ts'
import type { Feedback, Weights } from '../linear-network.ts'
import { errorOperator, type LayerTerm, layerTerms } from './error-operator.ts'
import { checkFeedbackRank, checkFixedPoint } from './fixed-points.ts'

/** What linear stability says of a fixed point. */
export interface Stability {
  /** Eigenvalues of K; those of the flow across the manifold of fixed points are their negatives. */
  readonly spectrum: Eigenvalues
  /** The least real part of K: positive for a stable point, and minus the growth rate of an unstable one. */
  readonly leastRate: number
  readonly isStable: boolean
  /** The greatest η at which discrete steps are stable, too; 0 at an unstable point. */
  readonly greatestRate: number
}

/**
 * Stability of a fixed point: all Re λ(K) > 0. Equation: theory (6.8).
 * Throws: RangeError for weights that are no fixed point (residual named), F_1 without full column rank, operators above
 * 256 MiB (bytes named).
 */
export function fixedPointStability(weights: Weights, feedback: Feedback, task: LinearTask): Stability {
  checkFeedbackRank('fixedPointStability', weights, feedback)
  checkFixedPoint('fixedPointStability', weights, feedback, task)
  return stabilityOf(errorOperator(layerTerms(weights, feedback), task.covariance))
}

/** The same of an operator. Equation: theory (6.8). Throws: RangeError unless it is square and finite. */
export function stabilityOf(operator: Matrix): Stability {
  const spectrum = eigenvalues(operator)
  const leastRate = Math.min(...spectrum.real)
  return { spectrum, leastRate, isStable: leastRate > 0, greatestRate: greatestStableRate(spectrum) }
}

/**
 * min 2 Re λ/|λ|² over the spectrum of K, the rate below which |1 − ηλ| < 1 for all; 0 where one Re λ ≤ 0.
 * Equation: theory (6.9).
 */
export function greatestStableRate({ real, imaginary }: Eigenvalues): number {
  let least = Infinity
  for (let i = 0; i < real.length; i++) {
    if (!(real[i] > 0)) return 0
    // In this order the square cannot overflow where the quotient is in range.
    least = Math.min(least, 2 / (real[i] + imaginary[i] * (imaginary[i] / real[i])))
  }
  return least
}

/** tr K = Σ_l tr M_l · tr N_l Σ: positive at every stable point. Equation: theory (6.17). */
export function operatorTrace(terms: readonly LayerTerm[], covariance?: Matrix): number {
  return terms.reduce(
    (total, { above, below }) =>
      total + trace(above) * trace(covariance === undefined ? below : multiply(below, covariance)),
    0,
  )
}

/**
 * The least eigenvalue of ½(M_l + M_lᵀ), l = 1 … L−1. Equation: theory (6.16): if the first is positive and none
 * negative, all errors are aligned and the point is stable.
 */
export function leastSymmetricParts(terms: readonly LayerTerm[]): readonly number[] {
  return terms.slice(0, -1).map(({ above }) => {
    const { values } = symmetricEigen(scaled(0.5, addScaled(above, 1, transpose(above))))
    return values[values.length - 1]
  })
}

/**
 * ⟨gradient, update⟩ of all layers at an error moment X = D Σ: Σ_l tr XᵀM_l X N_l = −dL/dt. Equation: theory (6.14).
 */
export function wholeGradientProduct(terms: readonly LayerTerm[], moment: Matrix): number {
  return terms.reduce(
    (total, { above, below }) => total + innerProduct(moment, multiply(multiply(above, moment), below)),
    0,
  )
}
