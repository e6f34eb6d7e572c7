// A fixed sparse matrix times features: the neighborhood sums of graph layers.

import { blockedKernels, checkLength, checkSize, type Kernels, show } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { planned, required } from './planned.ts'

/** A sparse matrix by rows (CSR): entries rowStarts[i] … rowStarts[i + 1] − 1 belong to row i. */
export interface SparseMatrix {
  readonly rows: number
  readonly columns: number
  /** Ascending, rows + 1 of them, from 0 to the number of entries. */
  readonly rowStarts: Int32Array
  readonly columnIndices: Int32Array
  readonly values: Float32Array
}

/** Options of `sparseProduct`. */
export interface SparseProductOptions {
  readonly name: string
  readonly matrix: SparseMatrix
  readonly kernels?: Kernels
}

/**
 * y = A x. Shapes: A [M, N] sparse and not trained, x [N, F], y [M, F]: the first axis counts nodes, not samples.
 * Gradients: dx = Aᵀ dy. Order: a row's entries as they are stored, for dx those of a column by rows ascending; in
 *   float64, one rounding. Cost: 2·entries·F flops each way. Memory: y, dx, and Aᵀ, made once.
 * Throws: RangeError when the parts of A do not fit together; the matrix must not change afterwards.
 */
export function sparseProduct({ name, matrix, kernels = blockedKernels }: SparseProductOptions): Layer {
  const where = `sparseProduct ${name}`
  checkSparse(where, matrix)
  const transposed = transposeSparse(matrix)
  const buffers = planned(where, kernels, ([, features], space) => ({
    features,
    sums: space.float64(features),
    output: space.tensor([matrix.rows, features]),
    inputGradient: space.tensor([matrix.columns, features]),
  }))
  let current: ReturnType<typeof buffers> | undefined
  const outputShape = (shape: readonly number[]): readonly number[] => {
    if (shape.length === 2 && shape[0] === matrix.columns) return [matrix.rows, shape[1]]
    throw new RangeError(`${where}: input must have shape [${matrix.columns}, F], got ${show(shape)}`)
  }
  return {
    name,
    parameters: [],
    children: [],
    usesOutputGradient: true,
    outputShape,
    forward(x) {
      outputShape(x.shape)
      current = buffers(x)
      multiplyInto(current.output.data, matrix, x.data, current.features, current.sums)
      return current.output
    },
    backward(outputGradient, wantInput) {
      if (current === undefined) throw new Error(`${name}.backward: forward must come first`)
      if (!wantInput) return undefined
      const { features, sums, output, inputGradient } = current
      multiplyInto(inputGradient.data, transposed, required(name, outputGradient, output.shape).data, features, sums)
      return inputGradient
    },
  }
}

function checkSparse(where: string, { rows, columns, rowStarts, columnIndices, values }: SparseMatrix): void {
  checkSize(where, 'matrix.rows', rows)
  checkSize(where, 'matrix.columns', columns)
  checkLength(where, 'matrix.rowStarts', rowStarts, rows + 1)
  checkLength(where, 'matrix.columnIndices', columnIndices, values.length)
  if (rowStarts[0] !== 0 || rowStarts[rows] !== values.length) {
    throw new RangeError(
      `${where}: matrix.rowStarts must run from 0 to ${values.length}, got ${rowStarts[0]} to ${rowStarts[rows]}`,
    )
  }
  for (let i = 0; i < rows; i++) {
    if (rowStarts[i] <= rowStarts[i + 1]) continue
    throw new RangeError(
      `${where}: matrix.rowStarts must ascend, got ${rowStarts[i]} before ${rowStarts[i + 1]} at row ${i}`,
    )
  }
  for (let at = 0; at < columnIndices.length; at++) {
    if (columnIndices[at] >= 0 && columnIndices[at] < columns) continue
    throw new RangeError(
      `${where}: matrix.columnIndices[${at}] must be at least 0 and below ${columns}, got ${columnIndices[at]}`,
    )
  }
}

/** Aᵀ by rows, entries of a row by ascending row of A. */
function transposeSparse({ rows, columns, rowStarts, columnIndices, values }: SparseMatrix): SparseMatrix {
  const starts = new Int32Array(columns + 1)
  for (let at = 0; at < columnIndices.length; at++) starts[columnIndices[at] + 1]++
  for (let j = 0; j < columns; j++) starts[j + 1] += starts[j]
  const next = starts.slice()
  const indices = new Int32Array(values.length)
  const entries = new Float32Array(values.length)
  for (let i = 0; i < rows; i++) {
    for (let at = rowStarts[i]; at < rowStarts[i + 1]; at++) {
      const to = next[columnIndices[at]]++
      indices[to] = i
      entries[to] = values[at]
    }
  }
  return { rows: columns, columns: rows, rowStarts: starts, columnIndices: indices, values: entries }
}

/** out [rows, features] := A·x. */
function multiplyInto(out: Float32Array, a: SparseMatrix, x: Float32Array, features: number, sums: Float64Array): void {
  for (let i = 0; i < a.rows; i++) {
    sums.fill(0)
    for (let at = a.rowStarts[i]; at < a.rowStarts[i + 1]; at++) {
      const value = a.values[at], from = a.columnIndices[at] * features
      for (let j = 0; j < features; j++) sums[j] += value * x[from + j]
    }
    out.set(sums, i * features)
  }
}
