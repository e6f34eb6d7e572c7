// Multiplication by a constant.

import { blockedKernels, checkPositiveFloat32, type Kernels, type Tensor } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { planned, required } from './planned.ts'

/** Options of `scale`. */
export interface ScaleOptions {
  readonly name: string
  /** c, taken as float32. */
  readonly factor: number
  readonly kernels?: Kernels
}

/**
 * y = c·x. Shapes: any, first axis the batch. Gradients: dx = c·dy. Order: c and each product rounded to float32.
 * Memory: y and dx. Throws: RangeError, TypeError for a factor that is not positive in float32.
 */
export function scale({ name, factor, kernels = blockedKernels }: ScaleOptions): Layer {
  const where = `scale ${name}`
  checkPositiveFloat32(where, 'factor', factor)
  const buffers = planned(where, kernels,
    (shape, space) => ({ output: space.tensor(shape), inputGradient: space.tensor(shape) }))
  let input: Tensor | undefined
  return {
    name,
    parameters: [],
    children: [],
    usesOutputGradient: true,
    outputShape: (inputShape) => inputShape,
    forward(x) {
      const { output } = buffers(x)
      input = x
      kernels.elementwise.scaleInto(output.data, factor, x.data)
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      if (!wantInput) return undefined
      const { inputGradient } = buffers(input)
      kernels.elementwise.scaleInto(inputGradient.data, factor, required(name, outputGradient, input.shape).data)
      return inputGradient
    },
  }
}
