// What tables and commands know of a rule. Each rule has its description in its own file.

import type { Kernels } from '../../tensor/index.ts'
import type { FeedbackOptions } from '../feedback.ts'
import type { LearningRule } from './rule.ts'

/** What any rule can be made from by name; a rule ignores what it has no use for. */
export interface RuleOptions extends FeedbackOptions {
  readonly kernels?: Kernels
  /** λ of the Kolen–Pollack rules, and what it means. */
  readonly decay?: number
  readonly decayed?: 'all' | 'carrying'
  readonly decayTimesRate?: boolean
  /** η_m, samples per phase and phases before training of weight mirrors. */
  readonly mirrorRate?: number
  readonly samples?: number
  readonly first?: number
}

/** An option that says how feedback is drawn or changes. */
export type RuleOption = Exclude<keyof RuleOptions, 'kernels'>

/** A rule among others. */
export interface RuleDescription {
  /** Also the name of the rules that `make` returns. */
  readonly name: string
  /** In the literature; in lower case a second name on the command line. */
  readonly abbreviation: string
  /** What arrives below a layer or at a point. */
  readonly equation: string
  /** The options that it has a use for; commands refuse the others. */
  readonly uses: readonly RuleOption[]
  /** Throws: RangeError for options that the rule refuses, e.g. sparse feedback of a sign rule. */
  readonly make: (options: RuleOptions) => LearningRule
}

/** Options of rules with a matrix R in place of each weight. */
export const TRANSPORT_OPTIONS: readonly RuleOption[] = ['kind', 'seed', 'nonZero', 'rank']

/** Options of rules with a matrix F for each feedback point. */
export const DIRECT_OPTIONS: readonly RuleOption[] = /* @__PURE__ */ withOptions(TRANSPORT_OPTIONS, 'maps',
  'normalization', 'sharing', 'shapes')

// Functions, marked pure where they are called: a bundler keeps a rule that nobody uses for the sake of a spread.

/** `options` and others. */
export function withOptions(options: readonly RuleOption[], ...others: readonly RuleOption[]): readonly RuleOption[] {
  return [...options, ...others]
}

/** `options` but for some. */
export function withoutOptions(options: readonly RuleOption[], ...some: readonly RuleOption[]): readonly RuleOption[] {
  return options.filter((option) => !some.includes(option))
}
