// What a training takes where its options are silent and one value would not do for all rules, optimizers, activations.

import type { ActivationName, Initialization } from '../../nn/index.ts'

/** Why these: docs/training-defaults.md. */
interface RuleDefaults {
  /** Of Adam, up to two hidden layers; in deeper networks, and models that are no mlp. */
  readonly shallow: number
  readonly deep: number
  readonly activation: ActivationName
}

const USUAL: RuleDefaults = { shallow: 1e-3, deep: 3e-4, activation: 'relu' }

/** Errors that know the weights. */
const INFORMED: RuleDefaults = { ...USUAL, deep: 1e-3 }

/** What these rules send does not vanish with the error, or feeds itself: units must be bounded (docs/theory, section 8.7). */
const BOUNDED: RuleDefaults = { ...INFORMED, activation: 'tanh' }

/** Rules that have not the usual ones. */
const BY_RULE: Readonly<Record<string, RuleDefaults>> = {
  backpropagation: INFORMED,
  'uniform-sign-symmetry': INFORMED,
  'batch-random-sign-symmetry': INFORMED,
  'fixed-random-sign-symmetry': INFORMED,
  'kolen-pollack': INFORMED,
  'indirect-feedback-alignment': BOUNDED,
  'direct-random-target-projection': BOUNDED,
  'error-sign-direct-feedback-alignment': BOUNDED,
  // The last layer alone is a convex task.
  frozen: { ...USUAL, shallow: 0.03, deep: 0.03 },
}

/** Layers that count as shallow, and the width up to which rates are as they stand. */
const SHALLOW = 2,
  WIDTH = 300

/** Rates of optimizers whose steps are in proportion to the gradient; those of the others go by the rule. */
const BY_OPTIMIZER: Readonly<Record<string, number>> = { sgd: 0.05, momentum: 0.005, nesterov: 0.005 }

const rulesOwn = (rule: string): RuleDefaults => (Object.hasOwn(BY_RULE, rule) ? BY_RULE[rule] : USUAL)

/** The activation of a training that names none. */
export function defaultActivation(rule: string): ActivationName {
  return rulesOwn(rule).activation
}

/**
 * The rate of a training that names none; `hidden` are the widths of an mlp, none of other models. Under Adam it falls
 * with the widest layer: a step moves what n units feed by up to ηn (theory (8.25)).
 */
export function defaultRate(rule: string, optimizer: string, hidden: readonly number[]): number {
  if (Object.hasOwn(BY_OPTIMIZER, optimizer)) return BY_OPTIMIZER[optimizer]
  const { shallow, deep } = rulesOwn(rule)
  const rate = hidden.length > 0 && hidden.length <= SHALLOW ? shallow : deep
  return Number((rate * Math.min(1, WIDTH / Math.max(WIDTH, ...hidden))).toPrecision(2))
}

/** v at scale 1; what has no size of its own, or one of its width, counts as `uniform`. */
const WEIGHT_GAINS: Readonly<Record<Initialization, number>> = {
  zero: 1 / 3,
  uniform: 1 / 3,
  glorot: 1,
  gaussian: 1,
  normal: 1 / 3,
  orthogonal: 1,
}

/** γ for small a: (g′(0⁻)² + g′(0⁺)²)/2; of `bump`, which is flat there, for a of variance 1/3. */
const SLOPE_GAINS: Readonly<Record<ActivationName, number>> = {
  linear: 1,
  tanh: 1,
  relu: 1 / 2,
  'leaky-relu': 1 / 2,
  sigmoid: 1 / 16,
  erf: 0.6366,
  elu: 1,
  absolute: 1,
  bump: 0.1549,
}

/** v and γ of a training's initial weights and units, for the normalization `backward`. Equation: theory (8.19). */
export function backwardGains(
  c: { readonly initialization: Initialization; readonly 'initial-scale': number; readonly activation: ActivationName;
    readonly 'leaky-slope': number },
): { weightGain: number; slopeGain: number } {
  const scale = c['initial-scale'], slope = c['leaky-slope']
  return {
    weightGain: scale * scale * WEIGHT_GAINS[c.initialization],
    slopeGain: SLOPE_GAINS[c.activation] * (c.activation === 'leaky-relu' ? 1 + slope * slope : 1),
  }
}
