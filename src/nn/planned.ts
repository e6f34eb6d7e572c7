// Buffers planned once per shape.

import { checkShape, show, tensor, type Kernels, type Tensor } from '../tensor/index.ts'

/**
 * Makes a function that returns the same set of buffers for the same first-axis size, allocating on first sight only.
 * Two sizes (the full batch and the last, shorter one) alternate without allocation.
 */
export function planned<T>(plan: (batch: number) => T): (batch: number) => T {
  const plans = new Map<number, T>()
  let lastBatch = -1
  let last: T
  return (batch) => {
    if (batch === lastBatch) return last
    let found = plans.get(batch)
    if (found === undefined) {
      found = plan(batch)
      plans.set(batch, found)
    }
    lastBatch = batch
    last = found
    return found
  }
}

/** A zero tensor in the memory that the tier prefers. */
export function allocateTensor(kernels: Kernels, shape: readonly number[]): Tensor {
  return tensor(shape, kernels.allocate(shape.reduce((size, axis) => size * axis, 1)))
}

/**
 * The gradient from above, which this layer needs. Throws: Error naming the layer when it was not delivered, RangeError
 * when it has not the shape of the layer's output.
 */
export function required(layer: string, outputGradient: Tensor | undefined, shape: readonly number[]): Tensor {
  if (outputGradient !== undefined) {
    checkShape(`${layer}.backward`, 'outputGradient', outputGradient, shape)
    return outputGradient
  }
  throw new Error(`${layer}.backward: outputGradient must be given, got ${show(outputGradient)}`)
}
