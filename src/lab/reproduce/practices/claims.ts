// Claims that several experiments on practices make.

import type { Claim, ClaimBuilder } from '../../claims/claim.ts'
import { last, sample } from '../../statistics.ts'
import type { NamedRuns } from './presentation.ts'

/** Where all variants have learnt something, their comparison is one of trained networks. */
export function learns(claim: ClaimBuilder, id: string, rows: readonly NamedRuns[]): Claim {
  return claim.below(id, `mean loss of the last epoch: ${rows.map(({ name }) => name).join('; ')}`,
    rows.map(({ runs }) => sample(runs.map(({ result }) => last(result.trainingLoss) ?? NaN))), Math.log(10),
    'ten equally probable classes')
}
