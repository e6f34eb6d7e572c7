// Every learning rule by name: a rule is one file and one line here.

import type { Kernels } from '../../tensor/index.ts'
import type { FeedbackOptions } from '../feedback.ts'
import { backpropagation } from './backpropagation.ts'
import { batchRandomSignSymmetry } from './batch-random-sign-symmetry.ts'
import { directFeedbackAlignment } from './direct-feedback-alignment.ts'
import { directKolenPollack } from './direct-kolen-pollack.ts'
import { directRandomTargetProjection } from './direct-random-target-projection.ts'
import { errorSignDirectFeedbackAlignment } from './error-sign-direct-feedback-alignment.ts'
import { feedbackAlignment } from './feedback-alignment.ts'
import { fixedRandomSignSymmetry } from './fixed-random-sign-symmetry.ts'
import { frozen } from './frozen.ts'
import { indirectFeedbackAlignment } from './indirect-feedback-alignment.ts'
import { kolenPollack } from './kolen-pollack.ts'
import type { LearningRule } from './rule.ts'
import { magnitudeKind } from './sign-symmetry.ts'
import { sparseDirectFeedbackAlignment } from './sparse-direct-feedback-alignment.ts'
import { uniformSignSymmetry } from './uniform-sign-symmetry.ts'
import { weightMirror } from './weight-mirror.ts'

/** What any rule can be made from by name; a rule ignores what it has no use for. */
export interface RuleOptions extends FeedbackOptions {
  readonly kernels?: Kernels
  /** λ of the Kolen–Pollack rules. */
  readonly decay?: number
}

/**
 * Name → factory; each name is also the rule's own.
 * Throws, in the factory: RangeError for options that the rule refuses, e.g. sparse feedback of a sign rule.
 */
export const RULES: Readonly<Record<string, (options: RuleOptions) => LearningRule>> = {
  backpropagation: () => backpropagation(),
  'feedback-alignment': (options) => feedbackAlignment(options),
  'direct-feedback-alignment': (options) => directFeedbackAlignment(options),
  'indirect-feedback-alignment': (options) => indirectFeedbackAlignment(options),
  'uniform-sign-symmetry': (options) => uniformSignSymmetry(options),
  'batch-random-sign-symmetry': (options) => batchRandomSignSymmetry(magnitudeKind('batchRandomSignSymmetry', options)),
  'fixed-random-sign-symmetry': (options) => fixedRandomSignSymmetry(magnitudeKind('fixedRandomSignSymmetry', options)),
  'kolen-pollack': (options) => kolenPollack(options),
  'weight-mirror': (options) => weightMirror(options),
  'direct-random-target-projection': (options) => directRandomTargetProjection(options),
  'error-sign-direct-feedback-alignment': (options) => errorSignDirectFeedbackAlignment(options),
  'sparse-direct-feedback-alignment': (options) => sparseDirectFeedbackAlignment(options),
  'direct-kolen-pollack': (options) => directKolenPollack(options),
  frozen: () => frozen(),
}
