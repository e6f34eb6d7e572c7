// The share of the gap between a control and backpropagation that another rule closes.

import { type Claim, type ClaimBuilder, undecided } from '../../claims/claim.ts'
import { pairedDifference, ratioOfMeans, type Sample } from '../../statistics.ts'

/** What three rules reach, seed by seed. */
export interface Gap {
  readonly BP: readonly number[]
  readonly DFA: readonly number[]
  readonly shallow: readonly number[]
}

/** (DFA − shallow)/(BP − shallow), a ratio of means over seeds. */
export function shareClosed({ BP, DFA, shallow }: Gap): Sample {
  const over = (values: readonly number[]): readonly number[] => values.map((value, seed) => value - shallow[seed])
  return ratioOfMeans(over(DFA), over(BP))
}

/** Whether BP is ahead of the control by more than twice the standard error: without a gap there is no share of it. */
export function hasGap({ BP, shallow }: Gap): boolean {
  const { mean, standardError } = pairedDifference(BP, shallow)
  return mean > 2 * standardError
}

/** At least so much of the gap is closed; undecided without one, for a quotient of two deficits is positive, too. */
export function shareClaim(claim: ClaimBuilder, id: string, statement: string, gap: Gap, least: number,
  why: string): Claim
{
  const made = claim.atLeast(id, statement, shareClosed(gap), least, why)
  return hasGap(gap) ? made : undecided(made, 'BP is not ahead of the control')
}
