// What the tests of the deep experiments share: runs of the quick scale, made in this process.

import { freshKernels } from '../../../../src/lab/kernels.ts'
import type { Experiment, Run } from '../../../../src/lab/reproduce/experiment.ts'
import type { Claim } from '../../../../src/lab/claims/claim.ts'

/** All runs of a plan, as they come back from a record. */
export function quickRuns(experiment: Experiment, seed = 0): readonly Run<object, unknown>[] {
  return experiment.plan('quick', seed, []).map((configuration) => {
    const result = experiment.run(configuration, { data: undefined, kernels: freshKernels, progress: () => {} })
    return { configuration, result: JSON.parse(JSON.stringify(result)) as unknown, seconds: 1 }
  })
}

/** Verdicts by id, judged at a scale: judged as default, quick runs show what the claims say of them. */
export function verdicts(claims: readonly Claim[]): Readonly<Record<string, boolean | null>> {
  return Object.fromEntries(claims.map(({ id, holds }) => [id, holds]))
}
