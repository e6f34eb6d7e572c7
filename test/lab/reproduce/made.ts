// Makes the runs of an experiment in this thread, as the command does, through JSON.

import type { Claim } from '../../../src/lab/claims/claim.ts'
import { freshKernels } from '../../../src/lab/kernels.ts'
import type { Experiment, Judgment, Run, Scale } from '../../../src/lab/reproduce/experiment.ts'

/** All runs of the plan, round after round. */
export function makeRuns(experiment: Experiment, scale: Scale, data?: string, seed = 0): Run<object, unknown>[] {
  const runs: Run<object, unknown>[] = []
  for (;;) {
    const plan = experiment.plan(scale, seed, runs)
    const open = plan.slice(runs.length)
    if (open.length === 0) return runs
    for (const configuration of open) {
      const result = experiment.run(configuration, { data, kernels: freshKernels, progress() {} })
      runs.push(JSON.parse(JSON.stringify({ configuration, result, seconds: 0 })) as Run<object, unknown>)
    }
  }
}

/** The claims of a judgment by id. */
export function byId({ claims }: Judgment): ReadonlyMap<string, Claim> {
  return new Map(claims.map((claim) => [claim.id, claim]))
}
