// The linear operator that moves the error of a deep linear network under any feedback: Ḋ = −Σ_l M_l D Σ N_l.

import { identity, type Matrix, matrix, multiply, transpose } from '../../tensor/index.ts'
import type { Feedback, Weights } from '../linear-network.ts'
import { checkFeedback, forwardMaps } from './flow.ts'

/** One layer's share of the error operator. */
export interface LayerTerm {
  /** M_l = W_L ⋯ W_{l+1} F_l [n_L, n_L], M_L = I: the alignment of what is delivered with what is exact. */
  readonly above: Matrix
  /** N_l = H_{l−1}ᵀ H_{l−1} [n_0, n_0], N_1 = I: what the layers below pass on. */
  readonly below: Matrix
}

/**
 * M_l and N_l of every layer. Equation: theory (6.6). Shapes: W_l [n_l, n_{l−1}], F_l [n_l, n_L], l = 1 … L−1.
 * Throws: RangeError for feedback that is not one F_l per hidden layer.
 */
export function layerTerms(weights: Weights, feedback: Feedback): readonly LayerTerm[] {
  checkFeedback('layerTerms', weights, feedback)
  const maps = forwardMaps(weights)
  let path = identity(weights[weights.length - 1].rows)
  const terms: LayerTerm[] = []
  for (let l = weights.length - 1; l >= 0; l--) {
    const below = l === 0 ? identity(weights[0].columns) : multiply(transpose(maps[l - 1]), maps[l - 1])
    terms.unshift({ above: l < feedback.length ? multiply(path, feedback[l]) : path, below })
    path = multiply(path, weights[l])
  }
  return terms
}

/** 2²⁸ bytes, a square matrix of 5792 rows. */
const MOST_BYTES = 268_435_456

/**
 * K = Σ_l M_l ⊗ N_l Σ on the rows of D [n_L, n_0], so that vec Ḋ = −K vec D at every time, not only near a fixed point.
 * Equation: theory (6.7). Shapes: [n_L·n_0, n_L·n_0], element (i·n_0 + j, k·n_0 + m) acts from D[k, m] on D[i, j].
 * Throws: RangeError naming the bytes of an operator larger than `most`, 256 MiB unless given.
 */
export function errorOperator(terms: readonly LayerTerm[], covariance?: Matrix, most: number = MOST_BYTES): Matrix {
  const outputs = terms[0].above.rows
  const inputs = terms[0].below.rows
  const n = outputs * inputs
  checkOperatorSize('errorOperator', n, most)
  const k = matrix(n, n)
  for (const { above, below } of terms) {
    const right = covariance === undefined ? below : multiply(below, covariance)
    addKroneckerInto(k, above, right)
  }
  return k
}

/** Throws: RangeError naming the bytes of an [n, n] operator of more than `most`. */
export function checkOperatorSize(where: string, n: number, most: number = MOST_BYTES): void {
  const bytes = 8 * n * n
  if (bytes <= most) return
  throw new RangeError(`${where}: the operator must have at most ${most} bytes, got ${bytes} for [${n}, ${n}]`)
}

/** k ← k + a ⊗ b. */
function addKroneckerInto(k: Matrix, a: Matrix, b: Matrix): void {
  for (let i = 0; i < a.rows; i++) {
    for (let p = 0; p < a.columns; p++) {
      const factor = a.data[i * a.columns + p]
      if (factor === 0) continue
      for (let j = 0; j < b.rows; j++) {
        const row = (i * b.rows + j) * k.columns + p * b.columns
        for (let q = 0; q < b.columns; q++) k.data[row + q] += factor * b.data[j * b.columns + q]
      }
    }
  }
}
