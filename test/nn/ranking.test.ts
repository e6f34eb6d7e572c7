import { describe, expect, it } from 'vitest'
import { areaUnderCurve, averagePrecision } from '../../src/nn/index.ts'
import { xorshift } from '../tensor/bits.ts'

describe('areaUnderCurve', () => {
  it('has hand-computed values, ties counted half', () => {
    // Pairs (positive, negative): .8 over .5 and .3, .5 against .5 and .3.
    expect(areaUnderCurve([0.8, 0.5, 0.5, 0.3], [1, 1, 0, 0])).toBe(3.5 / 4)
    expect(areaUnderCurve([1, 2, 3, 4], [0, 0, 1, 1])).toBe(1)
    expect(areaUnderCurve([1, 2, 3, 4], [1, 1, 0, 0])).toBe(0)
    expect(areaUnderCurve([7, 7, 7], [1, 0, 0])).toBe(0.5)
    expect(areaUnderCurve([-Infinity, Infinity], [0, 1])).toBe(1)
    expect(areaUnderCurve([0, -0], [0, 1])).toBe(0.5)
  })

  it('is the share of pairs in the right order', () => {
    const random = xorshift(3)
    const scores = Array.from({ length: 60 }, () => Math.round(5 * random()))
    const marks = scores.map(() => (random() > 0.2 ? 1 : 0))
    let won = 0, pairs = 0
    scores.forEach((a, i) =>
      scores.forEach((b, j) => {
        if (marks[i] !== 1 || marks[j] !== 0) return
        pairs++
        won += a > b ? 1 : a === b ? 0.5 : 0
      })
    )
    expect(areaUnderCurve(scores, marks)).toBe(won / pairs)
  })
})

describe('averagePrecision', () => {
  it('has hand-computed values, ties at once', () => {
    // Precision 1 at the first positive, 2/3 at the second.
    expect(averagePrecision([0.9, 0.8, 0.7, 0.1], [1, 0, 1, 0])).toBeCloseTo((1 + 2 / 3) / 2, 15)
    expect(averagePrecision([0.5, 0.5, 0.3, 0.2], [0, 1, 1, 0])).toBeCloseTo((1 / 2 + 2 / 3) / 2, 15)
    expect(averagePrecision([7, 7, 7, 7], [1, 0, 0, 0])).toBe(0.25)
    expect(averagePrecision([1, 2, 3, 4], [0, 0, 1, 1])).toBe(1)
  })
})

describe.each([['areaUnderCurve', areaUnderCurve], ['averagePrecision', averagePrecision]] as const)('%s',
  (where, f) => {
    it('refuses one kind alone, other marks, other lengths and NaN', () => {
      expect(() => f([1, 2], [1, 1])).toThrow(
        new RangeError(`${where}: isPositive must hold both kinds, got 2 positive and 0 negative`),
      )
      expect(() => f([], [])).toThrow(
        new RangeError(`${where}: isPositive must hold both kinds, got 0 positive and 0 negative`),
      )
      expect(() => f([1, 2], [1, 2])).toThrow(new RangeError(`${where}: isPositive[1] must be 0 or 1, got 2`))
      expect(() => f([1, 2], [1])).toThrow(new RangeError(`${where}: isPositive must have 2 elements, got 1`))
      expect(() => f([1, NaN], [1, 0])).toThrow(new RangeError(`${where}: scores[1] must be a number, got NaN`))
    })
  })
