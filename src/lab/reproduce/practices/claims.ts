// Claims that several experiments on practices make.

import type { Claim, ClaimBuilder } from '../../claims/claim.ts'
import { last, sample } from '../../statistics.ts'
import type { Judgment, Run } from '../experiment.ts'
import { type Part, presented, rowsOf } from './parts.ts'
import { differences, type NamedRuns } from './presentation.ts'

/** Where all variants have learnt something, their comparison is one of trained networks. */
export function learns(claim: ClaimBuilder, id: string, rows: readonly NamedRuns[]): Claim {
  return claim.below(id, `mean loss of the last epoch: ${rows.map(({ name }) => name).join('; ')}`,
    rows.map(({ runs }) => sample(runs.map(({ result }) => last(result.trainingLoss) ?? NaN))), Math.log(10),
    'ten equally probable classes')
}

/** Variants beside the first of each part, its control, with no direction claimed: all learn, and what they differ by. */
export function undirected(claim: ClaimBuilder, name: string, parts: readonly Part[],
  runs: readonly Run<object, unknown>[]): Judgment
{
  const rows = parts.map((part) => rowsOf(part, runs))
  const shown = presented(parts, rows)
  return {
    ...shown,
    claims: rows.map((own, k) => learns(claim, `${name}-learns-${parts[k].variants[0].practice.network.kind}`, own)),
    findings: [...shown.findings,
      ...rows.map(([control, ...others], k) => differences(parts[k].title, control, others))],
  }
}
