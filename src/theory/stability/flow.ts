// Feedback alignment as a flow of a deep linear network on the population: the vector field, for direct feedback and for
// feedback from layer to layer, which in a linear network is the same thing.

import { addScaled, innerProduct, type Matrix, multiply, scaled, transpose } from '../../tensor/index.ts'
import type { LinearTask } from '../alignment-matrices.ts'
import type { Feedback, Weights } from '../linear-network.ts'

/** H_0 = I … H_L: what each layer makes of the input, H_l = W_l ⋯ W_1; H_0 is left out, the list holds H_1 … H_L. */
export function forwardMaps(weights: Weights): readonly Matrix[] {
  const maps = [weights[0]]
  for (const w of weights.slice(1)) maps.push(multiply(w, maps[maps.length - 1]))
  return maps
}

/**
 * F_l = R_{l+1}ᵀ ⋯ R_Lᵀ, l = 1 … L−1: feedback alignment with transports R_2 … R_L (shapes of W_2 … W_L) delivers these
 * in a linear network. Equation: theory (6.2). The true transports give backpropagation.
 */
export function transportedFeedback(transports: readonly Matrix[]): Feedback {
  const feedback: Matrix[] = []
  for (let l = transports.length - 1; l >= 0; l--) {
    const r = transpose(transports[l])
    feedback.unshift(feedback.length === 0 ? r : multiply(r, feedback[0]))
  }
  return feedback
}

/** (W_L ⋯ W_{l+1})ᵀ, l = 1 … L−1: the feedback that makes the flow a gradient flow. Equation: theory (6.2). */
export function exactFeedback(weights: Weights): Feedback {
  return transportedFeedback(weights.slice(1))
}

/** ⟨e xᵀ⟩ = D Σ with D = W_L ⋯ W_1 − T. Equation: theory (6.1). */
export function errorMoment(weights: Weights, { teacher, covariance }: LinearTask): Matrix {
  const difference = addScaled(forwardMaps(weights)[weights.length - 1], -1, teacher)
  return covariance === undefined ? difference : multiply(difference, covariance)
}

/** Throws: RangeError unless there is one F_l [n_l, n_L] for each hidden layer: others would be taken for exact ones, or left out. */
export function checkFeedback(where: string, weights: Weights, feedback: Feedback): void {
  if (weights.length === 0) throw new RangeError(`${where}: weights must be of at least one layer, got none`)
  if (feedback.length !== weights.length - 1) {
    throw new RangeError(
      `${where}: feedback must hold ${weights.length - 1} matrices, one per hidden layer, got ${feedback.length}`,
    )
  }
  const outputs = weights[weights.length - 1].rows
  feedback.forEach(({ rows, columns }, l) => {
    if (rows === weights[l].rows && columns === outputs) return
    throw new RangeError(
      `${where}: feedback[${l}] must have shape [${weights[l].rows}, ${outputs}], got [${rows}, ${columns}]`,
    )
  })
}

/**
 * Ẇ_l = −F_l D Σ H_{l−1}ᵀ, with F_L = I and H_0 = I. Equation: theory (6.1).
 * Shapes: W_l [n_l, n_{l−1}], F_l [n_l, n_L]. Why: one field for every rule; `transportedFeedback` and `exactFeedback`
 * make it that of feedback alignment and of backpropagation.
 * Throws: RangeError for feedback that is not one F_l per hidden layer.
 */
export function feedbackFlow(weights: Weights, feedback: Feedback, task: LinearTask): Weights {
  checkFeedback('feedbackFlow', weights, feedback)
  const moment = errorMoment(weights, task)
  const maps = forwardMaps(weights)
  return weights.map((_, l) => {
    const delivered = l < feedback.length ? multiply(feedback[l], moment) : moment
    return scaled(-1, l === 0 ? delivered : multiply(delivered, transpose(maps[l - 1])))
  })
}

/** ½ tr D Σ Dᵀ, the loss of which backpropagation is the gradient flow. Equation: theory (6.1). */
export function populationLoss(weights: Weights, task: LinearTask): number {
  const difference = addScaled(forwardMaps(weights)[weights.length - 1], -1, task.teacher)
  return innerProduct(errorMoment(weights, task), difference) / 2
}
