// Where a learning rule takes hold: an identity layer whose backward pass is the rule's business.

import { blockedKernels, checkSize, type Kernels, show, type Tensor } from '../tensor/index.ts'
import { type Layer, planned } from '../nn/index.ts'

/** What leaves a feedback point downwards in the backward pass. */
export interface Delivery {
  /** False when the gradient from above is ignored; the layer above then need not compute it. */
  readonly usesUpstream: boolean
  /** False when e is never looked at, so that whoever owns the layers below need not wait for it; true unless given. */
  readonly usesError?: boolean
  /**
   * The signal for the layers below: `upstream` itself, or `out` after writing into it.
   * Shapes: upstream and out like the point's input, [B, …].
   */
  readonly deliver: (upstream: Tensor | undefined, out: Tensor) => Tensor
}

/** Backpropagation's delivery: dh := dh, the upstream gradient itself. */
export const passOn: Delivery = {
  usesUpstream: true,
  deliver(upstream) {
    if (upstream === undefined) throw new Error('passOn: upstream must be given, got undefined')
    return upstream
  },
}

/** The frozen control's delivery: dh := 0. */
export const deliverNothing: Delivery = {
  usesUpstream: false,
  usesError: false,
  deliver(_upstream, out) {
    out.data.fill(0)
    return out
  },
}

/** Identity forwards; backwards the rule decides. */
export interface FeedbackPoint extends Layer {
  readonly kind: 'feedback-point'
  /** Number of features per sample. */
  readonly width: number
  /** Features of one sample: [width], or [C, H, W] where they are maps, for feedback that follows their structure. */
  readonly shape: readonly number[]
  /** Set by the learning rule; `passOn` until then. */
  delivery: Delivery
  /** Passes the upstream gradient on whatever the rule says; how the exact gradient is obtained for comparison. */
  transparent: boolean
  /** h of the last forward pass, as the layer below owns it. */
  readonly activation: Tensor | undefined
  /** What left downwards in the last backward pass. */
  readonly delivered: Tensor | undefined
}

/**
 * h ↦ h, with a place for the learning rule. Shapes: [B, …] with `features` numbers per sample, or [B, ...features].
 * Throws: RangeError, TypeError for an axis below 1, and for an input that has not the shape given.
 */
export function feedbackPoint(name: string, features: number | readonly number[],
  kernels: Kernels = blockedKernels): FeedbackPoint
{
  const given = typeof features === 'number' ? undefined : features
  given?.forEach((size, axis) => checkSize(`feedbackPoint ${name}`, `features[${axis}]`, size, 1))
  const width = given === undefined ? features as number : given.reduce((size, axis) => size * axis, 1)
  const outputShape = (inputShape: readonly number[]): readonly number[] => {
    if (given === undefined) return inputShape
    let fits = inputShape.length === given.length + 1
    for (let axis = 0; fits && axis < given.length; axis++) fits = given[axis] === inputShape[axis + 1]
    if (fits) return inputShape
    const wanted = `[B, ${given.join(', ')}]`
    throw new RangeError(`feedbackPoint ${name}: input must have shape ${wanted}, got ${show(inputShape)}`)
  }
  let activation: Tensor | undefined
  let delivered: Tensor | undefined
  const buffers = planned(`feedbackPoint ${name}`, kernels, (shape, space) => space.tensor(shape))
  const point: FeedbackPoint = {
    kind: 'feedback-point',
    name,
    width,
    shape: given ?? [width],
    delivery: passOn,
    transparent: false,
    get activation(): Tensor | undefined {
      return activation
    },
    get delivered(): Tensor | undefined {
      return delivered
    },
    parameters: [],
    children: [],
    get usesOutputGradient(): boolean {
      return point.transparent || point.delivery.usesUpstream
    },
    outputShape,
    forward(h) {
      outputShape(h.shape)
      activation = h
      return h
    },
    backward(upstream, wantInput) {
      if (!wantInput) {
        delivered = undefined
        return undefined
      }
      if (activation === undefined) throw new Error(`${name}.backward: forward must come first`)
      const delivery = point.transparent ? passOn : point.delivery
      delivered = delivery.deliver(upstream, buffers(activation))
      return delivered
    },
  }
  return point
}

/** True for layers made by `feedbackPoint`. */
export function isFeedbackPoint(layer: Layer): layer is FeedbackPoint {
  return (layer as Partial<FeedbackPoint>).kind === 'feedback-point'
}
