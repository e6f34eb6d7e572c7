import { beforeAll, describe, expect, it } from 'vitest'
import type { DeepConfiguration, DeepCurves } from '../../../../src/lab/reproduce/deep/training.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { labelNoise } from '../../../../src/lab/reproduce/refinetti2021/label-noise.ts'
import { altered, makeRuns, verdicts } from '../made.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = makeRuns(labelNoise, 'quick')
})

describe('refinetti2021/label-noise', () => {
  it('sees alignment come later with wrong labels, already at quick scale', () => {
    expect(verdicts(labelNoise.judge(runs, 'quick'))).toMatchObject({
      'noise-half-clusters-tanh': 'holds',
      'noise-half-clusters-relu': 'holds',
      'noise-max-clusters-tanh': 'undecided',
    })
  })

  it('holds when wrong labels align later and less, and fails when the levels change places', () => {
    const all = (early: (noise: number) => boolean): (string | undefined)[] => {
      const judged = verdicts(labelNoise.judge(altered<DeepCurves>(runs, ({ ga }, configuration) => {
        const { data } = configuration as DeepConfiguration
        const isEarly = early(data.dataset === 'gaussian' ? 0 : data.noise)
        return { ga: ga.map((_, time) => (isEarly ? Math.min(1, time / 3) : Math.min(0.5, time / 30))) }
      }), 'default'))
      return [judged['noise-half-clusters-tanh'], judged['noise-max-clusters-tanh']]
    }
    expect(all((noise) => noise === 0)).toEqual(['holds', 'holds'])
    expect(all((noise) => noise > 0)).toEqual(['fails', 'fails'])
  })

  it('plans five levels, linear networks on MNIST alone', () => {
    const plan = labelNoise.plan('default', 0, []) as readonly DeepConfiguration[]
    expect(plan).toHaveLength(5 * 5 * 3)
    expect(plan.some(({ activation, data }) => activation === 'linear' && data.dataset === 'cifar10')).toBe(false)
  })
})
