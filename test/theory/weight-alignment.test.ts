import { describe, expect, it } from 'vitest'
import { diagonal, identity, matrixFromRows, multiply, scaled, transpose } from '../../src/tensor/index.ts'
import { strongAlignment, weightAlignments, weightsFromAlignment } from '../../src/theory/index.ts'
import { alignmentOf, angleCosine, CASES, feedbackOf, nameOf } from './cases.ts'

describe('strongAlignment', () => {
  it('is 1 for A ∝ I, −1 for −I, 1/√n for a positive matrix of rank one and NaN for zero', () => {
    expect(strongAlignment(scaled(0.3, identity(5)))).toBeCloseTo(1, 15)
    expect(strongAlignment(scaled(-2, identity(5)))).toBeCloseTo(-1, 15)
    expect(strongAlignment(diagonal([0, 0, 7, 0]))).toBeCloseTo(0.5, 15)
    expect(strongAlignment(diagonal([0, 0]))).toBeNaN()
    expect(strongAlignment(matrixFromRows([[1, 2], [3, 5]]))).toBeCloseTo(6 / Math.sqrt(2 * 39), 15)
  })

  it('does not depend on scale', () => {
    for (const s of [1e-320, 1e-308, 1e-170, 1e170, 1e308]) {
      expect(strongAlignment(scaled(s, identity(3))), `${s}`).toBeCloseTo(1, 15)
      expect(strongAlignment(diagonal([s, 0, 0, 0])), `${s}`).toBe(0.5)
    }
  })

  it('refuses what is not square', () => {
    expect(() => strongAlignment(matrixFromRows([[1, 2]]))).toThrow(
      new RangeError('strongAlignment: a must be square, got [1, 2]'),
    )
  })
})

describe('weightAlignments', () => {
  it('is the cosine of W_l and F_l F_{l−1}ᵀ; with orthogonal feedback tr A/(√n ‖A‖), with Gaussian not', () => {
    for (const c of CASES) {
      const feedback = feedbackOf(c)
      const a = alignmentOf(c)
      const weights = weightsFromAlignment(a, feedback)
      const found = weightAlignments(a, feedback)
      expect(found).toHaveLength(c.depth - 1)
      found.forEach((wa, index) => {
        const below = transpose(feedback[index])
        const target = index + 1 < feedback.length ? multiply(feedback[index + 1], below) : below
        expect(wa, nameOf(c)).toBeCloseTo(angleCosine(weights[index + 1], target), 13)
        const difference = Math.abs(wa - strongAlignment(a[index + 1]))
        if (c.kind === 'orthogonal') expect(difference, nameOf(c)).toBeLessThan(1e-13)
        else expect(difference, nameOf(c)).toBeGreaterThan(1e-4)
      })
      // Powers of two change no bit, also where the squares of the weights leave the range.
      for (const k of [-600, 600]) {
        expect(weightAlignments(a.map((al) => scaled(2 ** k, al)), feedback), nameOf(c)).toEqual(found)
      }
    }
  })
})
