// The heart of the theory: a deep linear network trained by direct feedback alignment from zero weights never leaves
//   W_1 = F_1 A_1,   W_l = F_l A_l F_{l−1}ᵀ (1 < l < L),   W_L = A_L F_{L−1}ᵀ      (weak weight alignment)
// and its alignment matrices A_l [n_L, n_L] (A_1 [n_L, n_0]) obey a closed recursion in which the widths appear only
// through the Gram matrices G_l = F_lᵀ F_l. The recursion is therefore an exact reduced dynamics on tiny matrices.

import { addScaled, identity, innerProduct, type Matrix, matrix, maxAbs, multiply, normalized, normalizingFactor,
  pseudoInverse, scaled, transpose } from '../tensor/index.ts'
import type { Batch, Feedback, Weights } from './linear-network.ts'

/** A_1 … A_L. */
export type AlignmentMatrices = readonly Matrix[]

/** G_0 = I [n_0, n_0] is left out; G_l = F_lᵀF_l [n_L, n_L] for l = 1 … L−1. */
export type Grams = readonly Matrix[]

/** G_l = F_lᵀ F_l. Equation: theory (2.3). Equal to I for F with orthonormal columns. */
export function grams(feedback: Feedback): Grams {
  return feedback.map((f) => multiply(transpose(f), f))
}

/** A_l = 0, where training from zero weights begins. */
export function zeroAlignment(depth: number, inputs: number, outputs: number): AlignmentMatrices {
  return Array.from({ length: depth }, (_, index) => matrix(outputs, index === 0 ? inputs : outputs))
}

/**
 * One step of the exact recursion on a batch: A_l ← A_l − η⟨e z_{l−1}ᵀ⟩ with z_0 = x, z_1 = A_1 x,
 * z_l = A_l G_{l−1} z_{l−1} and e = z_L − y.
 * Equation: theory (2.4), exact for any F; the weights of theory (2.2) take the same step.
 */
export function alignmentStep(a: AlignmentMatrices, g: Grams, { x, y }: Batch, rate: number): AlignmentMatrices {
  const z = [x]
  for (let l = 0; l < a.length; l++) z.push(multiply(l === 0 ? x : multiply(z[l], g[l - 1]), transpose(a[l])))
  const e = addScaled(z[a.length], -1, y)
  const et = transpose(e)
  return a.map((al, l) => addScaled(al, -rate / x.rows, multiply(et, z[l])))
}

/** A linear task: targets y = T x with inputs of covariance Σ. Shapes: T [n_L, n_0], Σ [n_0, n_0]. */
export interface LinearTask {
  readonly teacher: Matrix
  /** Undefined means whitened inputs, Σ = I. */
  readonly covariance?: Matrix
}

/**
 * End-to-end maps C_l with z_l = C_l x: C_0 = I, C_1 = A_1, C_l = A_l G_{l−1} C_{l−1}; the list holds C_1 … C_L.
 * Equation: theory (2.5).
 */
export function endToEnd(a: AlignmentMatrices, g: Grams): readonly Matrix[] {
  const c = [a[0]]
  for (let l = 1; l < a.length; l++) c.push(multiply(a[l], multiply(g[l - 1], c[l - 1])))
  return c
}

/**
 * One step of the recursion on the population, all averages exact: A_l ← A_l − η (C_L − T) Σ C_{l−1}ᵀ.
 * Equation: theory (2.6).
 */
export function populationStep(a: AlignmentMatrices, g: Grams, task: LinearTask, rate: number): AlignmentMatrices {
  return applyUpdate(a, populationUpdate(a, g, task), rate)
}

/** ⟨e z_{l−1}ᵀ⟩ = (C_L − T) Σ C_{l−1}ᵀ for l = 1 … L. Equation: theory (2.6). */
export function populationUpdate(a: AlignmentMatrices, g: Grams,
  { teacher, covariance }: LinearTask): readonly Matrix[]
{
  const c = endToEnd(a, g)
  const difference = addScaled(c[c.length - 1], -1, teacher)
  const e = covariance === undefined ? difference : multiply(difference, covariance)
  return a.map((_, l) => (l === 0 ? e : multiply(e, transpose(c[l - 1]))))
}

/** A_l − η U_l. Equation: theory (2.6). */
export function applyUpdate(a: AlignmentMatrices, update: readonly Matrix[], rate: number): AlignmentMatrices {
  return a.map((al, l) => addScaled(al, -rate, update[l]))
}

