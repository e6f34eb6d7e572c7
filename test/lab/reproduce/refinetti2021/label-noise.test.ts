import { beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { labelNoise } from '../../../../src/lab/reproduce/refinetti2021/label-noise.ts'
import type { DeepConfiguration, DeepCurves } from '../../../../src/lab/reproduce/refinetti2021/deep-run.ts'
import { quickRuns, verdicts } from './deep-experiments.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = quickRuns(labelNoise)
})

describe('refinetti2021/label-noise', () => {
  it('sees alignment come later with wrong labels, already at quick scale', () => {
    const holds = verdicts(labelNoise.judge(runs, 'quick').claims)
    expect([holds['noise-half-clusters-tanh'], holds['noise-half-clusters-relu']]).toEqual([true, true])
    expect(holds['noise-max-clusters-tanh']).toBeNull()
  })

  it('fails when the levels change places', () => {
    const levels = runs.map((run) => {
      const c = run.configuration as DeepConfiguration
      const result = run.result as DeepCurves
      const noisy = c.data.dataset !== 'gaussian' && c.data.noise > 0
      // Clean labels: late and low; wrong ones: early and high.
      return {
        ...run,
        result: {
          ...result,
          ga: result.ga.map((_, time) => (noisy ? Math.min(1, time / 3) : Math.min(0.5, time / 30))),
        },
      }
    })
    const holds = verdicts(labelNoise.judge(levels, 'default').claims)
    expect([holds['noise-half-clusters-tanh'], holds['noise-max-clusters-tanh']]).toEqual([false, false])
  })

  it('plans five levels, linear networks on MNIST alone', () => {
    const plan = labelNoise.plan('default', 0, []) as readonly DeepConfiguration[]
    expect(plan).toHaveLength(5 * 5 * 3)
    expect(plan.some(({ activation, data }) => activation === 'linear' && data.dataset === 'cifar10')).toBe(false)
  })
})
