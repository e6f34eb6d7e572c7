// The exponential linear unit, a layer of its own: no tier has vector kernels for it.

import { blockedKernels, expm1, type Kernels, type Tensor } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { planned, required } from './planned.ts'

/** Options of `elu`. */
export interface EluOptions {
  readonly name: string
  readonly kernels?: Kernels
}

/**
 * y = x for x > 0, else eˣ − 1. Equation: Clevert, Unterthiner & Hochreiter 2016, equation 14 with α = 1.
 * Shapes: any, first axis the batch. Gradients: dx = dy for x > 0, else dy·(y + 1). Order: in float64, rounded once.
 * Memory: y and dx.
 */
export function elu({ name, kernels = blockedKernels }: EluOptions): Layer {
  const buffers = planned(`elu ${name}`, kernels,
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
      for (let i = 0; i < x.data.length; i++) output.data[i] = x.data[i] > 0 ? x.data[i] : expm1(x.data[i])
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      if (!wantInput) return undefined
      const { output: { data: y }, inputGradient } = buffers(input)
      const dy = required(name, outputGradient, input.shape).data
      for (let i = 0; i < dy.length; i++) inputGradient.data[i] = input.data[i] > 0 ? dy[i] : dy[i] * (y[i] + 1)
      return inputGradient
    },
  }
}
