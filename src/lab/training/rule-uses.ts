// Which options of a training each learning rule has a use for; what it has none for is refused rather than ignored.

import { RULE_DESCRIPTIONS, type RuleOption } from '../../dfa/index.ts'

/** All rules by their full names. */
export const RULE_NAMES: readonly string[] = RULE_DESCRIPTIONS.map(({ name }) => name)

/** Short names of rules, as the literature has them, in lower case. */
export const RULE_ALIASES: Readonly<Record<string, string>> = Object.fromEntries(
  RULE_DESCRIPTIONS.map(({ name, abbreviation }) => [abbreviation.toLowerCase(), name]),
)

/** Options of a training, and what they are called by the rules. */
const OPTIONS: Readonly<Record<string, RuleOption>> = {
  feedback: 'kind',
  'feedback-maps': 'maps',
  'feedback-normalization': 'normalization',
  'feedback-sharing': 'sharing',
  'feedback-seed': 'seed',
  'feedback-connections': 'nonZero',
  'feedback-rank': 'rank',
  'feedback-exponent': 'shapes',
  decay: 'decay',
  decayed: 'decayed',
  'decay-times-rate': 'decayTimesRate',
  'mirror-rate': 'mirrorRate',
  'mirror-samples': 'samples',
  'mirror-first': 'first',
}

/** All options that some rule uses. */
export const RULE_OPTIONS: readonly string[] = Object.keys(OPTIONS)

/** True when the rule has a use for the option. Throws: RangeError for a rule that is not there. */
export function ruleUses(rule: string, option: string): boolean {
  const found = RULE_DESCRIPTIONS.find(({ name }) => name === rule)
  if (found === undefined) throw new RangeError(`ruleUses: rule must be one of ${RULE_NAMES.join(', ')}, got ${rule}`)
  return found.uses.includes(OPTIONS[option])
}
