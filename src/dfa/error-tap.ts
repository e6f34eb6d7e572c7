// Where the error that direct rules broadcast is read.

import { checkSize, show, type Tensor } from '../tensor/index.ts'
import type { Layer } from '../nn/index.ts'

/** Identity both ways; remembers the error e that passes downwards, for the feedback points below. */
export interface ErrorTap extends Layer {
  readonly kind: 'error-tap'
  /** K, where e is not that of the outputs of the last dense layer; undefined where it is. */
  readonly width: number | undefined
  /** e of the backward pass that is under way or was the last, [B, K]; undefined before the first. */
  readonly error: Tensor | undefined
  /** t of the last forward pass, [B, K], set by the trainer: what rules that project targets deliver. */
  target: Tensor | undefined
  /** True where the loss is a mean over samples, so that e holds 1/B; set by the trainer, true until then. */
  isMean: boolean
}

/**
 * h ↦ h; dh ↦ dh =: e. Everything above the last feedback point is trained with the exact gradient. A tap below the last
 * dense layer says how wide e is there: that layer's weight then takes part in what is broadcast, e = Wᵀ ∂𝓛/∂output.
 * Throws: RangeError, TypeError for a width below 1, and RangeError for an input of another width.
 */
export function errorTap(name: string, width?: number): ErrorTap {
  if (width !== undefined) checkSize(`errorTap ${name}`, 'width', width, 1)
  let error: Tensor | undefined
  const outputShape = (inputShape: readonly number[]): readonly number[] => {
    if (width === undefined || (inputShape.length === 2 && inputShape[1] === width)) return inputShape
    throw new RangeError(`errorTap ${name}: input must have shape [B, ${width}], got ${show(inputShape)}`)
  }
  return {
    kind: 'error-tap',
    name,
    width,
    target: undefined,
    isMean: true,
    get error(): Tensor | undefined {
      return error
    },
    parameters: [],
    children: [],
    usesOutputGradient: true,
    outputShape,
    forward(h) {
      outputShape(h.shape)
      return h
    },
    backward(outputGradient, wantInput) {
      error = outputGradient
      return wantInput ? outputGradient : undefined
    },
  }
}

/** True for layers made by `errorTap`. */
export function isErrorTap(layer: Layer): layer is ErrorTap {
  return (layer as Partial<ErrorTap>).kind === 'error-tap'
}
