import { beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { alignmentTimes, layerwise } from '../../../../src/lab/reproduce/refinetti2021/layerwise.ts'
import type { DeepCurves } from '../../../../src/lab/reproduce/refinetti2021/deep-run.ts'
import { quickRuns, verdicts } from './deep-experiments.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = quickRuns(layerwise)
})

/** Layers whose GA reaches its maximum of 1 at the times given. */
const peaking = (at: readonly number[]): readonly Run<object, unknown>[] =>
  runs.map(({ configuration, result, seconds }) => ({
    configuration,
    seconds,
    result: {
      ...(result as DeepCurves),
      gaLayers: at.map((peak) => (result as DeepCurves).steps.map((_, time) => 1 - Math.abs(time - peak) / 100)),
    },
  }))

describe('refinetti2021/layerwise', () => {
  it('measures a time for each hidden layer at quick scale and decides nothing', () => {
    const curves = runs.map(({ result }) => result as DeepCurves)
    for (const part of [0.5, 0.8, 1]) {
      expect(alignmentTimes(curves, part).every((time) => time > 0), String(part)).toBe(true)
    }
    expect(Object.values(verdicts(layerwise.judge(runs, 'quick').claims)).every((holds) => holds === null)).toBe(true)
  })

  it('holds when the bottom is first and fails when a layer overtakes one below', () => {
    const peak = (of: readonly Run<object, unknown>[]): boolean | null =>
      verdicts(layerwise.judge(of, 'default').claims)['layerwise-peak-clusters']
    expect(peak(peaking([4, 6, 9]))).toBe(true)
    expect(peak(peaking([4, 4, 9]))).toBe(true)
    expect(peak(peaking([6, 4, 9]))).toBe(false)
    // All layers rise until the end: times that are all the last one say nothing.
    expect(peak(peaking([1000, 1000, 1000]))).toBeNull()
  })

  it('plans every seed once on both data sets', () => {
    const plan = layerwise.plan('default', 0, [])
    expect(new Set(plan.map((configuration) => JSON.stringify(configuration))).size).toBe(plan.length)
    expect(layerwise.plan('paper', 0, [])).toHaveLength(20)
  })
})
