import { describe, expect, it } from 'vitest'
import { finite, mean, median, pairedDifference, quantile, ratioOfMeans, rounded, sample, slope, spearman,
  standardDeviation } from '../../src/lab/statistics.ts'

describe('sample', () => {
  it('has the mean with its standard error, none for one seed', () => {
    expect(sample([1, 3])).toEqual({ mean: 2, standardError: 1, seeds: 2 })
    expect(sample([5])).toEqual({ mean: 5, standardError: 0, seeds: 1 })
    expect([mean([]), standardDeviation([1, 2, 3])]).toEqual([NaN, 1])
  })
})

describe('pairedDifference', () => {
  it('cancels what seeds have in common, and wants as many of both', () => {
    expect(pairedDifference([11, 22, 33], [10, 20, 30])).toEqual({
      mean: 2,
      standardError: expect.closeTo(1 / Math.sqrt(3), 12),
      seeds: 3,
    })
    expect(() => pairedDifference([1], [])).toThrow(
      'pairedDifference: b must have one value per value of a, got 0 and 1',
    )
  })
})

describe('ratioOfMeans', () => {
  it('has no error where every seed has the same ratio, and that of the numerator where the denominator is fixed', () => {
    expect(ratioOfMeans([1, 2, 3], [2, 4, 6])).toEqual({ mean: 0.5, standardError: 0, seeds: 3 })
    expect(ratioOfMeans([1, 3], [-4, -4])).toEqual({ mean: -0.5, standardError: 0.25, seeds: 2 })
  })
})

describe('quantile', () => {
  it('goes in straight lines between sorted values', () => {
    expect([quantile([4, 1, 3, 2], 0.5), quantile([1, 2], 0.25), quantile([7], 0.9), median([3, 1, 9])]).toEqual([2.5,
      1.25, 7, 3])
    expect(quantile([], 0.5)).toBeNaN()
  })
})

describe('slope', () => {
  it('is that of the least-squares line, NaN where x does not vary', () => {
    expect(slope([0, 1, 2], [5, 3, 1])).toBe(-2)
    expect(slope([0, 1, 2], [0, 1, 0])).toBe(0)
    expect(slope([1, 1], [0, 1])).toBeNaN()
  })
})

describe('spearman', () => {
  it('is ±1 for orders alike and opposite, whatever the values, with ties in between', () => {
    expect(spearman([1, 2, 3, 800], [0.1, 0.2, 5, 6])).toBeCloseTo(1, 12)
    expect(spearman([1, 2, 3], [9, 4, -1])).toBeCloseTo(-1, 12)
    // Ranks (1, 2, 3, 4) and (1, 2.5, 2.5, 4): 4.5/√(5·4.5).
    expect(spearman([1, 2, 3, 4], [0, 1, 1, 2])).toBeCloseTo(Math.sqrt(4.5 / 5), 12)
    expect(spearman([1, 2], [3, 3])).toBeNaN()
    expect(spearman([1, 2, 3], [3, NaN, 1])).toBeNaN()
    expect(spearman([0, 1, 2, 3, 4, 5, 6], [7, 7, 7, 4, 3, 2, 1])).toBeCloseTo(-26 / Math.sqrt(28 * 26), 12)
  })
})

describe('numbers as JSON holds them', () => {
  it('are null where they are not finite, wherever they stand in a list', () => {
    expect([0.125, NaN, Infinity, 2].map(finite)).toEqual([0.125, null, null, 2])
    expect([rounded(1.23456, 3), rounded(NaN, 3)]).toEqual([1.23, null])
  })
})
