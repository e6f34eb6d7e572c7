// A branch that sees a layer and teaches it nothing.

import { blockedKernels, type Kernels, type Tensor } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { planned } from './planned.ts'

/** Options of `gradientStop`. */
export interface GradientStopOptions {
  readonly name: string
  readonly kernels?: Kernels
}

/** y = x, dx = 0 whatever the rule: what is above need not compute a gradient. Shapes: any. Memory: zeros like x. */
export function gradientStop({ name, kernels = blockedKernels }: GradientStopOptions): Layer {
  const buffers = planned(`gradientStop ${name}`, kernels, (shape, space) => space.tensor(shape))
  let input: Tensor | undefined
  return {
    name,
    parameters: [],
    children: [],
    usesOutputGradient: false,
    outputShape: (shape) => shape,
    forward(x) {
      input = x
      return x
    },
    backward(_outputGradient, wantInput) {
      if (!wantInput) return undefined
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      const zeros = buffers(input)
      kernels.elementwise.fillInto(zeros.data, 0)
      return zeros
    },
  }
}
