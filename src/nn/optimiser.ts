// From gradients to new values.

import { blockedKernels, checkPositive, type Kernels } from '../tensor/index.ts'
import type { Parameter } from './layer.ts'

/** Turns the gradients of parameters into new values, in place. */
export interface Optimiser {
  readonly name: string
  readonly step: (parameters: readonly Parameter[]) => void
}

/**
 * Stochastic gradient descent: w ← w − η·dw, in float32 arithmetic (η, the product and the difference each rounded).
 * Throws: RangeError for a rate that is not positive.
 */
export function sgd(rate: number, kernels: Kernels = blockedKernels): Optimiser {
  checkPositive('sgd', 'rate', rate)
  return {
    name: 'sgd',
    step(parameters) {
      for (let i = 0; i < parameters.length; i++) {
        const { value, gradient } = parameters[i]
        kernels.elementwise.addScaledInto(value.data, value.data, -rate, gradient.data)
      }
    },
  }
}
