// Which options of a training each learning rule has a use for; what it has none for is refused rather than ignored.

import { RULES } from '../../dfa/index.ts'

const DIRECT = ['feedback', 'feedback-maps', 'feedback-normalization', 'feedback-sharing', 'feedback-seed',
  'feedback-connections', 'feedback-rank']
const TRANSPORT = ['feedback', 'feedback-seed', 'feedback-connections', 'feedback-rank']

/** Short names of rules, as the literature has them. */
export const RULE_ALIASES: Readonly<Record<string, string>> = {
  bp: 'backpropagation',
  fa: 'feedback-alignment',
  dfa: 'direct-feedback-alignment',
  ifa: 'indirect-feedback-alignment',
  usf: 'uniform-sign-symmetry',
  brsf: 'batch-random-sign-symmetry',
  frsf: 'fixed-random-sign-symmetry',
  kp: 'kolen-pollack',
  wm: 'weight-mirror',
  drtp: 'direct-random-target-projection',
  sdfa: 'error-sign-direct-feedback-alignment',
  ssdfa: 'sparse-direct-feedback-alignment',
  dkp: 'direct-kolen-pollack',
  shallow: 'frozen',
}

/** Names of the feedback and decay options that a rule uses. A rule that is not listed is taken to use them all. */
const USES: Readonly<Record<string, readonly string[]>> = {
  backpropagation: [],
  frozen: [],
  // c·sign W: nothing is drawn.
  'uniform-sign-symmetry': [],
  'batch-random-sign-symmetry': ['feedback', 'feedback-seed'],
  'fixed-random-sign-symmetry': ['feedback', 'feedback-seed'],
  'feedback-alignment': TRANSPORT,
  'weight-mirror': TRANSPORT,
  'kolen-pollack': [...TRANSPORT, 'decay'],
  // One matrix, at the first point.
  'indirect-feedback-alignment': DIRECT.filter((name) => name !== 'feedback-sharing'),
  'direct-feedback-alignment': DIRECT,
  'direct-random-target-projection': DIRECT,
  'error-sign-direct-feedback-alignment': DIRECT,
  // Its kind is its name.
  'sparse-direct-feedback-alignment': DIRECT.filter((name) => name !== 'feedback' && name !== 'feedback-rank'),
  'direct-kolen-pollack': [...DIRECT, 'decay'],
}

/** All options that some rule uses. */
export const RULE_OPTIONS: readonly string[] = [...DIRECT, 'decay']

/** True when the rule has a use for the option. */
export function ruleUses(rule: string, option: string): boolean {
  return (USES[rule] ?? RULE_OPTIONS).includes(option)
}

/** All rules by their full names. */
export const RULE_NAMES: readonly string[] = Object.keys(RULES)
