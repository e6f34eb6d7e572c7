import { beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { targetCovariance } from '../../../../src/lab/reproduce/refinetti2021/target-covariance.ts'
import type { DeepConfiguration, DeepCurves } from '../../../../src/lab/reproduce/refinetti2021/deep-run.ts'
import { quickRuns, verdicts } from './deep-experiments.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = quickRuns(targetCovariance)
})

/** Runs with GA of layer 1 as a function of α and β. */
const mapped = (ga: (alpha: number, beta: number) => number): readonly Run<object, unknown>[] =>
  runs.map((run) => {
    const { data } = run.configuration as DeepConfiguration
    const value = data.dataset === 'gaussian' ? ga(data.alpha, data.beta) : 0
    const result = run.result as DeepCurves
    return { ...run, result: { ...result, gaLayers: result.gaLayers.map((layer) => layer.map(() => value)) } }
  })

describe('refinetti2021/target-covariance', () => {
  it('sees the effect of α at quick scale, and decides nothing there', () => {
    const claims = targetCovariance.judge(runs, 'quick').claims
    expect(claims.every(({ holds }) => holds === null)).toBe(true)
    expect(claims.find(({ id }) => id === 'covariance-corners-tanh')?.measured).toBeGreaterThan(0.05)
  })

  it('holds on the map of the theory and fails on flat or tilted ones', () => {
    const parts = ['corners', 'alpha-0.2', 'alpha-1', 'beta']
    const all = (ga: (alpha: number, beta: number) => number): (boolean | null)[] => {
      const holds = verdicts(targetCovariance.judge(mapped(ga), 'default').claims)
      return parts.map((part) => holds[`covariance-${part}-tanh`])
    }
    expect(all((alpha, beta) => 0.5 + 0.2 * alpha + 0.05 * beta)).toEqual([true, true, true, true])
    expect(all(() => 0.7)).toEqual([false, true, true, true])
    expect(all((alpha, beta) => 0.5 + 0.3 * alpha - 0.1 * beta)).toEqual([true, true, true, false])
    expect(all((alpha, beta) => 0.5 + 0.4 * beta - (beta === 1 ? 0.1 * alpha : 0))).toEqual([true, true, false, true])
  })

  it('plans the whole map for every seed', () => {
    expect(targetCovariance.plan('default', 0, [])).toHaveLength(2 * 25 * 3)
    expect(targetCovariance.plan('paper', 0, [])).toHaveLength(3 * 25 * 10)
  })
})
