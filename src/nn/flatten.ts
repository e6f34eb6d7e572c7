// From feature maps to vectors.

import { checkFilled, type Tensor } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { required } from './planned.ts'

/** Options of `flatten`. */
export interface FlattenOptions {
  readonly name: string
}

/**
 * y[b, ·] = x[b] in row-major order. Shapes: x [B, …], y [B, Π …]. Gradients: dx = dy in the shape of x.
 * Aliasing: y shares the memory of x, and dx that of dy. Cost: none; a new shape object only for a new array.
 */
export function flatten({ name }: FlattenOptions): Layer {
  let input: Tensor | undefined
  let output: Tensor | undefined
  let upstream: Float32Array | undefined
  let inputGradient: Tensor | undefined
  const flat = (
    shape: readonly number[],
  ): readonly number[] => [shape[0], shape.reduce((size, axis, at) => (at === 0 ? 1 : size * axis), 1)]
  return {
    name,
    parameters: [],
    children: [],
    usesOutputGradient: true,
    outputShape: flat,
    forward(x) {
      checkFilled(`flatten ${name}`, 'input', x)
      if (input !== x || output === undefined) {
        input = x
        output = { shape: flat(x.shape), data: x.data }
        inputGradient = undefined
      }
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined || output === undefined) throw new Error(`${name}.backward: forward must come first`)
      if (!wantInput) return undefined
      const { data } = required(name, outputGradient, output.shape)
      if (inputGradient === undefined || upstream !== data) {
        upstream = data
        inputGradient = { shape: input.shape, data }
      }
      return inputGradient
    },
  }
}
