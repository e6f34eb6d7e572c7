import { describe, expect, it } from 'vitest'
import { classCounts, classRows, conditioningData } from '../../../../src/lab/reproduce/conditioning/data.ts'
import { fromRows } from '../../../../src/tensor/index.ts'

describe('conditioning data', () => {
  it('counts classes in a geometric series with the given ends and sum', () => {
    expect(classCounts(1000, 1)).toEqual(new Array(10).fill(100))
    const counts = classCounts(1000, 20)
    expect(counts.reduce((a, b) => a + b)).toBe(1000)
    expect(Math.abs(counts[0] / counts[9] - 20)).toBeLessThan(1)
    counts.slice(1).forEach((count, k) => expect(Math.abs(count / counts[k] - Math.pow(20, -1 / 9))).toBeLessThan(0.05))
  })

  it('takes the first rows of each class, and others where a class has too few', () => {
    const labels = [0, 1, 0, 0, 1, 2]
    const targets = fromRows(labels.map((label) => [0, 1, 2].map((k) => (k === label ? 1 : 0))))
    expect([...classRows(targets, [1, 2, 1])]).toEqual([0, 1, 4, 5])
    expect([...classRows(targets, [1, 1, 3])]).toEqual([0, 1, 2, 3, 5])
    expect(() => classRows(targets, [3, 3, 3])).toThrow(new RangeError('classRows: targets must have 9 rows, got 6'))
  })

  it('has the class counts asked for, standardized inputs, and wrong labels by seed', () => {
    const setting = { dataset: 'teacher', samples: 500, imbalance: 20, noise: 0 } as const
    const { inputs, targets } = conditioningData(setting, 0, undefined)
    const counts = Array.from({ length: 10 },
      (_, k) => targets.data.filter((value, at) => at % 10 === k && value === 1).length)
    expect(counts).toEqual(classCounts(500, 20))
    const mean = inputs.data.reduce((a, b) => a + b, 0) / inputs.data.length
    expect(Math.abs(mean)).toBeLessThan(1e-6)
    const noisy = (seed: number): Float32Array =>
      conditioningData({ ...setting, noise: 0.5 }, seed, undefined).targets.data
    const changed = noisy(0).filter((value, at) => value === 1 && targets.data[at] === 0).length / 500
    expect(Math.abs(changed - 0.45)).toBeLessThan(0.08)
    expect(noisy(1)).not.toEqual(noisy(0))
    expect(conditioningData(setting, 1, undefined).targets.data).toEqual(targets.data)
  })
})
