import { randomStream, normalInto, randomOrthogonal, uniformInto, show, tensor } from '../../tensor/index.ts'
import type { FeedbackKind } from '../feedback.ts'
import type { LearningRule } from './rule.ts'

/** How the matrices R of feedback alignment are drawn; entries have the variance of the kind divided by I. */
export interface FeedbackAlignmentOptions {
  readonly kind?: FeedbackKind
  readonly seed?: number
}

/**
 * dh_l = R_{l+1} da_{l+1}, with R fixed and random in the shape of W_{l+1}ᵀ (stored like W, [O, I]).
 * Equation: Lillicrap, Cownden, Tweed, Akerman 2016; refinetti2021 section 1. R = W gives backpropagation.
 */
export function feedbackAlignment({ kind = 'gaussian', seed = 0 }: FeedbackAlignmentOptions = {}): LearningRule {
  return {
    name: 'feedback-alignment',
    install({ dense }) {
      // The first layer carries nothing: below it are only the inputs.
      for (const layer of dense.slice(1)) {
        const { outputs, inputs } = layer
        const stream = randomStream(seed, `feedback/${layer.name}/transport`)
        const data = new Float32Array(outputs * inputs)
        const scale = 1 / Math.sqrt(inputs)
        if (kind === 'gaussian') normalInto(data, stream, scale)
        else if (kind === 'uniform') uniformInto(data, stream, -scale, scale)
        else if (kind === 'orthogonal') data.set(randomOrthogonal(stream, outputs, inputs).data)
        else throw new RangeError(`feedbackAlignment: kind must be gaussian, uniform or orthogonal, got ${show(kind)}`)
        layer.transport = tensor([outputs, inputs], data)
      }
    },
  }
}
