// Matrices that are mostly zeros, by rows: a convolution written as a matrix has k² entries in a row of d².

import { type Matrix, matrix } from '../tensor/index.ts'

/** Rows one after the other: entries starts[i] … starts[i + 1] − 1 are those of row i, at ascending columns. */
export interface SparseRows {
  readonly rows: number
  readonly columns: number
  readonly starts: Uint32Array
  readonly places: Uint32Array
  readonly values: Float64Array
}

/** The matrix with its zeros. */
export function denseMatrix(a: SparseRows): Matrix {
  const out = matrix(a.rows, a.columns)
  for (let i = 0; i < a.rows; i++) {
    for (let at = a.starts[i]; at < a.starts[i + 1]; at++) out.data[i * a.columns + a.places[at]] = a.values[at]
  }
  return out
}

/** a·b. Shapes: [m, k]·[k, n] → [m, n]. Order: columns of a ascending, in float64. Throws: RangeError. */
export function sparseTimes(a: SparseRows, b: Matrix): Matrix {
  checkInner('sparseTimes', a.columns, b)
  const n = b.columns
  const out = matrix(a.rows, n)
  for (let i = 0; i < a.rows; i++) {
    for (let at = a.starts[i]; at < a.starts[i + 1]; at++) {
      const value = a.values[at]
      const from = a.places[at] * n
      for (let j = 0; j < n; j++) out.data[i * n + j] += value * b.data[from + j]
    }
  }
  return out
}

/** aᵀ·b. Shapes: [m, k]ᵀ·[m, n] → [k, n]. Order: rows of a ascending, in float64. Throws: RangeError. */
export function sparseTransposeTimes(a: SparseRows, b: Matrix): Matrix {
  checkInner('sparseTransposeTimes', a.rows, b)
  const n = b.columns
  const out = matrix(a.columns, n)
  for (let i = 0; i < a.rows; i++) {
    for (let at = a.starts[i]; at < a.starts[i + 1]; at++) {
      const value = a.values[at]
      const to = a.places[at] * n
      for (let j = 0; j < n; j++) out.data[to + j] += value * b.data[i * n + j]
    }
  }
  return out
}

function checkInner(where: string, wanted: number, b: Matrix): void {
  if (b.rows === wanted) return
  throw new RangeError(`${where}: b must have ${wanted} rows, got [${b.rows}, ${b.columns}]`)
}
