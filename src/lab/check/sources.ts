// Which equations of docs/theory each claim of `check` puts to the test.

import type { Claim } from '../claims/claim.ts'

/** By the beginning of the id; the longest that fits counts. */
const SOURCES: Readonly<Record<string, string>> = { 'weak-identity': 'theory (2.2), (2.4)',
  'mnist-weak-identity': 'theory (2.2), (2.4)', 'double-sum': 'theory (2.9)', 'update-recursion': 'theory (2.10)',
  'symmetric-part': 'theory (2.11)', 'positive-in-flow': 'theory (2.12)', 'negative-in-sgd': 'theory (2.11)',
  'alignment-formula': 'theory (2.17)', kantorovich: 'theory (2.22)', 'kantorovich-attained': 'theory (2.23)',
  'strong-implies-gradient': 'theory (2.21)', engine: 'theory (2.4), (2.6), (2.7), (2.13)',
  'engine-weight-alignment': 'theory (1.14), (2.16)', 'engine-gradient-alignment': 'theory (1.9), (2.20)',
  'mnist-recovered': 'theory (2.4), (2.13)', origin: 'theory (2.4)', 'perfect-alignment': 'theory (2.33)',
  'early-condition': 'theory (2.28)', 'final-condition': 'theory (2.31), (2.34)', 'run-on': 'theory (2.31)',
  'probe-alignment': 'theory (2.24), (2.32)', width: 'theory (2.44)', 'inputs-early': 'theory (2.29)',
  'inputs-final': 'theory (2.42)', 'inputs-condition': 'theory (2.42)', 'mnist-early': 'theory (2.29)',
  'mnist-final-condition': 'theory (2.31)', mnist: 'theory (2.29), (2.22)' }

/** The claims with the equations that they test; those that test none keep what they say. */
export function sourced(claims: readonly Claim[]): readonly Claim[] {
  return claims.map((claim) => {
    const [longest] = Object.keys(SOURCES).filter((id) => claim.id === id || claim.id.startsWith(`${id}-`)).sort((a,
      b) => b.length - a.length
    )
    return longest === undefined ? claim : { ...claim, source: SOURCES[longest] }
  })
}
