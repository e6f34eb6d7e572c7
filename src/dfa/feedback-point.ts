// Where a learning rule takes hold: an identity layer whose backward pass is the rule's business.

import { blockedKernels, type Kernels, type Tensor } from '../tensor/index.ts'
import { allocateTensor, planned, type Layer } from '../nn/index.ts'

/** What leaves a feedback point downwards in the backward pass. */
export interface Delivery {
  /** False when the gradient from above is ignored; the layer above then need not compute it. */
  readonly usesUpstream: boolean
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
  /** Set by the learning rule; `passOn` until then. */
  delivery: Delivery
  /** Passes the upstream gradient on whatever the rule says; how the exact gradient is obtained for comparison. */
  transparent: boolean
  /** h of the last forward pass, as the layer below owns it. */
  readonly activation: Tensor | undefined
  /** What left downwards in the last backward pass. */
  readonly delivered: Tensor | undefined
}

/** h ↦ h, with a place for the learning rule. Shapes: [B, …] with `width` features per sample. */
export function feedbackPoint(name: string, width: number, kernels: Kernels = blockedKernels): FeedbackPoint {
  let shape: readonly number[] = []
  let activation: Tensor | undefined
  let delivered: Tensor | undefined
  const buffers = planned((batch) => allocateTensor(kernels, [batch, ...shape.slice(1)]))
  const point: FeedbackPoint = {
    kind: 'feedback-point',
    name,
    width,
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
    outputShape: (inputShape) => inputShape,
    forward(h) {
      shape = h.shape
      activation = h
      return h
    },
    backward(upstream, wantInput) {
      if (!wantInput) {
        delivered = undefined
        return undefined
      }
      const delivery = point.transparent ? passOn : point.delivery
      delivered = delivery.deliver(upstream, buffers(shape[0]))
      return delivered
    },
  }
  return point
}

/** True for layers made by `feedbackPoint`. */
export function isFeedbackPoint(layer: Layer): layer is FeedbackPoint {
  return (layer as Partial<FeedbackPoint>).kind === 'feedback-point'
}
