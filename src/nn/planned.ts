// Buffers planned once per shape. The vector tier hands no memory back, so a plan is kept for as long as its layer
// lives: what alternates (a full batch and a shorter one, sequences of two lengths) is planned once each.

import { checkShape, type Kernels, show, type Tensor, tensor } from '../tensor/index.ts'

/**
 * Makes a function that returns the same set of buffers for the same first-axis size, allocating on first sight only.
 * Two sizes (the full batch and the last, shorter one) alternate without allocation.
 */
export function planned<T>(plan: (batch: number) => T): (batch: number) => T {
  const plans = new Map<number, T>()
  let lastBatch = NaN
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

/** A beginning of shapes: its own plan, if it has been asked for, and what follows by the next axis. */
interface Beginning<T> {
  readonly shape: readonly number[]
  readonly next: (size: number) => Beginning<T>
  plan: T | undefined
}

/**
 * Makes a function that returns the same set of buffers for the same shape, allocating on first sight only; `plan` gets
 * a copy of the shape. Cost: one comparison per axis where shapes repeat, one look-up where an axis alternates.
 * Why: for the first axis alone there is `planned`; a plan that is dropped when another axis changes is allocated anew
 *   at each change, 1 GiB in 2000 passes over sequences of 64 and 65 places in turn.
 */
export function plannedByShape<T extends object>(
  plan: (shape: readonly number[]) => T,
): (shape: readonly number[]) => T {
  const beginning = (shape: readonly number[]): Beginning<T> => ({
    shape,
    next: planned((size) => beginning([...shape, size])),
    plan: undefined,
  })
  const empty = beginning([])
  return (shape) => {
    let found = empty
    for (let axis = 0; axis < shape.length; axis++) found = found.next(shape[axis])
    return found.plan ??= plan(found.shape)
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
