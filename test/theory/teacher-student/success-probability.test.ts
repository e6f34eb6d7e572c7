import { describe, expect, it } from 'vitest'
import { successIncrement, successProbability } from '../../../src/theory/index.ts'

/** The fraction of all 2^K sign patterns with at least M positive signs. */
function counted(units: number, teacherUnits: number): number {
  let successes = 0
  for (let pattern = 0; pattern < 2 ** units; pattern++) {
    let positive = 0
    for (let k = 0; k < units; k++) positive += pattern >> k & 1
    if (positive >= teacherUnits) successes++
  }
  return successes / 2 ** units
}

describe('successProbability', () => {
  it('is 1/4, 1/2, 11/16 for two teacher units and K = 2, 3, 4', () => {
    expect([2, 3, 4].map((units) => successProbability(units, 2))).toEqual([1 / 4, 1 / 2, 11 / 16])
  })

  it('is the fraction of sign patterns that have enough positive signs, and 2^−M for K = M', () => {
    for (let units = 1; units <= 12; units++) {
      for (let teacherUnits = 1; teacherUnits <= 13; teacherUnits++) {
        const expected = counted(units, teacherUnits)
        expect(successProbability(units, teacherUnits), `K ${units}, M ${teacherUnits}`).toBeCloseTo(expected, 15)
      }
      expect(successProbability(units, units)).toBe(2 ** -units)
    }
  })

  it('goes to 1 for many units, where binomials would overflow', () => {
    expect(successProbability(5000, 100)).toBeCloseTo(1, 12)
    expect(successProbability(2000, 1000)).toBeCloseTo(0.5 + 0.5 * successIncrement(2000, 1001) * 2, 10)
  })

  it('refuses what is not a number of units', () => {
    expect(() => successProbability(0, 1)).toThrow(
      'successProbability: units must be a whole number of at least 1, got 0',
    )
    expect(() => successProbability(2, 1.5)).toThrow(RangeError)
  })
})

describe('successIncrement', () => {
  it('is P(K+1) − P(K), from the first K on that makes a difference', () => {
    for (let teacherUnits = 1; teacherUnits <= 12; teacherUnits++) {
      for (let units = 1; units <= 14; units++) {
        const difference = successProbability(units + 1, teacherUnits) - successProbability(units, teacherUnits)
        expect(successIncrement(units, teacherUnits), `K ${units}, M ${teacherUnits}`).toBeCloseTo(difference, 15)
      }
    }
  })

  it('is C(K, K−M+1)/2^(K+1): 3/16 from K = 3 to 4 with two teacher units', () => {
    expect(successIncrement(3, 2)).toBe(3 / 16)
  })
})
