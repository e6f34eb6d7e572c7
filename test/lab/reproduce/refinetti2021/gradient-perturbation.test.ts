import { beforeAll, describe, expect, it } from 'vitest'
import { valueOf } from '../../../../src/lab/claims/claim.ts'
import type { DeepCurves } from '../../../../src/lab/reproduce/deep/training.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { gradientPerturbation } from '../../../../src/lab/reproduce/refinetti2021/gradient-perturbation.ts'
import { altered, byId, makeRuns, verdicts } from '../made.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = makeRuns(gradientPerturbation, 'quick')
})

describe('refinetti2021/gradient-perturbation', () => {
  it('turns gradients by the known angle and learns the less the further they are turned', () => {
    const claims = byId(gradientPerturbation.judge(runs, 'quick'))
    expect(claims.get('perturbation-angle-clusters-random')?.verdict).toBe('holds')
    const accuracy = (claims.get('perturbation-accuracy-clusters-random')?.measured ?? []).map(valueOf)
    expect(accuracy[2]).toBeLessThan(accuracy[0] - 0.05)
  })

  it('fails when the angle is another one, or accuracy does not fall', () => {
    const other = altered<DeepCurves>(runs, ({ error }) => ({ cosine: 0.5, error: error.map(() => 0.1) }))
    expect(verdicts(gradientPerturbation.judge(other, 'default'))).toEqual({
      'perturbation-angle-clusters-random': 'fails',
      'perturbation-accuracy-clusters-random': 'fails',
      'perturbation-accuracy-clusters-fixed': 'fails',
    })
  })

  it('plans the undisturbed training once for both kinds', () => {
    const plan = gradientPerturbation.plan('default', 0, []) as readonly { gamma: number; kind: string }[]
    expect(plan.filter(({ gamma, kind }) => gamma === 0 && kind === 'fixed')).toEqual([])
    expect(plan).toHaveLength(2 * 9 * 3)
  })
})
