// Alignment matrices of any network: what the weights have learnt, as far as it has the form that the linear theory
// gives it, and how far it has not.

import { addScaled, type Matrix, matrix, maxAbs, normalized } from '../tensor/index.ts'
import { alignmentFromWeights, type AlignmentMatrices, weightsFromAlignment } from './alignment-matrices.ts'
import { conditionOnRank } from './conditioning.ts'
import { relativeDifference } from './identities.ts'
import type { Feedback, Weights } from './linear-network.ts'

/** The best A_l of given weights and what they leave over. */
export interface FittedAlignment {
  /** A_1 … A_L: [n_L, n_0] and [n_L, n_L]. */
  readonly alignment: AlignmentMatrices
  /** ‖ΔW_l − fit‖_F/‖ΔW_l‖_F in [0, 1], l = 1 … L; NaN where the weights have not moved. */
  readonly residuals: readonly number[]
}

/**
 * A_l = argmin ‖ΔW_l − F_l A_l F_{l−1}ᵀ‖_F = F_l⁺ ΔW_l (F_{l−1}⁺)ᵀ with ΔW = W − W(0), F_0 = I and F_L = I.
 * Equation: theory (2.13), (2.14); residual 0 for a linear network from zero weights. The residual is orthogonal to the
 * fit: ‖ΔW‖² = ‖fit‖² + ‖ΔW − fit‖².
 * Shapes: weights and initial W_l [n_l, n_{l−1}], feedback F_l [n_l, n_L] for l < L. Zero `initial` unless given.
 * Accuracy: the residual is taken from the difference: √(‖ΔW‖² − ‖fit‖²) would lose half of the digits near 0.
 * Throws: RangeError for shapes that do not fit each other, values that are not finite.
 */
export function fitAlignment(weights: Weights, feedback: Feedback, initial?: Weights): FittedAlignment {
  checkWeights('weights', weights, feedback)
  if (initial !== undefined) checkWeights('initial', initial, feedback)
  if (initial !== undefined && initial[0].columns !== weights[0].columns) {
    throw new RangeError(
      `fitAlignment: initial[0] must have ${weights[0].columns} columns like weights[0], got ${initial[0].columns}`,
    )
  }
  const learnt = initial === undefined ? weights : weights.map((w, l) => addScaled(w, -1, initial[l]))
  for (const [l, w] of learnt.entries()) {
    if (w.data.every(Number.isFinite)) continue
    throw new RangeError(`fitAlignment: weights[${l}] must hold finite numbers only, got one that is not`)
  }
  const alignment = alignmentFromWeights(learnt, feedback)
  const residuals = weightsFromAlignment(alignment, feedback).map((fit, l) =>
    maxAbs(learnt[l]) === 0 ? NaN : relativeDifference(fit, learnt[l])
  )
  return { alignment, residuals }
}

function checkWeights(name: string, weights: Weights, feedback: Feedback): void {
  if (weights.length !== feedback.length + 1) {
    throw new RangeError(
      `fitAlignment: ${name} must be ${feedback.length + 1}, one more than feedback matrices, got ${weights.length}`,
    )
  }
  const outputs = weights[feedback.length].rows
  weights.forEach((w, l) => {
    const rows = l < feedback.length ? feedback[l].rows : outputs
    const columns = l === 0 ? w.columns : feedback[l - 1].rows
    if (w.rows === rows && w.columns === columns) return
    throw new RangeError(
      `fitAlignment: ${name}[${l}] must have shape [${rows}, ${columns}], got [${w.rows}, ${w.columns}]`,
    )
  })
  feedback.forEach((f, l) => {
    if (f.columns === outputs) return
    throw new RangeError(`fitAlignment: feedback[${l}] must have ${outputs} columns, got ${f.columns}`)
  })
}

/**
 * √(1 − d/(n_l n_{l−1})): the root mean square residual of a ΔW_l without any structure (isotropic entries),
 * d = r_l r_{l−1} the dimension of the fits, r_l = min(n_l, n_L), r_0 = n_0. What a measured residual has to stay below
 * to mean anything. Equation: theory (2.15).
 * `sizes` are n_0 … n_L, `layer` is l = 1 … L. Throws: RangeError outside.
 */
export function structurelessResidual(sizes: readonly number[], layer: number): number {
  if (!(Number.isInteger(layer) && layer >= 1 && layer < sizes.length)) {
    throw new RangeError(`structurelessResidual: layer must be in 1 … ${sizes.length - 1}, got ${layer}`)
  }
  const outputs = sizes[sizes.length - 1]
  const rank = (l: number): number => (l === 0 ? sizes[0] : Math.min(sizes[l], outputs))
  return Math.sqrt(1 - (rank(layer) * rank(layer - 1)) / (sizes[layer] * sizes[layer - 1]))
}

/**
 * κ = s_1/s_{K−1} of C A C, C = I − 11ᵀ/K: the condition number on the subspace where the errors of a softmax live,
 * which sum to zero. A linear network has A_l = C A_l C for 2 ≤ l ≤ L, so that this is `conditionOnRank` of rank K − 1;
 * a non-linear one has not, and its part along 1 meets no error.
 * Equation: theory (2.37).
 * Throws: RangeError unless A is square with K ≥ 2.
 */
export function centeredCondition(a: Matrix): number {
  const n = a.rows
  if (a.columns !== n || n < 2) {
    throw new RangeError(`centeredCondition: a must be square with at least 2 rows, got [${a.rows}, ${a.columns}]`)
  }
  const { data } = normalized(a)
  const rows = new Float64Array(n)
  const columns = new Float64Array(n)
  let total = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const value = data[i * n + j] / n
      rows[i] += value
      columns[j] += value
      total += value / n
    }
  }
  const centered = matrix(n, n, data.map((value, at) => value - rows[Math.floor(at / n)] - columns[at % n] + total))
  return conditionOnRank(centered, n - 1)
}
