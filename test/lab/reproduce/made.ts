// Makes the runs of an experiment in this thread, as the command does, through JSON.

import type { Claim, Verdict } from '../../../src/lab/claims/claim.ts'
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

/** The verdicts of a judgment by id. */
export function verdicts({ claims }: Judgment): Readonly<Record<string, Verdict>> {
  return Object.fromEntries(claims.map(({ id, verdict }) => [id, verdict]))
}

/** The same runs with other results. */
export function altered<R>(runs: readonly Run<object, unknown>[],
  alter: (result: R, configuration: object, index: number) => object): readonly Run<object, unknown>[]
{
  return runs.map((run, index) => ({
    ...run,
    result: { ...(run.result as object), ...alter(run.result as R, run.configuration, index) },
  }))
}
