import { describe, expect, it } from 'vitest'
import { checkPattern, type SparseMatrix, transposePattern, transposeSparse } from '../../src/tensor/index.ts'

/** [[0, 5, 7], [0, 0, 0], [6, 0, 8]], the first row stored from the right. */
const MATRIX: SparseMatrix = {
  rows: 3,
  columns: 3,
  rowStarts: Int32Array.of(0, 2, 2, 4),
  columnIndices: Int32Array.of(2, 1, 0, 2),
  values: Float32Array.of(7, 5, 6, 8),
}

describe('transposed sparse matrices', () => {
  it('have rows for columns, by ascending row, and say where each entry stood', () => {
    const { values, ...pattern } = transposeSparse(MATRIX)
    expect([...values]).toEqual([6, 5, 7, 8])
    expect([...pattern.rowStarts]).toEqual([0, 1, 2, 4])
    expect([...pattern.columnIndices]).toEqual([2, 0, 0, 2])
    expect([...transposePattern(MATRIX).places]).toEqual([2, 1, 0, 3])
    expect(transposeSparse(transposeSparse(MATRIX)).values).toEqual(Float32Array.of(5, 7, 6, 8))
  })
})

describe('checkPattern', () => {
  it('names the part that does not fit', () => {
    expect(() => checkPattern('f', 'graph', MATRIX)).not.toThrow()
    expect(() => checkPattern('f', 'graph', { ...MATRIX, columns: 2 })).toThrow(
      new RangeError('f: graph.columnIndices[0] must be at least 0 and below 2, got 2'),
    )
    expect(() => checkPattern('f', 'graph', { ...MATRIX, rowStarts: Int32Array.of(0, 2, 1, 4) })).toThrow(
      new RangeError('f: graph.rowStarts must ascend, got 2 before 1 at row 1'),
    )
    expect(() => checkPattern('f', 'graph', { ...MATRIX, rowStarts: Int32Array.of(0, 2, 2, 3) })).toThrow(
      new RangeError('f: graph.rowStarts must run from 0 to 4, got 0 to 3'),
    )
  })
})
