// Buffers of a layer: planned once per shape of its input, in memory that the largest shape bounds.

import { checkFilled, checkShape, type Kernels, show, sizeOf, type Tensor, tensor } from '../tensor/index.ts'
import { isFilled, sameAxes } from '../tensor/tensor.ts'

/** Where a plan takes its arrays from. They hold what the last shape left there: zeros only at the very first. */
export interface Space {
  /** In the memory that the tier prefers, as `float32` and `int32`. */
  readonly tensor: (shape: readonly number[]) => Tensor
  readonly float32: (length: number) => Float32Array
  readonly int32: (length: number) => Int32Array
  readonly float64: (length: number) => Float64Array
}

/** What has been planned for one shape. */
interface Planned<T> {
  readonly shape: readonly number[]
  readonly size: number
  readonly plan: T
}

/** Shapes whose plans are kept; the views of a further one take the place of the oldest. */
const KEPT = 64

/**
 * Makes a function that gives the buffers for an input: the same set for the same shape, made by `plan` from a copy of
 * the shape and from `space`, which must be asked for the same arrays in the same order for every shape.
 * Memory: each array of a plan is the beginning of one that all shapes share. That has the length which the largest
 *   shape needs, or twice the length before where shapes grow little by little; the vector tier hands nothing back, so
 *   what was outgrown is lost there: four times the largest shape's need at most, twice in other tiers. So a buffer is
 *   valid until the function is called for another shape, not only for the same.
 * Cost: nothing is allocated where up to 64 shapes come in turn, in whatever order; more cost their views anew, not
 *   their memory. A look-up is one comparison per axis where shapes repeat.
 * Throws: RangeError naming `where` for an input whose data are not as many as its shape says, before anything is
 *   planned: the one place where layers look. What `plan` throws.
 */
export function planned<T>(where: string, kernels: Kernels,
  plan: (shape: readonly number[], space: Space) => T): (input: Tensor) => T
{
  const arrays: (Float32Array | Float64Array)[] = []
  const plans: Planned<T>[] = []
  let next = 0
  let oldest = 0
  let last: Planned<T> | undefined
  const take = <A extends Float32Array | Float64Array>(length: number, allocate: (length: number) => A): A => {
    let whole = arrays[next] as A | undefined
    if (whole === undefined || whole.length < length) {
      // Views of what is outgrown would keep it alive.
      plans.length = oldest = 0
      last = undefined
      whole = allocate(whole === undefined ? length : Math.max(length, 2 * whole.length))
      arrays[next] = whole
    }
    next++
    return whole.subarray(0, length) as A
  }
  const float32 = (length: number): Float32Array => take(length, kernels.allocate)
  const space: Space = {
    float32,
    tensor: (shape) => tensor(shape, float32(sizeOf(shape))),
    int32(length) {
      const { buffer, byteOffset } = float32(length)
      return new Int32Array(buffer, byteOffset, length)
    },
    float64: (length) => take(length, (size) => new Float64Array(size)),
  }
  const planAnew = (input: Tensor): Planned<T> => {
    checkFilled(where, 'input', input)
    const shape = [...input.shape]
    next = 0
    const made = { shape, size: input.data.length, plan: plan(shape, space) }
    plans[oldest] = made
    oldest = (oldest + 1) % KEPT
    return made
  }
  return (input) => {
    let found = last
    if (found === undefined || !sameAxes(found.shape, input.shape)) {
      found = search(plans, input.shape) ?? planAnew(input)
    }
    if (input.data.length !== found.size) checkFilled(where, 'input', input)
    last = found
    return found.plan
  }
}

function search<T>(plans: readonly Planned<T>[], shape: readonly number[]): Planned<T> | undefined {
  for (let i = 0; i < plans.length; i++) if (sameAxes(plans[i].shape, shape)) return plans[i]
  return undefined
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
    // Looked at here as well, so that the name in the message is made only for an error.
    if (sameAxes(outputGradient.shape, shape) && isFilled(outputGradient)) return outputGradient
    checkShape(`${layer}.backward`, 'outputGradient', outputGradient, shape)
    return outputGradient
  }
  throw new Error(`${layer}.backward: outputGradient must be given, got ${show(outputGradient)}`)
}
