// What layers share that change a shape and no number.

import { checkFilled, type Tensor } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { required } from './planned.ts'

/**
 * y[·] = x[·] in row-major order, in the shape that `outputShape` gives. Gradients: dx = dy in the shape of x.
 * Aliasing: y shares the memory of x, and dx that of dy. Cost: none; a new shape object only for a new array.
 */
export function reshaped(where: string, name: string, outputShape: Layer['outputShape']): Layer {
  let input: Tensor | undefined
  let output: Tensor | undefined
  let upstream: Float32Array | undefined
  let inputGradient: Tensor | undefined
  return {
    name,
    parameters: [],
    children: [],
    usesOutputGradient: true,
    outputShape,
    forward(x) {
      checkFilled(where, 'input', x)
      if (input !== x || output === undefined) {
        output = { shape: outputShape(x.shape), data: x.data }
        input = x
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
