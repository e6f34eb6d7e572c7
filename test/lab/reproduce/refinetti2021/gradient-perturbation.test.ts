import { beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { gradientPerturbation } from '../../../../src/lab/reproduce/refinetti2021/gradient-perturbation.ts'
import type { DeepCurves } from '../../../../src/lab/reproduce/refinetti2021/deep-run.ts'
import { quickRuns, verdicts } from './deep-experiments.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = quickRuns(gradientPerturbation)
})

describe('refinetti2021/gradient-perturbation', () => {
  it('turns gradients by the known angle and learns the less the further they are turned', () => {
    const { claims } = gradientPerturbation.judge(runs, 'quick')
    expect(verdicts(claims)['perturbation-angle-clusters-random']).toBe(true)
    const accuracy = claims.find(({ id }) => id === 'perturbation-accuracy-clusters-random')
      ?.measured as readonly number[]
    expect(accuracy[2]).toBeLessThan(accuracy[0] - 0.05)
  })

  it('fails when the angle is another one, or accuracy does not fall', () => {
    const altered = runs.map((run) => ({
      ...run,
      result: { ...(run.result as object), cosine: 0.5, error: (run.result as DeepCurves).error.map(() => 0.1) },
    }))
    const holds = verdicts(gradientPerturbation.judge(altered, 'default').claims)
    expect(holds['perturbation-angle-clusters-random']).toBe(false)
    expect(holds['perturbation-accuracy-clusters-fixed']).toBe(false)
  })

  it('plans the undisturbed training once for both kinds', () => {
    const plan = gradientPerturbation.plan('default', 0, []) as readonly { gamma: number; kind: string }[]
    expect(plan.filter(({ gamma, kind }) => gamma === 0 && kind === 'fixed')).toEqual([])
    expect(plan).toHaveLength(2 * 9 * 3)
  })
})
