// The learning rule that a configuration names.

import { type LearningRule, RULES } from '../../dfa/index.ts'
import { choose, type Kernels } from '../../tensor/index.ts'
import type { TrainingConfiguration } from './configuration.ts'

/** The rule of a configuration. */
export function ruleOf(c: TrainingConfiguration, kernels: Kernels): LearningRule {
  return choose('ruleOf', 'rule', c.rule, RULES)({
    kind: c.feedback,
    normalization: c['feedback-normalization'],
    sharing: c['feedback-sharing'],
    seed: c['feedback-seed'],
    nonZero: c['feedback-connections'],
    rank: c['feedback-rank'],
    maps: c['feedback-maps'],
    decay: c.decay,
    kernels,
  })
}
