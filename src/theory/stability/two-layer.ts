// Two layers: the operator of the error splits, and its spectrum is a sum of two.

import { type Eigenvalues, eigenvalues, type Matrix, matrixCosine, multiply, singularValues,
  transpose } from '../../tensor/index.ts'
import type { Feedback, Weights } from '../linear-network.ts'
import { checkFeedbackRank, checkFixedPoint } from './fixed-points.ts'
import { checkFeedback } from './flow.ts'

/** s_i², the spectrum of W_1ᵀW_1: n_0 values, falling, zeros where W_1 passes nothing on. Equation: theory (6.10). */
export function inputGains(w1: Matrix): Float64Array {
  const gains = new Float64Array(w1.columns)
  singularValues(w1).forEach((s, i) => {
    gains[i] = s * s
  })
  return gains
}

/** μ_j, the spectrum of W_2 F. Equation: theory (6.10). */
export function feedbackGains(w2: Matrix, f: Matrix): Eigenvalues {
  return eigenvalues(multiply(w2, f))
}

/**
 * −(s_i² + μ_j): the spectrum of the flow across the minima, whitened inputs, all n_0·n_L of it, complex where the μ_j
 * are, by falling real part. Equation: theory (6.10).
 * Throws: RangeError unless there are two layers, F has full column rank and the weights are a fixed point of the task.
 */
export function transverseSpectrum(weights: Weights, feedback: Feedback, teacher: Matrix): Eigenvalues {
  const where = 'transverseSpectrum'
  if (weights.length !== 2) throw new RangeError(`${where}: weights must be of two layers, got ${weights.length}`)
  checkFeedbackRank(where, weights, feedback)
  checkFixedPoint(where, weights, feedback, { teacher })
  const gains = inputGains(weights[0])
  const { real, imaginary } = feedbackGains(weights[1], feedback[0])
  const all = [...gains].flatMap((s) => Array.from(real, (re, j) => [-(s + re), -imaginary[j]] as const))
  all.sort((x, y) => y[0] - x[0] || y[1] - x[1])
  return { real: Float64Array.from(all, ([re]) => re), imaginary: Float64Array.from(all, ([, im]) => im) }
}

/**
 * min s_i² + min Re μ_j, the least rate at which an error decays with whitened inputs: positive for a stable minimum.
 * Equation: theory (6.11). With colored inputs its sign decides where all μ_j are real, and a positive one always does,
 * theory (6.12). Throws: RangeError when shapes do not fit.
 */
export function leastDecay(w1: Matrix, w2: Matrix, f: Matrix): number {
  checkFeedback('leastDecay', [w1, w2], [f])
  if (w2.columns !== w1.rows) {
    throw new RangeError(`leastDecay: w2 must have ${w1.rows} columns, one per row of w1, got ${w2.columns}`)
  }
  const gains = inputGains(w1)
  return gains[gains.length - 1] + Math.min(...feedbackGains(w2, f).real)
}

/** cos∠(W_2ᵀ, F), of the sign of tr W_2 F = Σ μ_j: positive where W_1 has a kernel and the minimum is stable. Equation: theory (6.19). */
export function hiddenWeightAlignment(w2: Matrix, f: Matrix): number {
  return matrixCosine(transpose(w2), f)
}
