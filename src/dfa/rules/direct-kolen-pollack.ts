import { blockedKernels, type Tensor, transposedTimesInto } from '../../tensor/index.ts'
import { allocateTensor, type Parameter } from '../../nn/index.ts'
import { DIRECT_OPTIONS, type RuleDescription, withOptions } from './description.ts'
import { deliverThrough, directMatrices, type DirectOptions, type DirectRule } from './direct-delivery.ts'
import { decayOf, type LearnedFeedbackDecay } from './kolen-pollack.ts'
import { errorAt, requireTap } from './rule.ts'

/** Options of `directKolenPollack`. */
export interface DirectKolenPollackOptions extends DirectOptions, LearnedFeedbackDecay {}

/**
 * dh_l = F_l e, and F_l ← (1 − λ)F_l − η Σ_B h_l eᵀ by the optimizer, W ← (1 − λ)W − η dW.
 * Equation: theory (5.14); webster2021; with one hidden layer it is `kolenPollack`, whose conventions it has. The
 * authors' code leaves decay to the optimizers: an L2 penalty on all parameters, so λ·η, and feedback at a rate and
 * under an optimizer of its own. `decayTimesRate` is the former, without biases. Where the weight of the last layer is
 * frozen, so is the feedback of the last point, its twin. Shapes: e [B, K], h_l [B, n_l],
 * F_l [n_l, K]. Given matrices are copied. F_l starts in the structure that `maps` asks for; the updates h_l eᵀ then
 * leave it. Cost: one product of 2·B·n_l·K flops per point more than direct feedback alignment.
 * Throws: as `directFeedbackAlignment`; RangeError for λ outside [0, 1).
 */
export function directKolenPollack(options: DirectKolenPollackOptions = {}): DirectRule {
  const { kernels = blockedKernels } = options
  const shrinking = decayOf('directKolenPollack', options, kernels)
  let parameters: readonly Parameter[] = []
  let feedback: readonly Tensor[] = []
  return {
    name: 'direct-kolen-pollack',
    get feedback(): readonly Tensor[] {
      return feedback
    },
    get parameters(): readonly Parameter[] {
      return parameters
    },
    state: () => parameters.map(({ name, value }) => ({ name, data: value.data })),
    install(parts) {
      const tap = requireTap(parts, 'directKolenPollack')
      const drawn = directMatrices('directKolenPollack', parts, options)
      feedback = drawn.map(({ shape, data }) => {
        const value = allocateTensor(kernels, shape)
        value.data.set(data)
        return value
      })
      const { carriers, frozen, points } = parts
      const last = carriers.at(-1)
      const learning = last !== undefined && frozen.has(last.weight) ? points.slice(0, -1) : points
      parameters = learning.map(({ name }, index) => ({
        name: `feedback/${name}`,
        value: feedback[index],
        gradient: allocateTensor(kernels, feedback[index].shape),
      }))
      points.forEach((point, index) => {
        point.delivery = deliverThrough(feedback[index], () => errorAt(tap, 'directKolenPollack'), kernels)
      })
    },
    beforeUpdate(context) {
      const { points, tap } = context.parts
      const e = errorAt(tap, 'directKolenPollack')
      for (let l = 0; l < parameters.length; l++) {
        const { activation } = points[l]
        if (activation === undefined) throw new Error(`directKolenPollack: ${points[l].name} must come forward first`)
        transposedTimesInto(kernels, parameters[l].gradient, activation, e)
      }
      shrinking(context, parameters)
    },
  }
}

/** Its description. */
export const directKolenPollackRule: RuleDescription = {
  name: 'direct-kolen-pollack',
  abbreviation: 'DKP',
  equation: 'dh_l = F_l e, F_l learns',
  uses: /* @__PURE__ */ withOptions(DIRECT_OPTIONS, 'decay', 'decayed', 'decayTimesRate'),
  make: (options) => directKolenPollack(options),
}
