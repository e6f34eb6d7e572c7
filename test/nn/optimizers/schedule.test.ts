import { describe, expect, it } from 'vitest'
import { cosineRate, inverseRootRate, plateauRate, stepRate } from '../../../src/nn/index.ts'

describe('stepRate', () => {
  it('falls by the factor at each milestone', () => {
    expect([0, 49, 50, 74, 75, 1000].map(stepRate({ rate: 1, factor: 0.5, milestones: [50, 75] }))).toEqual([1, 1, 0.5,
      0.5, 0.25, 0.25])
    expect(stepRate({ rate: 1, milestones: [0] })(0)).toBe(0.1)
  })

  it('refuses milestones that do not ascend', () => {
    expect(() => stepRate({ rate: 1, milestones: [5, 5] })).toThrow(
      'stepRate: milestones[1] must be a whole number of at least 6, got 5',
    )
  })
})

describe('cosineRate', () => {
  it('goes from the rate over the middle to the least and stays there', () => {
    const rate = cosineRate({ rate: 1, least: 0.2, steps: 100 })
    expect(rate(0)).toBe(1)
    expect(rate(50)).toBeCloseTo(0.6, 15)
    expect(rate(25)).toBeCloseTo(0.2 + 0.4 * (1 + Math.SQRT1_2), 15)
    expect([rate(100), rate(101), rate(1e6)]).toEqual([0.2, 0.2, 0.2])
    for (let step = 0; step < 100; step++) expect(rate(step + 1)).toBeLessThan(rate(step))
  })

  it('refuses a least above the rate', () => {
    expect(() => cosineRate({ rate: 1, least: 2, steps: 3 })).toThrow(
      'cosineRate: least must lie between 0 and the rate 1, got 2',
    )
    expect(() => cosineRate({ rate: 1, steps: 0 })).toThrow(
      'cosineRate: steps must be a whole number of at least 1, got 0',
    )
  })
})

describe('inverseRootRate', () => {
  it('is d^−½·min(s^−½, s·w^(−3/2)) of the source, s = step + 1', () => {
    const d = 512, w = 4000
    const rate = inverseRootRate({ rate: 1 / Math.sqrt(d * w), warmUp: w })
    for (const step of [0, 1, 1999, 3998, 3999, 4000, 15999, 1e6]) {
      const s = step + 1
      expect(rate(step) / (Math.pow(d, -0.5) * Math.min(Math.pow(s, -0.5), s * Math.pow(w, -1.5)))).toBeCloseTo(1, 12)
    }
    expect(rate(3999)).toBe(1 / Math.sqrt(d * w))
  })
})

describe('plateauRate', () => {
  const rateOf = plateauRate({ rate: 1, factor: 0.5, patience: 2, threshold: 0.1, least: 0.2 })

  it('falls when more than `patience` losses in a row are not better, and waits anew', () => {
    expect(rateOf([])).toBe(1)
    expect(rateOf([5, 5, 5])).toBe(1)
    expect(rateOf([5, 5, 5, 5])).toBe(0.5)
    expect(rateOf([5, 5, 5, 5, 5, 5])).toBe(0.5)
    expect(rateOf([5, 5, 5, 5, 5, 5, 5])).toBe(0.25)
  })

  it('counts as better only what is below by the threshold, against the best so far', () => {
    expect(rateOf([5, 4.6, 4.55, 4.51])).toBe(0.5)
    expect(rateOf([5, 4.6, 4.55, 4.49])).toBe(1)
    expect(rateOf([5, 9, 9, 4, 9, 9])).toBe(1)
    expect(rateOf([NaN, NaN, NaN])).toBe(0.5)
  })

  it('never falls below the least', () => {
    expect(rateOf(Array.from({ length: 100 }, () => 1))).toBe(0.2)
  })

  it('refuses numbers out of range', () => {
    expect(() => plateauRate({ rate: 1, factor: 1 })).toThrow(
      'plateauRate: factor must be at least 0 and below 1, got 1',
    )
    expect(() => plateauRate({ rate: 0.1, least: 1 })).toThrow(
      new RangeError('plateauRate: least must lie between 0 and the rate 0.1, got 1'),
    )
    expect(() => plateauRate({ rate: 1, least: -1 })).toThrow(
      new RangeError('plateauRate: least must lie between 0 and the rate 1, got -1'),
    )
    for (const make of [(rate: number) => cosineRate({ rate, steps: 2 }),
      (rate: number) => stepRate({ rate, milestones: [] }), (rate: number) => inverseRootRate({ rate, warmUp: 2 }),
      (rate: number) => plateauRate({ rate })])
    {
      expect(() => make(1e-46)).toThrow('rate must be positive and finite in float32, got 1e-46')
    }
    expect(() => plateauRate({ rate: 1, patience: -1 })).toThrow('plateauRate: patience must be a whole number')
  })
})
