// Claims about rules: differences of mean test accuracies, with twice their standard error over seeds as allowance.

import { meanAndDeviation } from '../../../dfa/index.ts'
import { type Claim, claimsOf } from '../../claims/claim.ts'
import { atLeast, atMost, notCovered } from '../../claims/legacy.ts'
import type { Scale } from '../experiment.ts'
import { gapOf } from './rows.ts'

type Head = Pick<Claim, 'id' | 'statement' | 'source'>

/** How many standard errors are allowed. */
const ERRORS = 2

/** Claims of a scale; at quick scale nothing is trained long enough to say. */
export function settled(claims: readonly Claim[], scale: Scale): readonly Claim[] {
  if (scale !== 'quick') return claims
  return claims.map((claim) => notCovered(claim, 'quick scale: a few steps of one seed decide nothing'))
}

function training(head: Head, error: number): Head & Pick<Claim, 'method' | 'note'> {
  return { ...head, method: 'training', note: `standard error ${error.toFixed(2)}` }
}

/** |mean − expected| ≤ tolerance + two standard errors; values in percent, one per seed. */
export function near(head: Head, values: readonly number[], expected: number, tolerance: number): Claim {
  const { mean, deviation } = meanAndDeviation(values)
  const error = deviation / Math.sqrt(values.length)
  const allowed = tolerance + ERRORS * error
  const { id, statement, ...rest } = training(head, error)
  return claimsOf(rest).absolute(id, statement, mean, expected, allowed, 'two standard errors over seeds')
}

/** The worst of several rules loses at most `points` + two standard errors against `better`. */
export function within(
  head: Head,
  better: readonly number[],
  others: readonly (readonly number[])[],
  points: number,
): Claim {
  const { gap, error } = others.map((values) => gapOf(better, values)).reduce((a, b) => (b.gap > a.gap ? b : a))
  return atMost(training(head, error), gap, points + ERRORS * error, `≤ ${points} points`)
}

/** Against even the worst of the better rules, even the best of the others loses `points` + two standard errors. */
export function apart(
  head: Head,
  better: readonly (readonly number[])[],
  others: readonly (readonly number[])[],
  points: number,
): Claim {
  const gaps = better.flatMap((high) => others.map((low) => gapOf(high, low)))
  const { gap, error } = gaps.reduce((a, b) => (b.gap < a.gap ? b : a))
  return atLeast(training(head, error), gap, points + ERRORS * error, `≥ ${points} points`)
}