/**
 * ⟨‖e‖²⟩ / ⟨‖y‖²⟩ = tr[(C_L − T) Σ (C_L − T)ᵀ] / tr[T Σ Tᵀ]: 1 at zero weights, 0 when the task is learnt.
 * Both are squared after one scaling by the power of two that suits T, Σ after another.
 * Equation: theory (2.7).
 */
export function relativeLoss(a: AlignmentMatrices, g: Grams, { teacher, covariance }: LinearTask): number {
  const c = endToEnd(a, g)
  const factor = normalizingFactor(maxAbs(teacher))
  const metric = covariance === undefined ? undefined : normalized(covariance)
  const power = (m: Matrix): number => innerProduct(metric === undefined ? m : multiply(m, metric), m)
  return power(scaled(factor, addScaled(c[c.length - 1], -1, teacher))) / power(scaled(factor, teacher))
}

/**
 * The weights that alignment matrices stand for: W_1 = F_1A_1, W_l = F_lA_lF_{l−1}ᵀ, W_L = A_LF_{L−1}ᵀ.
 * Equation: theory (2.2).
 */
export function weightsFromAlignment(a: AlignmentMatrices, feedback: Feedback): Weights {
  return a.map((al, l) => {
    const left = l < feedback.length ? multiply(feedback[l], al) : al
    return l === 0 ? left : multiply(left, transpose(feedback[l - 1]))
  })
}

/**
 * The alignment matrices that fit given weights best in the least-squares sense: A_l = F_l⁺ W_l (F_{l−1}ᵀ)⁺.
 * Equation: theory (2.13). Exact where weak weight alignment holds; compare `weightsFromAlignment` of the result with
 * the weights.
 */
export function alignmentFromWeights(weights: Weights, feedback: Feedback): AlignmentMatrices {
  const inverses = feedback.map((f) => pseudoInverse(f))
  return weights.map((w, l) => {
    const left = l < inverses.length ? multiply(inverses[l], w) : w
    return l === 0 ? left : multiply(left, transpose(inverses[l - 1]))
  })
}

/** One sample's error and layer inputs at one step, as `doubleSum` needs them. */
export interface HistoryEntry {
  /** e, [B, n_L]. */
  readonly error: Matrix
  /** z_0 = x, z_1, …, z_{L−1}, each [B, ·]. */
  readonly inputs: readonly Matrix[]
}

/** e and z_0 … z_{L−1} of one batch under the current alignment matrices. Equation: theory (2.4). */
export function historyEntry(a: AlignmentMatrices, g: Grams, { x, y }: Batch): HistoryEntry {
  const z = [x]
  for (let l = 0; l < a.length; l++) z.push(multiply(l === 0 ? x : multiply(z[l], g[l - 1]), transpose(a[l])))
  return { error: addScaled(z[a.length], -1, y), inputs: z.slice(0, a.length) }
}

/**
 * A_l for l ≥ 2 by the double sum over the whole history, without recursion:
 * A_l = η² Σ_{t'} Σ_{t''<t'} ⟨ (z_{l−2}^{t'}ᵀ G_{l−2} z_{l−2}^{t''}) e_{t'} e_{t''}ᵀ ⟩, averages over both batches, G_0 = I.
 * Equation: theory (2.9). Cost: quadratic in the number of steps; it exists to check the recursion.
 */
export function doubleSum(layer: number, history: readonly HistoryEntry[], g: Grams, rate: number): Matrix {
  if (!(Number.isInteger(layer) && layer >= 2)) {
    throw new RangeError(`doubleSum: layer must be at least 2, got ${layer}`)
  }
  const outputs = history[0].error.columns
  let total = matrix(outputs, outputs)
  for (let late = 1; late < history.length; late++) {
    const now = history[late]
    const z = now.inputs[layer - 2]
    const gram = layer === 2 ? identity(z.columns) : g[layer - 3]
    const zg = multiply(z, gram)
    for (let early = 0; early < late; early++) {
      const then = history[early]
      const kernel = multiply(zg, transpose(then.inputs[layer - 2]))
      const outer = multiply(transpose(now.error), multiply(kernel, then.error))
      total = addScaled(total, (rate * rate) / (z.rows * then.error.rows), outer)
    }
  }
  return total
}
