import { describe, expect, it } from 'vitest'
import { crossCovariance } from '../../../../src/data/index.ts'
import { RARE, shapedData } from '../../../../src/lab/reproduce/shaped/tasks.ts'
import { singularValues, type Tensor, tensor } from '../../../../src/tensor/index.ts'

describe('the regression', () => {
  const { training, validation, test, misses, isLabeled } = shapedData({
    dataset: 'regression',
    samples: 4000,
    spread: 30,
  }, 3, undefined)

  it('has targets whose covariance with the inputs has the spectrum that was asked for', () => {
    expect([isLabeled, training.inputs.shape, validation.targets.shape[0], test.targets.shape]).toEqual([false, [4000,
      20], 1000, [2000, 10]])
    const s = singularValues(crossCovariance(training.inputs, training.targets))
    expect(Math.abs(s[0] / s[9] / 30 - 1)).toBeLessThan(0.15)
    const square = training.targets.data.reduce((sum, y) => sum + y * y, 0) / 4000
    expect(Math.abs(square / 10 - 1)).toBeLessThan(0.05)
  })

  it('counts what is missed: nothing, everything, and of the weak modes far more than in all', () => {
    const zero = tensor(test.targets.shape)
    const added = (t: Tensor): Tensor => tensor(t.shape, t.data.map((y) => y + 0.1))
    expect(misses(test.targets, test.targets)).toEqual({ all: 0, rare: 0 })
    const { all, rare } = misses(zero, test.targets)
    expect([Math.abs(all - 1) < 1e-9, Math.abs(rare - 1) < 1e-9]).toEqual([true, true])
    const off = misses(added(test.targets), test.targets)
    expect(off.rare).toBeGreaterThan(3 * off.all)
  })
})

describe('labeled tasks', () => {
  const c = { dataset: 'teacher', samples: 1000, spread: 20 } as const
  const counts = ({ targets }: { targets: Tensor }): number[] =>
    Array.from({ length: 10 }, (_, k) => targets.data.filter((y, at) => at % 10 === k && y === 1).length)

  it('have a long tail in training and validation, drawn by the seed, and not in the test', () => {
    const { training, validation, test } = shapedData(c, 1, undefined)
    const sorted = counts(training).sort((a, b) => b - a)
    expect(sorted[0] / sorted[9]).toBeGreaterThan(10)
    expect([training.inputs.shape[0], validation.inputs.shape[0]]).toEqual([1000, 250])
    expect(Math.max(...counts(test)) / Math.min(...counts(test))).toBeLessThan(5)
    expect(counts(shapedData(c, 2, undefined).training)).not.toEqual(counts(training))
    expect(shapedData(c, 1, undefined).training).toEqual(training)
  })

  it('count the wrong answers, and those in the three rarest classes', () => {
    const { training, test, misses } = shapedData(c, 1, undefined)
    const frequency = counts(training)
    const rare = [...frequency.keys()].sort((a, b) => frequency[a] - frequency[b]).slice(0, RARE)
    const answer = tensor(test.targets.shape, test.targets.data.map((y, at) => (rare.includes(at % 10) ? 0 : y)))
    const missing = rare.reduce((sum, k) => sum + counts(test)[k], 0)
    expect(misses(test.targets, test.targets)).toEqual({ all: 0, rare: 0 })
    expect(misses(answer, test.targets)).toEqual({ all: missing / 1000, rare: 1 })
  })
})
