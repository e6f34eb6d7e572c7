// Between the engine's float32 tensors and the theory's float64 matrices.

import { type FeedbackKind, feedbackMatrices } from '../../dfa/index.ts'
import { type Matrix, matrix, type Tensor, tensor } from '../../tensor/index.ts'

/** A float64 copy of a [rows, columns] tensor; every float32 value is exact. */
export function toMatrix(a: Tensor): Matrix {
  return matrix(a.shape[0], a.shape[1], Float64Array.from(a.data))
}

/** A float32 copy of a matrix, each element rounded once. */
export function toTensor(a: Matrix): Tensor {
  return tensor([a.rows, a.columns], Float32Array.from(a.data))
}

/** The engine's own F_1 … F_{L−1} for a network with equal hidden widths: entries of order 1/√width. */
export function drawFeedback(kind: FeedbackKind, depth: number, width: number, outputs: number,
  seed: number): readonly Tensor[]
{
  const points = Array.from({ length: depth - 1 }, (_, index) => ({ name: `point${index + 1}`, width }))
  return feedbackMatrices(points, outputs, { kind, normalization: 'width', seed })
}
