import { describe, expect, it } from 'vitest'
import { argmax, GA, grouped, meanCurve, monotone, reaches,
  timeSeries } from '../../../../src/lab/reproduce/refinetti2021/deep-summary.ts'
import type { DeepCurves } from '../../../../src/lab/reproduce/refinetti2021/deep-run.ts'

const curves = (ga: readonly (number | null)[]): DeepCurves => ({
  steps: [0, 10, 20],
  perEpoch: 10,
  loss: [1, 1, 1],
  error: [1, 1, 1],
  testError: [1, 1, 1],
  ga,
  gaLayers: [],
  wa: [0, 0, 0],
  waLayers: [],
})

describe('summaries of curves', () => {
  it('average over trainings and leave out what is not defined', () => {
    expect(meanCurve([curves([null, 0.25, 0.5]), curves([null, 0.75, null])], GA)).toEqual([NaN, 0.5, 0.5])
    expect(timeSeries('x', [curves([0.1, 0.2, 0.3])], GA).points).toEqual([[1, 0.2], [2, 0.3]])
  })

  it('find the maximum and the first time at a level, on a log axis between two times', () => {
    expect(argmax([NaN, 1, 3, 2])).toBe(2)
    expect(argmax([NaN])).toBe(-1)
    expect(reaches([1, 10, 100], [0, 1, 2], 1.5)).toBeCloseTo(10 * Math.sqrt(10), 10)
    expect(reaches([0, 10, 100], [0, 1, 2], 0.5)).toBe(10)
    expect(reaches([1, 10], [0, 1], 2)).toBeNaN()
  })

  it('judge weak order, and never what is not a number', () => {
    const head = { id: 'x', statement: 'x', source: 'x', method: 'training' } as const
    expect(monotone(head, 'rising', [1, 1, 2]).holds).toBe(true)
    expect(monotone(head, 'rising', [1, 2, 1.9]).holds).toBe(false)
    expect(monotone(head, 'falling', [2, 2, 1]).holds).toBe(true)
    expect(monotone(head, 'falling', [2, NaN, 1]).holds).toBe(false)
    expect(monotone(head, 'falling', []).holds).toBe(false)
  })

  it('group in order of appearance', () => {
    expect([...grouped([3, 1, 5, 2], (x) => x % 2)]).toEqual([[1, [3, 1, 5]], [0, [2]]])
  })
})
