// A table of vectors for each of some categorical fields, of which a batch sees few rows.

import { blockedKernels, checkSize, type Kernels, type RowSelection, show, type Tensor } from '../tensor/index.ts'
import { ascend } from './ascend.ts'
import type { Layer, Parameter } from './layer.ts'
import { allocateTensor, planned, required } from './planned.ts'

/** Options of `fieldEmbedding`. */
export interface FieldEmbeddingOptions {
  readonly name: string
  /** Number of categories of each field. */
  readonly vocabularies: readonly number[]
  /** Size of a vector. */
  readonly features: number
  readonly kernels?: Kernels
}

/** Embeddings of fields with their tables, one below the other. */
export interface FieldEmbedding extends Layer {
  readonly kind: 'field-embedding'
  readonly features: number
  /** Row at which the table of each field begins, and the number of all rows. */
  readonly offsets: readonly number[]
  /** [Σ vocabularies, features], with touched rows. */
  readonly weight: Parameter
}

/**
 * y[b, f, ·] = W[o_f + x[b, f], ·], o_f = Σ_{g < f} vocabularies[g].
 * Shapes: x [B, F] of whole numbers, column f in [0, vocabularies[f]), y [B, F, features], W [Σ vocabularies, features],
 *   zero at first.
 * Gradients: dW[v, ·] = Σ dy[b, f, ·] over all (b, f) that looked v up; dx is zero: an index has no derivative. The rows
 *   that were looked up are `weight.touched`; those of the pass before are set back to zero first.
 * Order: b ascending in float64, rounded once.
 * Cost: per element of y, and n log n for the n rows that are looked up; none of the number of rows, after the first.
 * Memory: y, dx, float64 and 32-bit numbers per element of y, one number per row of W.
 * Throws: RangeError for no field, sizes below 1, and for a category out of range before anything is written.
 */
export function fieldEmbedding(options: FieldEmbeddingOptions): FieldEmbedding {
  const { name, vocabularies, features, kernels = blockedKernels } = options
  const where = `fieldEmbedding ${name}`
  checkSize(where, 'features', features, 1)
  if (vocabularies.length === 0) throw new RangeError(`${where}: vocabularies must hold at least one field, got none`)
  const offsets = [0]
  vocabularies.forEach((size, f) => {
    offsets.push(offsets[f] + checkSize(where, `vocabularies[${f}]`, size, 1))
  })
  const fields = vocabularies.length
  const total = offsets[fields]
  // The list of rows is made anew where a batch has more places than any before: a table can be larger than any batch.
  const touched: RowSelection & { rows: Int32Array; count: number } = { rows: new Int32Array(0), count: 0,
    width: features }
  const shape = [total, features]
  const weight: Parameter = {
    name: `${name}/weight`,
    value: allocateTensor(kernels, shape),
    gradient: allocateTensor(kernels, shape),
    touched,
  }
  const buffers = planned(where, kernels, ([batch], space) => ({
    output: space.tensor([batch, fields, features]),
    /** Zeros: never written. */
    inputGradient: space.tensor([batch, fields]),
    sums: space.float64(Math.min(batch * fields, total) * features),
  }))
  /** Place of a row in the list, from 1; 0 for rows that are not in it. */
  const places = new Int32Array(total)
  let input: Tensor | undefined
  const outputShape = (inputShape: readonly number[]): readonly number[] => {
    if (inputShape.length === 2 && inputShape[1] === fields) return [inputShape[0], fields, features]
    throw new RangeError(`${where}: input must have shape [B, ${fields}], got ${show(inputShape)}`)
  }
  /** Lists the rows of the input, ascending. */
  const list = (x: Float32Array): void => {
    const most = Math.min(x.length, total)
    if (touched.rows.length < most) touched.rows = new Int32Array(most)
    const { rows } = touched
    let count = 0
    for (let at = 0; at < x.length; at++) {
      const row = offsets[at % fields] + x[at]
      if (places[row] > 0) continue
      rows[count++] = row
      places[row] = count
    }
    ascend(rows, count)
    for (let r = 0; r < count; r++) places[rows[r]] = r + 1
    touched.count = count
  }
  return {
    kind: 'field-embedding',
    name,
    features,
    offsets,
    weight,
    parameters: [weight],
    children: [],
    usesOutputGradient: true,
    outputShape,
    forward(x) {
      outputShape(x.shape)
      const { output } = buffers(x)
      for (let at = 0; at < x.data.length; at++) {
        const category = x.data[at], size = vocabularies[at % fields]
        if (!(category >= 0 && category < size && category === Math.floor(category))) {
          throw new RangeError(
            `${where}: input[${at}] must be a whole number of at least 0 and below ${size}, got ${category}`,
          )
        }
      }
      input = x
      const w = weight.value.data, y = output.data
      for (let at = 0; at < x.data.length; at++) {
        const from = (offsets[at % fields] + x.data[at]) * features, to = at * features
        for (let i = 0; i < features; i++) y[to + i] = w[from + i]
      }
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      const { output, inputGradient, sums } = buffers(input)
      const dy = required(name, outputGradient, output.shape).data
      const dw = weight.gradient.data, x = input.data
      for (let r = 0; r < touched.count; r++) {
        const from = touched.rows[r] * features
        for (let i = from; i < from + features; i++) dw[i] = 0
      }
      list(x)
      const { rows, count } = touched
      for (let i = 0; i < count * features; i++) sums[i] = 0
      for (let at = 0; at < x.length; at++) {
        const to = (places[offsets[at % fields] + x[at]] - 1) * features, from = at * features
        for (let i = 0; i < features; i++) sums[to + i] += dy[from + i]
      }
      for (let r = 0; r < count; r++) {
        const row = rows[r]
        places[row] = 0
        for (let i = 0; i < features; i++) dw[row * features + i] = sums[r * features + i]
      }
      return wantInput ? inputGradient : undefined
    },
  }
}

/** True for layers made by `fieldEmbedding`. */
export function isFieldEmbedding(layer: Layer): layer is FieldEmbedding {
  return (layer as Partial<FieldEmbedding>).kind === 'field-embedding'
}
