// A fixed sparse matrix times features: the neighborhood sums of graph layers.

import { blockedKernels, checkLength, checkPattern, type Kernels, show, type SparseMatrix, sparseTimesInto,
  transposeSparse } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { planned, required } from './planned.ts'

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
  checkLength(where, 'matrix.columnIndices', matrix.columnIndices, matrix.values.length)
  checkPattern(where, 'matrix', matrix)
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
      sparseTimesInto(current.output.data, matrix, matrix.values, x.data, current.features, current.sums)
      return current.output
    },
    backward(outputGradient, wantInput) {
      if (current === undefined) throw new Error(`${name}.backward: forward must come first`)
      if (!wantInput) return undefined
      const { features, sums, output, inputGradient } = current
      sparseTimesInto(inputGradient.data, transposed, transposed.values,
        required(name, outputGradient, output.shape).data, features, sums)
      return inputGradient
    },
  }
}
