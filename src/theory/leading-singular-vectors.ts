// The strongest singular vectors of a large sparse matrix, for feedback made of a layer's own weights.

import { checkSize, type Matrix, matrix, maxAbs, multiply, normalInto, normalizingFactor, qr, type RandomStream,
  type Svd, svd, transpose } from '../tensor/index.ts'
import { denseMatrix, type SparseRows, sparseTimes, sparseTransposeTimes } from './sparse-rows.ts'

/**
 * The r largest singular values of A with their vectors, A ≈ U·diag(s)·Vᵀ, for theory (4.12).
 * Source: randomized block Krylov iteration, Musco & Musco 2015, algorithm 2: an orthonormal basis Q of A X,
 *   (A Aᵀ)A X, …, (A Aᵀ)^(blocks−1) A X with Gaussian X [n, r]; then svd(AᵀQ). Small matrices are decomposed directly.
 * Shapes: a [m, n] → u [m, r], s [r], v [n, r]. Cost: 4·blocks·r flops per entry and about 6·(m + n)·(blocks·r)².
 * Accuracy: s from below, s² to a relative error of the order of (log n/blocks)² at worst, whatever the gaps; vectors
 *   of values closer than that are any basis of their span.
 * Throws: RangeError for r below 1 or above min(m, n).
 * Why: the Gram matrix of a layer of 2,000 units takes 70 Gflop to diagonalise, this takes 0.2.
 */
export function leadingSingularVectors(a: SparseRows, count: number, stream: RandomStream, blocks: number = 12): Svd {
  const most = Math.min(a.rows, a.columns)
  checkSize('leadingSingularVectors', 'count', count, 1)
  checkSize('leadingSingularVectors', 'blocks', blocks, 1)
  if (count > most) throw new RangeError(`leadingSingularVectors: count must be at most ${most}, got ${count}`)
  if (count * blocks >= most) {
    const { u, s, v } = svd(denseMatrix(a))
    return { u: firstColumns(u, count), s: s.slice(0, count), v: firstColumns(v, count) }
  }
  // A Aᵀ squares the scale of A.
  const factor = normalizingFactor(maxAbs(matrix(1, a.values.length, a.values)))
  a = { ...a, values: a.values.map((value) => factor * value) }
  const start = matrix(a.columns, count)
  normalInto(start.data, stream)
  const basis = matrix(a.rows, count * blocks)
  let block = qr(sparseTimes(a, start)).q
  for (let b = 0; b < blocks; b++) {
    for (let i = 0; i < a.rows; i++) {
      basis.data.set(block.data.subarray(i * count, (i + 1) * count), i * basis.columns + b * count)
    }
    // Orthonormal columns again: powers of A would all turn into its first vector.
    if (b + 1 < blocks) block = qr(sparseTimes(a, sparseTransposeTimes(a, block))).q
  }
  const { q } = qr(basis)
  const { u: v, s, v: w } = svd(sparseTransposeTimes(a, q))
  return {
    u: multiply(q, firstColumns(w, count)),
    s: s.slice(0, count).map((value) => value / factor),
    v: firstColumns(v, count),
  }
}

function firstColumns(a: Matrix, count: number): Matrix {
  const t = transpose(a)
  return transpose(matrix(count, a.rows, t.data.slice(0, count * a.rows)))
}
