import { describe, expect, it } from 'vitest'
import { type ConditioningSizes, dealt, plannedRuns } from '../../../../src/lab/reproduce/conditioning/plan.ts'
import type { ConditioningConfiguration } from '../../../../src/lab/reproduce/conditioning/training.ts'

const SIZES: ConditioningSizes = {
  sets: ['mnist', 'cifar10', 'optdigits', 'teacher'],
  noises: [0, 0.2, 0.5, 0.9],
  widths: [50, 100, 200],
  each: 3,
  seeds: 2,
  samples: 1000,
  images: 2000,
  passes: 1,
  records: 12,
  probe: 250,
  exact: { width: 40, steps: 300 },
}

describe('the plan', () => {
  it('has every data set, activation and noise equally often, the other factors in equal numbers within each', () => {
    const trainings = plannedRuns(SIZES, 0).filter((c): c is ConditioningConfiguration => c.kind === 'training')
    const counts = (key: (c: ConditioningConfiguration) => string): readonly number[] => {
      const found = new Map<string, number>()
      for (const c of trainings) found.set(key(c), (found.get(key(c)) ?? 0) + 1)
      return [...new Set(found.values())]
    }
    expect(trainings.length).toBe(288)
    expect(counts((c) => `${c.dataset} ${c.activation} ${c.noise}`)).toEqual([6])
    for (const factor of ['start', 'feedback', 'imbalance'] as const) {
      expect(counts((c) => `${c.dataset} ${c.activation} ${c[factor]}`), factor).toEqual([12])
    }
    expect(counts((c) => `${c.dataset} ${c.activation} ${c.width}`)).toEqual([8])
    // No factor says another: no two of them agree in three quarters of the configurations.
    const agree = trainings.filter((c) => (c.start === 1) === (c.imbalance === 1)).length / trainings.length
    expect(Math.abs(agree - 0.5)).toBeLessThan(0.15)
  })

  it('deals levels as evenly as they go', () => {
    const hand = dealt(['a', 'b', 'c'], 8, 'test')
    expect(['a', 'b', 'c'].map((level) => hand.filter((one) => one === level).length).sort()).toEqual([2, 3, 3])
    expect(dealt(['a', 'b', 'c'], 8, 'test')).toEqual(hand)
    expect(dealt(['a', 'b', 'c'], 8, 'other')).not.toEqual(hand)
  })
})
