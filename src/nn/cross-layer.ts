// A product of the input of a network with a sum over what it has become.

import { blockedKernels, checkSize, type Kernels, show, type Tensor } from '../tensor/index.ts'
import { type Dense, dense } from './dense.ts'
import type { Layer, Parameter } from './layer.ts'
import { allocateTensor, planned, required } from './planned.ts'

/** Options of `crossLayer`. */
export interface CrossLayerOptions {
  readonly name: string
  /** D. */
  readonly features: number
  readonly kernels?: Kernels
}

/** A cross layer; its weight is that of a dense layer to one output, its child to learning rules. */
export interface CrossLayer extends Layer {
  readonly kind: 'cross-layer'
  readonly projection: Dense
  /** β [D], zero at first and after `initialize`. */
  readonly bias: Parameter
}

/**
 * y = x_0·(wᵀx_l) + β + x_l. Equation: Wang et al. 2017, equation 3.
 * Shapes: the stack [B, l + 1, D] of x_0 … x_l, as `history` gives it, of which the first and the last are read; y [B, D],
 *   w [1, D], β [D].
 * Gradients: with s = wᵀx_l and ds = ⟨dy, x_0⟩: dx_0 = s·dy, dx_l = ds·w + dy, dw = Σ_b ds·x_l, dβ = Σ_b dy; where l is 0
 *   both terms go to x_0; zero for those between.
 * Order: s as `dense`, rounded; y in float64, rounded once; ds over features ascending in float64, rounded; dx in float64
 *   from ds·w as `dense` gives it, rounded. Memory: y, x_l, the gradient of the stack.
 * Throws: RangeError for a size below 1 and other shapes.
 */
export function crossLayer({ name, features, kernels = blockedKernels }: CrossLayerOptions): CrossLayer {
  const where = `crossLayer ${name}`
  checkSize(where, 'features', features, 1)
  const projection = dense({ name: `${name}/projection`, inputs: features, outputs: 1, bias: false, kernels })
  const bias: Parameter = {
    name: `${name}/bias`,
    value: allocateTensor(kernels, [features]),
    gradient: allocateTensor(kernels, [features]),
  }
  const buffers = planned(where, kernels, (shape, space) => ({
    last: space.tensor([shape[0], features]),
    output: space.tensor([shape[0], features]),
    dProjection: space.tensor([shape[0], 1]),
    inputGradient: space.tensor(shape),
  }))
  let input: Tensor | undefined
  let score: Tensor | undefined
  const outputShape = (shape: readonly number[]): readonly number[] => {
    if (shape.length === 3 && shape[1] > 0 && shape[2] === features) return [shape[0], features]
    throw new RangeError(`${where}: input must have shape [B, l + 1, ${features}], got ${show(shape)}`)
  }
  return {
    kind: 'cross-layer',
    name,
    projection,
    bias,
    parameters: [bias],
    children: [projection],
    usesOutputGradient: true,
    outputShape,
    forward(x) {
      outputShape(x.shape)
      const { last, output } = buffers(x)
      input = x
      const batch = x.shape[0], size = x.shape[1] * features
      for (let b = 0; b < batch; b++) {
        const from = (b + 1) * size - features
        for (let i = 0; i < features; i++) last.data[b * features + i] = x.data[from + i]
      }
      score = projection.forward(last)
      for (let b = 0; b < batch; b++) {
        const s = score.data[b], first = b * size, to = b * features
        for (let i = 0; i < features; i++) {
          output.data[to + i] = x.data[first + i] * s + bias.value.data[i] + last.data[to + i]
        }
      }
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined || score === undefined) throw new Error(`${name}.backward: forward must come first`)
      const { output, dProjection, inputGradient } = buffers(input)
      const dy = required(name, outputGradient, output.shape).data
      const batch = input.shape[0], size = input.shape[1] * features
      kernels.elementwise.sumRowsInto(bias.gradient.data, dy, batch, features)
      for (let b = 0; b < batch; b++) {
        let sum = 0
        for (let i = 0; i < features; i++) sum += dy[b * features + i] * input.data[b * size + i]
        dProjection.data[b] = sum
      }
      const down = projection.backward(dProjection, wantInput)
      if (!wantInput) return undefined
      const through = required(projection.name, down, output.shape).data
      const dx = inputGradient.data
      dx.fill(0)
      for (let b = 0; b < batch; b++) {
        const s = score.data[b], first = b * size, last = first + size - features, from = b * features
        for (let i = 0; i < features; i++) dx[first + i] = s * dy[from + i]
        for (let i = 0; i < features; i++) dx[last + i] += through[from + i] + dy[from + i]
      }
      return inputGradient
    },
  }
}

/** True for layers made by `crossLayer`. */
export function isCrossLayer(layer: Layer): layer is CrossLayer {
  return (layer as Partial<CrossLayer>).kind === 'cross-layer'
}
