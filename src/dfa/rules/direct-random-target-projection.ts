import { blockedKernels, type Tensor } from '../../tensor/index.ts'
import { DIRECT_OPTIONS, type RuleDescription } from './description.ts'
import { deliverThrough, directMatrices, type DirectOptions, type DirectRule, divisorOf,
  mapped } from './direct-delivery.ts'
import { RuleRefused } from '../outcomes.ts'
import { requireTap } from './rule.ts'

/**
 * dh_l = F_l t/B, t the target: below the last point no error is needed. Under a summed loss F_l t.
 * Equation: theory (5.11); frenkel2021 (DRTP); the sign is that of their code. There the loss is a mean and t is not
 * divided: hidden layers take the sum over the batch. That is `hiddenReduction: 'sum'` of the trainer; without it a rate
 * keeps its meaning when the batch size changes.
 * Why it wants bounded units: the push F_l t never ends. The authors prescribe tanh below a sigmoid output with binary
 * cross-entropy; under relu the activations grow with every step.
 * Shapes: t [B, K], F_l [n_l, K]. The target is the tap's, set by the trainer with every forward pass.
 * Throws: as `directFeedbackAlignment`; RuleRefused for a tap below the output; in the backward pass Error when the tap has no target.
 */
export function directRandomTargetProjection(options: DirectOptions = {}): DirectRule {
  const { kernels = blockedKernels } = options
  let feedback: readonly Tensor[] = []
  return {
    name: 'direct-random-target-projection',
    get feedback(): readonly Tensor[] {
      return feedback
    },
    install(parts) {
      const tap = requireTap(parts, 'directRandomTargetProjection')
      if (tap.width !== undefined) {
        throw new RuleRefused('directRandomTargetProjection',
          `the error tap must stand at the output, as wide as targets are, got one of width ${tap.width} below it`)
      }
      feedback = directMatrices('directRandomTargetProjection', parts, options)
      const scaled = mapped('directRandomTargetProjection', kernels, (t, samples) => t / samples)
      const signal = (): Tensor => {
        if (tap.target !== undefined) return scaled(tap.target, divisorOf(tap, tap.target))
        throw new Error('directRandomTargetProjection: tap.target must be set before the backward pass, got undefined')
      }
      parts.points.forEach((point, index) => {
        point.delivery = { ...deliverThrough(feedback[index], signal, kernels), usesError: false }
      })
    },
  }
}

/** Its description. */
export const directRandomTargetProjectionRule: RuleDescription = {
  name: 'direct-random-target-projection',
  abbreviation: 'DRTP',
  equation: 'dh_l = F_l t/B',
  uses: DIRECT_OPTIONS,
  make: (options) => directRandomTargetProjection(options),
}
