// Every learning rule by name: a rule is one file and one line here.
import { backpropagationRule } from './backpropagation.js';
import { batchRandomSignSymmetryRule } from './batch-random-sign-symmetry.js';
import { directFeedbackAlignmentRule } from './direct-feedback-alignment.js';
import { directKolenPollackRule } from './direct-kolen-pollack.js';
import { directRandomTargetProjectionRule } from './direct-random-target-projection.js';
import { errorSignDirectFeedbackAlignmentRule } from './error-sign-direct-feedback-alignment.js';
import { feedbackAlignmentRule } from './feedback-alignment.js';
import { fixedRandomSignSymmetryRule } from './fixed-random-sign-symmetry.js';
import { frozenRule } from './frozen.js';
import { indirectFeedbackAlignmentRule } from './indirect-feedback-alignment.js';
import { kolenPollackRule } from './kolen-pollack.js';
import { sparseDirectFeedbackAlignmentRule } from './sparse-direct-feedback-alignment.js';
import { uniformSignSymmetryRule } from './uniform-sign-symmetry.js';
import { weightMirrorRule } from './weight-mirror.js';
/** All rules, in the order of tables. */
export const RULE_DESCRIPTIONS = [backpropagationRule, feedbackAlignmentRule,
    directFeedbackAlignmentRule, indirectFeedbackAlignmentRule, uniformSignSymmetryRule, batchRandomSignSymmetryRule,
    fixedRandomSignSymmetryRule, kolenPollackRule, weightMirrorRule, directRandomTargetProjectionRule,
    errorSignDirectFeedbackAlignmentRule, sparseDirectFeedbackAlignmentRule, directKolenPollackRule, frozenRule];
/** Name → factory; each name is also the rule's own. */
export const RULES = /* @__PURE__ */ byName();
function byName() {
    return Object.fromEntries(RULE_DESCRIPTIONS.map(({ name, make }) => [name, make]));
}
