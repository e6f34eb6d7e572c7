import { beforeAll, describe, expect, it } from 'vitest'
import type { DeepCurves } from '../../../../src/lab/reproduce/deep/training.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { alignmentTimes, layerwise } from '../../../../src/lab/reproduce/refinetti2021/layerwise.ts'
import { altered, makeRuns, verdicts } from '../made.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = makeRuns(layerwise, 'quick')
})

/** Verdicts for layers whose GA rises and falls evenly around a maximum of 1 at the times given. */
const peaking = (at: readonly number[], slope = 0.01) => {
  const judged = verdicts(layerwise.judge(altered<DeepCurves>(runs, ({ steps }) => ({
    gaLayers: at.map((peak) => steps.map((_, time) => 1 - slope * Math.abs(time - peak))),
  })), 'default'))
  return [judged['layerwise-peak-clusters'], judged['layerwise-80-clusters']]
}

describe('refinetti2021/layerwise', () => {
  it('measures a time for each hidden layer at quick scale', () => {
    const curves = runs.map(({ result }) => result as DeepCurves)
    for (const part of [0.5, 0.8, 1]) {
      expect(alignmentTimes(curves, part).every((time) => time > 0), String(part)).toBe(true)
    }
  })

  it('holds when the bottom is first and fails when a layer overtakes one below', () => {
    expect(peaking([4, 6, 9], 0.1)).toEqual(['holds', 'holds'])
    expect(peaking([4, 4, 9], 0.1)).toEqual(['holds', 'holds'])
    expect(peaking([6, 4, 9], 0.1)).toEqual(['fails', 'fails'])
  })

  it('does not order maxima that no training has reached', () => {
    expect(peaking([1000, 1000, 1000])[0]).toBe('undecided')
  })

  it('plans every seed once on both data sets', () => {
    const plan = layerwise.plan('default', 0, [])
    expect(new Set(plan.map((configuration) => JSON.stringify(configuration))).size).toBe(plan.length)
    expect(layerwise.plan('paper', 0, [])).toHaveLength(20)
  })
})
