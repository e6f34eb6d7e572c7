// Every learning rule by name: a rule is one file and one line here.

import { backpropagationRule } from './backpropagation.ts'
import { batchRandomSignSymmetryRule } from './batch-random-sign-symmetry.ts'
import type { RuleDescription } from './description.ts'
import { directFeedbackAlignmentRule } from './direct-feedback-alignment.ts'
import { directKolenPollackRule } from './direct-kolen-pollack.ts'
import { directRandomTargetProjectionRule } from './direct-random-target-projection.ts'
import { errorSignDirectFeedbackAlignmentRule } from './error-sign-direct-feedback-alignment.ts'
import { feedbackAlignmentRule } from './feedback-alignment.ts'
import { fixedRandomSignSymmetryRule } from './fixed-random-sign-symmetry.ts'
import { frozenRule } from './frozen.ts'
import { indirectFeedbackAlignmentRule } from './indirect-feedback-alignment.ts'
import { kolenPollackRule } from './kolen-pollack.ts'
import { sparseDirectFeedbackAlignmentRule } from './sparse-direct-feedback-alignment.ts'
import { uniformSignSymmetryRule } from './uniform-sign-symmetry.ts'
import { weightMirrorRule } from './weight-mirror.ts'

/** All rules, in the order of tables. */
export const RULE_DESCRIPTIONS: readonly RuleDescription[] = [backpropagationRule, feedbackAlignmentRule,
  directFeedbackAlignmentRule, indirectFeedbackAlignmentRule, uniformSignSymmetryRule, batchRandomSignSymmetryRule,
  fixedRandomSignSymmetryRule, kolenPollackRule, weightMirrorRule, directRandomTargetProjectionRule,
  errorSignDirectFeedbackAlignmentRule, sparseDirectFeedbackAlignmentRule, directKolenPollackRule, frozenRule]

/** Name → factory; each name is also the rule's own. */
export const RULES: Readonly<Record<string, RuleDescription['make']>> = /* @__PURE__ */ byName()

function byName(): Readonly<Record<string, RuleDescription['make']>> {
  return Object.fromEntries(RULE_DESCRIPTIONS.map(({ name, make }) => [name, make]))
}
