import { blockedKernels, type Tensor } from '../../tensor/index.ts'
import { DIRECT_OPTIONS, type RuleDescription } from './description.ts'
import { deliverThrough, directMatrices, type DirectOptions, type DirectRule, divisorOf,
  mapped } from './direct-delivery.ts'
import { errorAt, requireTap } from './rule.ts'

/**
 * dh_l = F_l sign(e)/B: one bit and a zero per output instead of the error. Under a summed loss F_l sign(e).
 * Equation: theory (5.12); frenkel2021 (sDFA), whose code does not divide, though the loss is a mean:
 * `hiddenReduction: 'sum'` of the trainer. Divided, a rate keeps its meaning when the batch size changes. Shapes: e [B, K], F_l [n_l, K]. Throws: as `directFeedbackAlignment`.
 * Accuracy: with one-hot targets sign(e) is mostly +1, a push that never ends and saturates the units. Inputs of mean
 * zero leave it to the biases: optdigits, 64-32-32-10 tanh, 5 epochs, rate 0.1: 88 % (DFA 94 %); inputs in [−1, 1]:
 * 52 % (DFA 93 %).
 */
export function errorSignDirectFeedbackAlignment(options: DirectOptions = {}): DirectRule {
  const { kernels = blockedKernels } = options
  let feedback: readonly Tensor[] = []
  return {
    name: 'error-sign-direct-feedback-alignment',
    get feedback(): readonly Tensor[] {
      return feedback
    },
    install(parts) {
      const tap = requireTap(parts, 'errorSignDirectFeedbackAlignment')
      feedback = directMatrices('errorSignDirectFeedbackAlignment', parts, options)
      const signs = mapped('errorSignDirectFeedbackAlignment', kernels, (e, samples) => Math.sign(e) / samples)
      const signal = (): Tensor => {
        const e = errorAt(tap, 'errorSignDirectFeedbackAlignment')
        return signs(e, divisorOf(tap, e))
      }
      parts.points.forEach((point, index) => {
        point.delivery = deliverThrough(feedback[index], signal, kernels)
      })
    },
  }
}

/** Its description. */
export const errorSignDirectFeedbackAlignmentRule: RuleDescription = {
  name: 'error-sign-direct-feedback-alignment',
  abbreviation: 'sDFA',
  equation: 'dh_l = F_l sign(e)/B',
  uses: DIRECT_OPTIONS,
  make: (options) => errorSignDirectFeedbackAlignment(options),
}
