import { describe, expect, it } from 'vitest'
import { type Matrix, matrix, multiply, normalInto, randomStream, transpose } from '../../src/tensor/index.ts'
import { type SparseRows, sparseTimes } from '../../src/theory/index.ts'
import { denseMatrix, sparseTransposeTimes } from '../../src/theory/sparse-rows.ts'

/** [[0, 2, 0, 1], [0, 0, 0, 0], [−3, 5, 4, 0]]. */
const A: SparseRows = {
  rows: 3,
  columns: 4,
  starts: Uint32Array.of(0, 2, 2, 5),
  places: Uint32Array.of(1, 3, 0, 1, 2),
  values: Float64Array.of(2, 1, -3, 5, 4),
}

const gaussian = (rows: number, columns: number): Matrix => {
  const out = matrix(rows, columns)
  normalInto(out.data, randomStream(3, 'sparse'))
  return out
}

describe('a sparse matrix', () => {
  it('is written out with its zeros, empty rows included', () => {
    expect([...denseMatrix(A).data]).toEqual([0, 2, 0, 1, 0, 0, 0, 0, -3, 5, 4, 0])
  })

  it('multiplies like the dense one, bit for bit, from both sides', () => {
    const dense = denseMatrix(A)
    const b = gaussian(4, 5), c = gaussian(3, 2)
    expect(sparseTimes(A, b)).toEqual(multiply(dense, b))
    expect(sparseTransposeTimes(A, c)).toEqual(multiply(transpose(dense), c))
  })

  it('refuses factors that do not fit', () => {
    expect(() => sparseTimes(A, gaussian(3, 2))).toThrow('sparseTimes: b must have 4 rows, got [3, 2]')
    expect(() => sparseTransposeTimes(A, gaussian(4, 2))).toThrow(
      'sparseTransposeTimes: b must have 3 rows, got [4, 2]',
    )
  })
})
