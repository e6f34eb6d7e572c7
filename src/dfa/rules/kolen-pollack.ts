import { blockedKernels, choose, type Kernels, type Tensor } from '../../tensor/index.ts'
import { allocateTensor, type Parameter } from '../../nn/index.ts'
import { type RuleDescription, TRANSPORT_OPTIONS, withOptions } from './description.ts'
import type { LearningRule, StepContext } from './rule.ts'
import { randomTransport, type TransportOptions } from './transport.ts'

/** Options of `kolenPollack`. */
export interface KolenPollackOptions extends TransportOptions, LearnedFeedbackDecay {
  readonly kernels?: Kernels
}

/** What is lost per step by feedback that learns, and by the weights. */
export interface LearnedFeedbackDecay {
  /** λ in [0, 1), the part of weights and feedback that is lost per step; 1e-4 unless given. */
  readonly decay?: number
  /** Weights that decay: every one, or those that carry errors, which leaves out the first layer's; `all` unless given. */
  readonly decayed?: 'all' | 'carrying'
  /** λ·η in place of λ, η the rate of the step, as decay in a gradient has it; false unless given. */
  readonly decayTimesRate?: boolean
}

/**
 * dh_l = R_{l+1} da_{l+1}; W ← (1 − λ)W − η dW and R ← (1 − λ)R − η dW, so W − R ← (1 − λ)(W − R).
 * Equation: theory (5.6); kolen1994, akrout2019 (16), (17), with R stored like W. As in the authors' code every weight
 * decays, that of the first layer too, biases do not, and λ is not multiplied by η. (Their published runs have λ = 0: R
 * comes near W because what W learns outgrows W⁰ − R⁰, which then stays.) Frozen weights do not decay, and their R stays
 * as it was drawn. R is a parameter with the gradient of W, so that
 * any optimizer gives both the same step; W − R shrinks by its decoupled decay too. What tells W from R undoes that: a
 * coupled decay under Adam, and weight normalization, which scales W alone.
 * Throws: RangeError for λ outside [0, 1).
 */
export function kolenPollack(options: KolenPollackOptions = {}): LearningRule {
  const { kernels = blockedKernels } = options
  const shrinking = decayOf('kolenPollack', options, kernels)
  let parameters: readonly Parameter[] = []
  return {
    name: 'kolen-pollack',
    get parameters(): readonly Parameter[] {
      return parameters
    },
    state: () => parameters.map(({ name, value }) => ({ name, data: value.data })),
    install({ carriers, frozen }) {
      const twins = carriers.slice(1).map((layer) => {
        const value = allocateTensor(kernels, layer.weight.value.shape)
        value.data.set(randomTransport('kolenPollack', layer, options).data)
        return { layer, value }
      })
      for (const { layer, value } of twins) layer.transport = value
      parameters = twins.filter(({ layer: { weight } }) => !frozen.has(weight)).map(({ layer, value }) => ({
        name: `feedback/${layer.name}`,
        value,
        gradient: layer.weight.gradient,
      }))
    },
    beforeUpdate(context) {
      shrinking(context, parameters)
    },
  }
}

const IS_ALL: Readonly<Record<'all' | 'carrying', boolean>> = { all: true, carrying: false }

/**
 * x ← (1 − λ)·x for the weights that decay and for the feedback, by the options. Throws: RangeError for options out of
 * range; in a step, for a rate that makes λ·η 1 or more.
 */
export function decayOf(rule: string, options: LearnedFeedbackDecay,
  kernels: Kernels): (context: StepContext, feedback: readonly Parameter[]) => void
{
  const { decay = 1e-4, decayed = 'all', decayTimesRate = false } = options
  const first = choose(rule, 'decayed', decayed, IS_ALL) ? 0 : 1
  checkDecayFactor(rule, 'decay', decay)
  return ({ parts: { carriers, frozen }, rate }, feedback) => {
    const lost = decayTimesRate ? decay * rate : decay
    if (lost >= 1) throw new RangeError(`${rule}: decay·rate must be below 1, got ${decay}·${rate}`)
    for (let l = first; l < carriers.length; l++) {
      const { weight } = carriers[l]
      if (!frozen.has(weight)) shrink(weight.value, lost, kernels)
    }
    for (let l = 0; l < feedback.length; l++) shrink(feedback[l].value, lost, kernels)
  }
}

/** x ← (1 − λ)·x, 1 − λ rounded to float32 once. */
function shrink({ data }: Tensor, decay: number, kernels: Kernels): void {
  if (decay > 0) kernels.elementwise.scaleInto(data, 1 - decay, data)
}

/** Throws: RangeError unless 0 ≤ λ < 1 and λ is 0 or 1 − λ is below 1 in float32: else nothing would ever be lost. */
export function checkDecayFactor(rule: string, name: string, decay: number): void {
  if (!(decay >= 0 && decay < 1)) throw new RangeError(`${rule}: ${name} must be at least 0 and below 1, got ${decay}`)
  if (decay > 0 && Math.fround(1 - decay) === 1) {
    throw new RangeError(`${rule}: ${name} must be 0 or tell 1 − ${name} from 1 in float32, got ${decay}`)
  }
}

/** Its description. */
export const kolenPollackRule: RuleDescription = {
  name: 'kolen-pollack',
  abbreviation: 'KP',
  equation: 'dh_l = R_{l+1} da_{l+1}, R learns as W',
  uses: /* @__PURE__ */ withOptions(TRANSPORT_OPTIONS, 'decay', 'decayed', 'decayTimesRate'),
  make: (options) => kolenPollack(options),
}
