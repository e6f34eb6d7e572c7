import { beforeAll, describe, expect, it } from 'vitest'
import { valueOf } from '../../../../src/lab/claims/claim.ts'
import type { DeepConfiguration, DeepCurves } from '../../../../src/lab/reproduce/deep/training.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { targetCovariance } from '../../../../src/lab/reproduce/refinetti2021/target-covariance.ts'
import { altered, byId, makeRuns, verdicts } from '../made.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = makeRuns(targetCovariance, 'quick')
})

/** Runs with GA of layer 1 as a function of α, β and the seed. */
const mapped = (ga: (alpha: number, beta: number, seed: number) => number): readonly Run<object, unknown>[] =>
  altered<DeepCurves>(runs, ({ gaLayers }, configuration) => {
    const { data, seed } = configuration as DeepConfiguration
    const value = data.dataset === 'gaussian' ? ga(data.alpha, data.beta, seed) : 0
    return { gaLayers: gaLayers.map((layer) => layer.map(() => value)) }
  })

describe('refinetti2021/target-covariance', () => {
  it('sees the effect of α at quick scale', () => {
    const { measured = [] } = byId(targetCovariance.judge(runs, 'quick')).get('covariance-corners-tanh') ?? {}
    expect(valueOf(measured[0])).toBeGreaterThan(0.05)
  })

  it('holds on the map of the theory, fails on flat or tilted ones, is undecided within the scatter of seeds', () => {
    const parts = ['corners', 'alpha-0.2', 'alpha-1', 'beta']
    const all = (ga: (alpha: number, beta: number, seed: number) => number): string => {
      const judged = verdicts(targetCovariance.judge(mapped(ga), 'default'))
      return parts.map((part) => judged[`covariance-${part}-tanh`]).join(' ')
    }
    expect(all((alpha, beta) => 0.5 + 0.2 * alpha + 0.05 * beta)).toBe('holds holds holds holds')
    expect(all(() => 0.7)).toBe('fails holds holds holds')
    expect(all((alpha, beta) => 0.5 + 0.3 * alpha - 0.1 * beta)).toBe('holds holds holds fails')
    expect(all((alpha, beta) => 0.5 + 0.4 * beta - (beta === 1 ? 0.1 * alpha : 0))).toBe('holds holds fails holds')
    expect(all((alpha, _beta, seed) => 0.5 + (seed - 0.5) * alpha)).toBe('undecided undecided undecided undecided')
  })

  it('plans the whole map for every seed', () => {
    expect(targetCovariance.plan('default', 0, [])).toHaveLength(2 * 25 * 3)
    expect(targetCovariance.plan('paper', 0, [])).toHaveLength(3 * 25 * 10)
  })
})
