// Sparse matrices by rows (CSR). Plain TypeScript in every tier: products with them are bound by memory, and one order
// of summation gives the same bits everywhere.

import { checkLength, checkSize } from './check.ts'

/** Places of the entries by rows: entries rowStarts[i] … rowStarts[i + 1] − 1 belong to row i. A graph is a square one. */
export interface SparsePattern {
  readonly rows: number
  readonly columns: number
  /** Ascending, rows + 1 of them, from 0 to the number of entries. */
  readonly rowStarts: Int32Array
  readonly columnIndices: Int32Array
}

/** A sparse matrix: its places with their values. */
export interface SparseMatrix extends SparsePattern {
  readonly values: Float32Array
}

/** Throws: RangeError, TypeError naming what does not fit together. */
export function checkPattern(where: string, name: string, pattern: SparsePattern): void {
  const { rows, columns, rowStarts, columnIndices } = pattern
  checkSize(where, `${name}.rows`, rows)
  checkSize(where, `${name}.columns`, columns)
  checkLength(where, `${name}.rowStarts`, rowStarts, rows + 1)
  if (rowStarts[0] !== 0 || rowStarts[rows] !== columnIndices.length) {
    throw new RangeError(
      `${where}: ${name}.rowStarts must run from 0 to ${columnIndices.length}, `
        + `got ${rowStarts[0]} to ${rowStarts[rows]}`,
    )
  }
  for (let i = 0; i < rows; i++) {
    if (rowStarts[i] <= rowStarts[i + 1]) continue
    throw new RangeError(
      `${where}: ${name}.rowStarts must ascend, got ${rowStarts[i]} before ${rowStarts[i + 1]} at row ${i}`,
    )
  }
  for (let at = 0; at < columnIndices.length; at++) {
    if (columnIndices[at] >= 0 && columnIndices[at] < columns) continue
    throw new RangeError(
      `${where}: ${name}.columnIndices[${at}] must be at least 0 and below ${columns}, got ${columnIndices[at]}`,
    )
  }
}

/** The pattern of Aᵀ, entries of a row by ascending row of A, and where in A each of its entries stands. */
export interface TransposedPattern extends SparsePattern {
  readonly places: Int32Array
}

/** Aᵀ without values. */
export function transposePattern({ rows, columns, rowStarts, columnIndices }: SparsePattern): TransposedPattern {
  const starts = new Int32Array(columns + 1)
  for (let at = 0; at < columnIndices.length; at++) starts[columnIndices[at] + 1]++
  for (let j = 0; j < columns; j++) starts[j + 1] += starts[j]
  const next = starts.slice()
  const indices = new Int32Array(columnIndices.length)
  const places = new Int32Array(columnIndices.length)
  for (let i = 0; i < rows; i++) {
    for (let at = rowStarts[i]; at < rowStarts[i + 1]; at++) {
      const to = next[columnIndices[at]]++
      indices[to] = i
      places[to] = at
    }
  }
  return { rows: columns, columns: rows, rowStarts: starts, columnIndices: indices, places }
}

/** Aᵀ. */
export function transposeSparse(matrix: SparseMatrix): SparseMatrix {
  const { places, ...pattern } = transposePattern(matrix)
  return { ...pattern, values: Float32Array.from(places, (at) => matrix.values[at]) }
}

/**
 * sums += row i of A·X for X [columns, features] in `x`, A with these values at the places of its pattern; with
 * `skipsZeros` a value of 0 is no term, whatever it meets. Order: the row's entries as they are stored, in float64;
 * nothing is rounded.
 * Why four sums at a time: they stay in registers while the entries pass.
 */
export function addSparseRow(sums: Float64Array, { rowStarts, columnIndices }: SparsePattern, values: Float32Array,
  i: number, x: Float32Array, features: number, skipsZeros: boolean): void
{
  const start = rowStarts[i], end = rowStarts[i + 1]
  let first = 0
  for (; first + 4 <= features; first += 4) {
    let s0 = sums[first], s1 = sums[first + 1], s2 = sums[first + 2], s3 = sums[first + 3]
    for (let at = start; at < end; at++) {
      const value = values[at], from = columnIndices[at] * features + first | 0
      if (skipsZeros && value === 0) continue
      s0 += value * x[from]
      s1 += value * x[from + 1 | 0]
      s2 += value * x[from + 2 | 0]
      s3 += value * x[from + 3 | 0]
    }
    sums[first] = s0
    sums[first + 1] = s1
    sums[first + 2] = s2
    sums[first + 3] = s3
  }
  for (; first < features; first++) {
    let sum = sums[first]
    for (let at = start; at < end; at++) {
      const value = values[at]
      if (!skipsZeros || value !== 0) sum += value * x[columnIndices[at] * features + first | 0]
    }
    sums[first] = sum
  }
}

/** out := A·X for X [columns, features], row by row as `addSparseRow`, each element rounded once. */
export function sparseTimesInto(out: Float32Array, pattern: SparsePattern, values: Float32Array, x: Float32Array,
  features: number, sums: Float64Array, skipsZeros = false): void
{
  for (let i = 0; i < pattern.rows; i++) {
    for (let j = 0; j < features; j++) sums[j] = 0
    addSparseRow(sums, pattern, values, i, x, features, skipsZeros)
    const to = i * features
    for (let j = 0; j < features; j++) out[to + j] = sums[j]
  }
}
