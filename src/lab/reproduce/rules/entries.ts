// What the tables compare: every rule in the common setting, some in the one their authors prescribe, and a regression.

import { RULE_DESCRIPTIONS, type RuleDescription } from '../../../dfa/index.ts'

/**
 * The units of a network: `relu` with cross-entropy, common to all rules; `bounded`, tanh with binary cross-entropy of
 * sigmoid outputs, as frenkel2021 prescribes; `none`, no hidden layer.
 */
export type Units = 'relu' | 'bounded' | 'none'

/** One line of a table. */
export interface Entry {
  readonly rule: RuleDescription
  readonly units: Units
}

/** Rules whose authors ask for bounded units, and the exact gradient there. */
const BOUNDED: readonly string[] = ['backpropagation', 'direct-random-target-projection',
  'error-sign-direct-feedback-alignment']

const named = (name: string): boolean => BOUNDED.includes(name)

/** All lines, in the order of tables. */
export const ENTRIES: readonly Entry[] = [...RULE_DESCRIPTIONS.map((rule): Entry => ({ rule, units: 'relu' })),
  ...RULE_DESCRIPTIONS.filter(({ name }) => named(name)).map((rule): Entry => ({ rule, units: 'bounded' })),
  ...RULE_DESCRIPTIONS.filter(({ name }) => name === 'backpropagation').map((rule): Entry => ({ rule, units: 'none' }))]

/** `DRTP, tanh`. */
export function shortName({ rule, units }: Entry): string {
  return units === 'relu' ? rule.abbreviation : units === 'bounded' ? `${rule.abbreviation}, tanh` : 'LR'
}

/** `direct random target projection (DRTP), tanh`. */
export function longName({ rule, units }: Entry): string {
  const name = `${rule.name.replaceAll('-', ' ')} (${rule.abbreviation})`
  return units === 'relu' ? name : units === 'bounded' ? `${name}, tanh` : 'logistic regression (LR)'
}
