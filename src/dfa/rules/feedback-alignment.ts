import { type RuleDescription, TRANSPORT_OPTIONS } from './description.ts'
import type { LearningRule } from './rule.ts'
import { randomTransport, type TransportOptions } from './transport.ts'

/** How the matrices R of feedback alignment are drawn; entries have the variance of the kind divided by I. */
export type FeedbackAlignmentOptions = TransportOptions

/**
 * dh_l = R_{l+1} da_{l+1}, with R fixed and random in the shape of W_{l+1}ᵀ (stored like W, [O, I]).
 * Equation: theory (5.2); lillicrap2016. R = W gives backpropagation.
 */
export function feedbackAlignment(options: FeedbackAlignmentOptions = {}): LearningRule {
  return {
    name: 'feedback-alignment',
    install({ carriers }) {
      // The first layer carries nothing: below it are only the inputs.
      const matrices = carriers.slice(1).map((layer) => randomTransport('feedbackAlignment', layer, options))
      carriers.slice(1).forEach((layer, index) => {
        layer.transport = matrices[index]
      })
    },
  }
}

/** Its description. */
export const feedbackAlignmentRule: RuleDescription = {
  name: 'feedback-alignment',
  abbreviation: 'FA',
  equation: 'dh_l = R_{l+1} da_{l+1}',
  uses: TRANSPORT_OPTIONS,
  make: (options) => feedbackAlignment(options),
}
