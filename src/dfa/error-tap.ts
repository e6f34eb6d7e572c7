// Where the error that direct rules broadcast is read.

import type { Tensor } from '../tensor/index.ts'
import type { Layer } from '../nn/index.ts'

/** Identity both ways; remembers the error e that passes downwards, for the feedback points below. */
export interface ErrorTap extends Layer {
  readonly kind: 'error-tap'
  /** e of the backward pass that is under way or was the last, [B, K]; undefined before the first. */
  readonly error: Tensor | undefined
  /** t of the last forward pass, [B, K], set by the trainer: what rules that project targets deliver. */
  target: Tensor | undefined
  /** True where the loss is a mean over samples, so that e holds 1/B; set by the trainer, true until then. */
  isMean: boolean
}

/** h ↦ h; dh ↦ dh =: e. Everything above the last feedback point is trained with the exact gradient. */
export function errorTap(name: string): ErrorTap {
  let error: Tensor | undefined
  return {
    kind: 'error-tap',
    name,
    target: undefined,
    isMean: true,
    get error(): Tensor | undefined {
      return error
    },
    parameters: [],
    children: [],
    usesOutputGradient: true,
    outputShape: (inputShape) => inputShape,
    forward: (h) => h,
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
