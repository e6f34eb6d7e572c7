// A deep linear network trained by direct feedback alignment, in float64 and without any shortcut: the full weights, as
// the oracle of the float32 engine and the thing that the alignment matrices must reproduce.

import { addScaled, type Matrix, multiply, scaled, transpose } from '../tensor/index.ts'

/** Weights W_1 … W_L with shapes [n_l, n_{l−1}]. */
export type Weights = readonly Matrix[]

/** Feedback matrices F_1 … F_{L−1} with shapes [n_l, n_L]. */
export type Feedback = readonly Matrix[]

/** Samples as rows: x [B, n_0], y [B, n_L]. The mean over the B rows is the average of every update. */
export interface Batch {
  readonly x: Matrix
  readonly y: Matrix
}

/**
 * One step of direct feedback alignment on ½‖e‖² averaged over the batch:
 * W_l ← W_l − η⟨F_l e h_{l−1}ᵀ⟩ for l < L, W_L ← W_L − η⟨e h_{L−1}ᵀ⟩, with h_l = W_l h_{l−1}, e = h_L − y.
 * Equation: theory (2.1). Returns new weights. Cost: 4·B·Σ n_l n_{l−1} flops.
 */
export function directFeedbackStep(weights: Weights, feedback: Feedback, { x, y }: Batch, rate: number): Weights {
  const activations = [x]
  for (const w of weights) activations.push(multiply(activations[activations.length - 1], transpose(w)))
  const e = addScaled(activations[weights.length], -1, y)
  return weights.map((w, index) => {
    const delivered = index < feedback.length ? multiply(e, transpose(feedback[index])) : e
    const gradient = scaled(1 / x.rows, multiply(transpose(delivered), activations[index]))
    return addScaled(w, -rate, gradient)
  })
}
