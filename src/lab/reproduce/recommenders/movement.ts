// In how many directions the embeddings of a field have moved.

import type { FieldEmbedding } from '../../../nn/index.ts'
import { matrix, singularValues } from '../../../tensor/index.ts'
import { mean } from '../../statistics.ts'

/**
 * (Σσ²)²/Σσ⁴ of singular values: the number of equal ones that has this ratio, 1 for one alone; NaN where all are zero.
 */
export function effectiveRank(values: ArrayLike<number>): number {
  let squares = 0, fourths = 0
  for (let i = 0; i < values.length; i++) {
    squares += values[i] * values[i]
    fourths += values[i] * values[i] * (values[i] * values[i])
  }
  return squares * squares / fourths
}

/**
 * The mean over fields of the effective rank of W − W₀, rows of one field at a time, the fields that moved; null where
 * none has. Equation: theory (5.17).
 */
export function movementRank({ weight, offsets, features }: FieldEmbedding, start: Float32Array): number | null {
  const ranks: number[] = []
  for (let f = 0; f + 1 < offsets.length; f++) {
    const from = offsets[f] * features, end = offsets[f + 1] * features
    const moved = Float64Array.from({ length: end - from }, (_, i) => weight.value.data[from + i] - start[from + i])
    if (moved.every((v) => v === 0)) continue
    ranks.push(effectiveRank(singularValues(matrix(offsets[f + 1] - offsets[f], features, moved))))
  }
  return ranks.length === 0 ? null : mean(ranks)
}
