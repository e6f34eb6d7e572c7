import { blockedKernels, type Tensor, transposedTimesInto } from '../../tensor/index.ts'
import { allocateTensor, type Parameter } from '../../nn/index.ts'
import { DIRECT_OPTIONS, type RuleDescription, withOptions } from './description.ts'
import { deliverThrough, directMatrices, type DirectOptions, type DirectRule } from './direct-delivery.ts'
import { checkDecayFactor, shrink } from './kolen-pollack.ts'
import { errorAt, requireTap } from './rule.ts'

/** Options of `directKolenPollack`. */
export interface DirectKolenPollackOptions extends DirectOptions {
  /** λ in [0, 1), the part of weights and feedback that is lost per step; 1e-4 unless given. */
  readonly decay?: number
}

/**
 * dh_l = F_l e, and F_l ← (1 − λ)F_l − η Σ_B h_l eᵀ by the optimizer, W ← (1 − λ)W − η dW in the layers that carry.
 * Equation: theory (5.14); webster2021; with one hidden layer it is `kolenPollack`. Shapes: e [B, K], h_l [B, n_l],
 * F_l [n_l, K]. Given matrices are copied. F_l starts in the structure that `maps` asks for; the updates h_l eᵀ then
 * leave it. Cost: one product of 2·B·n_l·K flops per point more than direct feedback alignment.
 * Throws: as `directFeedbackAlignment`; RangeError for λ outside [0, 1).
 */
export function directKolenPollack(options: DirectKolenPollackOptions = {}): DirectRule {
  const { kernels = blockedKernels, decay = 1e-4 } = options
  checkDecayFactor('directKolenPollack', 'decay', decay)
  let parameters: readonly Parameter[] = []
  const feedback = (): readonly Tensor[] => parameters.map(({ value }) => value)
  return {
    name: 'direct-kolen-pollack',
    get feedback(): readonly Tensor[] {
      return feedback()
    },
    get parameters(): readonly Parameter[] {
      return parameters
    },
    state: () => parameters.map(({ name, value }) => ({ name, data: value.data })),
    install(parts) {
      const tap = requireTap(parts, 'directKolenPollack')
      const drawn = directMatrices('directKolenPollack', parts, options)
      parameters = parts.points.map(({ name }, index) => {
        const { shape, data } = drawn[index]
        const value = allocateTensor(kernels, shape)
        value.data.set(data)
        return { name: `feedback/${name}`, value, gradient: allocateTensor(kernels, shape) }
      })
      parts.points.forEach((point, index) => {
        point.delivery = deliverThrough(parameters[index].value, () => errorAt(tap, 'directKolenPollack'), kernels)
      })
    },
    beforeUpdate({ parts: { points, carriers, tap } }) {
      const e = errorAt(tap, 'directKolenPollack')
      for (let l = 0; l < points.length; l++) {
        const { activation } = points[l]
        const { value, gradient } = parameters[l]
        if (activation === undefined) throw new Error(`directKolenPollack: ${points[l].name} must come forward first`)
        transposedTimesInto(kernels, gradient, activation, e)
        shrink(value, decay, kernels)
      }
      for (let l = 1; l < carriers.length; l++) shrink(carriers[l].weight.value, decay, kernels)
    },
  }
}

/** Its description. */
export const directKolenPollackRule: RuleDescription = {
  name: 'direct-kolen-pollack',
  abbreviation: 'DKP',
  equation: 'dh_l = F_l e, F_l learns',
  uses: /* @__PURE__ */ withOptions(DIRECT_OPTIONS, 'decay'),
  make: (options) => directKolenPollack(options),
}
