import { describe, expect, it } from 'vitest'
import { argmax, around, GA, grouped, lineOf, meanCurve, reaches, sampleAt,
  trainings } from '../../../../src/lab/reproduce/deep/summary.ts'
import type { DeepConfiguration, DeepCurves } from '../../../../src/lab/reproduce/deep/training.ts'

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
    expect(lineOf('x', [curves([0.1, 0.2, 0.3])], GA).points).toEqual([[1, 0.2], [2, 0.3]])
  })

  it('have means and standard errors at one time, the last unless another is named', () => {
    const two = [curves([0, 0.2, 0.5]), curves([0, 0.4, 0.7])]
    expect(sampleAt(two, GA, 1).mean).toBeCloseTo(0.3, 12)
    expect(sampleAt(two, GA).standardError).toBeCloseTo(0.1, 12)
    expect(around(two, GA)).toBe('0.600 ± 0.141')
  })

  it('find the maximum and the first time at a level, on a log axis between two times', () => {
    expect(argmax([NaN, 1, 3, 2])).toBe(2)
    expect(argmax([NaN])).toBe(-1)
    expect(reaches([1, 10, 100], [0, 1, 2], 1.5)).toBeCloseTo(10 * Math.sqrt(10), 10)
    expect(reaches([0, 10, 100], [0, 1, 2], 0.5)).toBe(10)
    expect(reaches([1, 10], [0, 1], 2)).toBeNaN()
  })

  it('group in order of appearance', () => {
    expect(grouped([3, 1, 5, 2], (x) => x % 2)).toEqual([[1, [3, 1, 5]], [0, [2]]])
  })

  it('take runs together that differ in their seeds, however their keys are ordered', () => {
    const run = (configuration: object) => ({
      configuration: configuration as DeepConfiguration,
      result: curves([1]),
      seconds: 0,
    })
    const groups = trainings([run({ seed: 1, rate: 1 }), run({ seed: 1, rate: 2 }), run({ rate: 1, seed: 2 })])
    expect(groups.map(({ curves: list }) => list.length)).toEqual([2, 1])
  })
})
