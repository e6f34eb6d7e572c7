// The fully connected layer for inputs that are mostly zero, such as words of a document.

import { addSparseRow, blockedKernels, checkPattern, checkShape, checkSize, type Kernels, show, type SparsePattern,
  sparseTimesInto, type Tensor, transposePattern } from '../tensor/index.ts'
import { type Dense, dense } from './dense.ts'
import type { Layer, Parameter } from './layer.ts'
import { allocateTensor, planned, required } from './planned.ts'

/** Options of `sparseDense`. */
export interface SparseDenseOptions {
  readonly name: string
  /** Where the inputs may differ from zero: [samples, inputs]. */
  readonly pattern: SparsePattern
  readonly outputs: number
  readonly kernels?: Kernels
}

/** A dense layer that is given the entries of a sparse input alone. */
export interface SparseDense extends Layer {
  readonly kind: 'sparse-dense'
  readonly inputs: number
  readonly outputs: number
  readonly weight: Parameter
  readonly bias: undefined
  /** As of `Dense`. */
  transport: Tensor | undefined
  /** da of the last backward pass, [B, O]; what alignment measures compare. */
  readonly outputGradient: Tensor | undefined
}

/**
 * a = S(x) Wᵀ, S(x) the matrix with the entries x at the places of a fixed pattern and zeros elsewhere.
 * Shapes: x [E], one number per entry of the pattern [B, I]; W [O, I], zero at first; a [B, O].
 * Gradients: dW = daᵀ S(x); dx = the entries of da·W (or da·R, see `Dense.transport`).
 * Order: a over the entries of a row as they are stored, dW over rows ascending, dx over outputs ascending, in float64,
 *   rounded once: for ascending entries the bits of the dense layer without a bias. An entry of 0, as dropout makes them,
 *   is no term: what is not finite does not spread from it.
 * Cost: 2·E·O flops forward, twice that backward, and three passes over W. Memory: a, dx, W transposed, x and its pattern
 *   by columns.
 * Throws: RangeError for a pattern whose parts do not fit together and for sizes below 1.
 * Why x is not a matrix: zeros would be stored, read and, by dropout, drawn for. Dropout of the entries is dropout of
 *   the matrix.
 */
export function sparseDense({ name, pattern, outputs, kernels = blockedKernels }: SparseDenseOptions): SparseDense {
  const where = `sparseDense ${name}`
  checkPattern(where, 'pattern', pattern)
  checkSize(where, 'outputs', outputs, 1)
  const { rows, columns: inputs, rowStarts, columnIndices } = pattern
  const { places, ...byInput } = transposePattern(pattern)
  const shape = [outputs, inputs]
  const weight: Parameter = {
    name: `${name}/weight`,
    value: allocateTensor(kernels, shape),
    gradient: allocateTensor(kernels, shape),
  }
  const buffers = planned(where, kernels, (inputShape, space) => ({
    output: space.tensor([rows, outputs]),
    inputGradient: space.tensor(inputShape),
    /** Wᵀ, so that an entry meets its outputs side by side. */
    turned: space.float32(inputs * outputs),
    sums: space.float64(outputs),
    /** x by its columns. */
    entries: space.float32(columnIndices.length),
  }))
  const turnInto = (out: Float32Array, { data }: Tensor): void => {
    for (let o = 0, at = 0; o < outputs; o++) for (let i = 0; i < inputs; i++) out[i * outputs + o] = data[at++]
  }
  let input: Tensor | undefined
  let lastOutputGradient: Tensor | undefined
  const layer: SparseDense = {
    kind: 'sparse-dense',
    name,
    inputs,
    outputs,
    weight,
    bias: undefined,
    transport: undefined,
    get outputGradient(): Tensor | undefined {
      return lastOutputGradient
    },
    parameters: [weight],
    children: [],
    usesOutputGradient: true,
    outputShape(inputShape) {
      if (inputShape.length === 1 && inputShape[0] === columnIndices.length) return [rows, outputs]
      throw new RangeError(`${where}: input must have shape [${columnIndices.length}], got ${show(inputShape)}`)
    },
    forward(x) {
      layer.outputShape(x.shape)
      const { output, turned, sums } = buffers(x)
      input = x
      turnInto(turned, weight.value)
      sparseTimesInto(output.data, pattern, x.data, turned, outputs, sums, true)
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      const { output, inputGradient, turned, sums, entries } = buffers(input)
      const da = required(name, outputGradient, output.shape)
      if (layer.transport !== undefined) checkShape(where, 'transport', layer.transport, shape)
      lastOutputGradient = da
      for (let at = 0; at < places.length; at++) entries[at] = input.data[places[at]]
      const dW = weight.gradient.data
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < outputs; o++) sums[o] = 0
        addSparseRow(sums, byInput, entries, i, da.data, outputs, true)
        for (let o = 0; o < outputs; o++) dW[o * inputs + i] = sums[o]
      }
      if (!wantInput) return undefined
      turnInto(turned, layer.transport ?? weight.value)
      for (let row = 0; row < rows; row++) {
        const up = row * outputs
        for (let at = rowStarts[row]; at < rowStarts[row + 1]; at++) {
          const from = columnIndices[at] * outputs
          let sum = 0
          for (let o = 0; o < outputs; o++) sum += da.data[up + o] * turned[from + o]
          inputGradient.data[at] = sum
        }
      }
      return inputGradient
    },
  }
  return layer
}

/** True for layers made by `sparseDense`. */
export function isSparseDense(layer: Layer): layer is SparseDense {
  return (layer as Partial<SparseDense>).kind === 'sparse-dense'
}

/** What graph layers multiply features with. */
export type Linear = Dense | SparseDense

/** Options of `linear`. */
export interface LinearOptions {
  readonly name: string
  /** Numbers per node; those of the pattern where one is given. */
  readonly inputs: number
  readonly outputs: number
  /** Where the input is sparse: it is then given as its entries, as to `sparseDense`. */
  readonly pattern?: SparsePattern | undefined
  readonly kernels?: Kernels
}

/** x Wᵀ without a bias, of a dense or a sparse input. Throws: RangeError for a pattern of another width. */
export function linear({ name, inputs, outputs, pattern, kernels = blockedKernels }: LinearOptions): Linear {
  if (pattern === undefined) return dense({ name, inputs, outputs, bias: false, kernels })
  if (pattern.columns === inputs) return sparseDense({ name, pattern, outputs, kernels })
  throw new RangeError(`linear ${name}: pattern.columns must be inputs = ${inputs}, got ${pattern.columns}`)
}
