// Makes the runs of a plan in this process, round after round, as the command does.

import { blockedKernels } from '../../../src/tensor/index.ts'
import type { Experiment, Run, RunTools, Scale } from '../../../src/lab/reproduce/experiment.ts'
import { keyOf } from '../../../src/lab/reproduce/records.ts'

/** Tools without data. */
export const TOOLS: RunTools = { data: undefined, kernels: () => blockedKernels, progress() {} }

/** All runs of a plan, in its order; every result has been through JSON. */
export function allRuns(e: Experiment, scale: Scale, seed: number,
  make: (configuration: object) => unknown = (c) => e.run(c, TOOLS)): readonly Run<object, unknown>[]
{
  const done = new Map<string, Run<object, unknown>>()
  for (;;) {
    const plan = e.plan(scale, seed, [...done.values()])
    const open = plan.filter((configuration) => !done.has(keyOf(configuration)))
    if (open.length === 0) return plan.flatMap((configuration) => done.get(keyOf(configuration)) ?? [])
    for (const configuration of open) {
      done.set(keyOf(configuration), {
        configuration,
        result: JSON.parse(JSON.stringify(make(configuration))) as unknown,
        seconds: 0,
      })
    }
  }
}
