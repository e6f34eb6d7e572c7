// Where the flow of feedback alignment stands still, and when that is where the loss is least.

import { addScaled, frobenius, identity, type Matrix, matrix, multiply, pseudoInverse,
  rank } from '../../tensor/index.ts'
import type { LinearTask } from '../alignment-matrices.ts'
import type { Feedback, Weights } from '../linear-network.ts'
import { checkFeedback, feedbackFlow } from './flow.ts'

/** √Σ‖m_l‖². */
export function norm(matrices: readonly Matrix[]): number {
  return frobenius(matrix(1, matrices.length, Float64Array.from(matrices, frobenius)))
}

/**
 * √Σ‖Ẇ_l‖² over √Σ‖W_l‖² (as it is, where all weights are zero): 0 at a fixed point. Equation: theory (6.3).
 */
export function fixedPointResidual(weights: Weights, feedback: Feedback, task: LinearTask): number {
  const size = norm(weights)
  return norm(feedbackFlow(weights, feedback, task)) / (size === 0 ? 1 : size)
}

/** Throws: RangeError naming the residual unless the weights are a fixed point up to `tolerance`. */
export function checkFixedPoint(where: string, weights: Weights, feedback: Feedback, task: LinearTask,
  tolerance: number = 1e-6): void
{
  const residual = fixedPointResidual(weights, feedback, task)
  if (residual <= tolerance) return
  throw new RangeError(
    `${where}: weights must be a fixed point, |velocity| ≤ ${tolerance}·|weights|, got ${residual.toPrecision(3)}`,
  )
}

/**
 * Throws: RangeError unless F_1 has full column rank, so that F_1 D Σ = 0 only where D = 0 and every fixed point is a
 * minimum. Equation: theory (6.4). A hidden layer narrower than the output is said.
 */
export function checkFeedbackRank(where: string, weights: Weights, feedback: Feedback): void {
  checkFeedback(where, weights, feedback)
  if (feedback.length === 0) return
  const [{ rows, columns }] = feedback
  const found = rank(feedback[0])
  if (found === columns) return
  const cause = rows < columns
    ? ` (n_1 = ${rows} < n_L = ${columns}: there are fixed points that are no critical points of the loss)` : ''
  throw new RangeError(
    `${where}: feedback[0] [${rows}, ${columns}] must have full column rank ${columns}, got rank ${found}${cause}`,
  )
}

/**
 * A teacher T = W_2 W_1 − d nᵀ for which (W_1, W_2) is a fixed point without being a critical point of the loss: d in the
 * kernel of F (n_1 < n_L), n in that of W_1 (n_1 < n_0), both of length 1. Equation: theory (6.5).
 * Throws: RangeError where one of the kernels is zero, and unless there are two layers.
 */
export function spuriousTeacher(weights: Weights, feedback: Feedback): Matrix {
  if (weights.length !== 2) {
    throw new RangeError(`spuriousTeacher: weights must be of two layers, got ${weights.length}`)
  }
  checkFeedback('spuriousTeacher', weights, feedback)
  const [w1, w2] = weights
  const [f] = feedback
  const unseen = kernelVector(f)
  const silent = kernelVector(w1)
  if (unseen === undefined || silent === undefined) {
    throw new RangeError(
      `spuriousTeacher: hidden width must be below ${w2.rows} outputs and ${w1.columns} inputs, got ${w1.rows}`,
    )
  }
  const teacher = multiply(w2, w1)
  for (let i = 0; i < teacher.rows; i++) {
    for (let j = 0; j < teacher.columns; j++) teacher.data[i * teacher.columns + j] -= unseen[i] * silent[j]
  }
  return teacher
}

/** A unit vector v with a·v = 0, the longest column of the projection I − a⁺a; undefined where there is none. */
function kernelVector(a: Matrix): Float64Array | undefined {
  if (rank(a) === a.columns) return undefined
  const { data } = addScaled(identity(a.columns), -1, multiply(pseudoInverse(a), a))
  // The projection is symmetric, and its column j has the length √P_jj.
  const n = a.columns
  let longest = 0
  for (let j = 1; j < n; j++) if (data[j * n + j] > data[longest * n + longest]) longest = j
  const length = Math.sqrt(data[longest * n + longest])
  return data.slice(longest * n, longest * n + n).map((x) => x / length)
}
