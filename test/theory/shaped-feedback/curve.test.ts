import { describe, expect, it } from 'vitest'
import { curveAt, timeUntil } from '../../../src/theory/index.ts'

/** ∫₀^w dv/(1 − vⁿ) by the midpoint rule. */
function quadrature(w: number, n: number): number {
  const parts = 200_000
  let sum = 0
  for (let i = 0; i < parts; i++) sum += 1 / (1 - Math.pow(w * (i + 0.5) / parts, n))
  return sum * w / parts
}

describe('timeUntil', () => {
  it('is the integral of dw/(1 − wⁿ), on both sides of r = ½', () => {
    for (const depth of [2, 3, 4, 5]) {
      const n = 2 ** depth - 1
      for (const w of [0.7, 0.9, 0.98]) {
        expect(Math.abs(timeUntil(1 - w ** n, depth) / quadrature(w, n) - 1), `L = ${depth}, w = ${w}`).toBeLessThan(
          1e-8,
        )
      }
    }
  })

  it('is −ln r for one layer', () => {
    for (const r of [1, 0.8, 0.5, 0.1, 1e-9]) expect(Math.abs(timeUntil(r, 1) + Math.log(r))).toBeLessThan(2e-15 * 21)
  })

  it('joins at r = ½, and falls with r', () => {
    for (const depth of [2, 4]) {
      const around = [0.5 - 1e-12, 0.5, 0.5 + 1e-12].map((r) => timeUntil(r, depth))
      expect(around[0] - around[2]).toBeLessThan(1e-11)
      expect(around[0]).toBeGreaterThan(around[1])
      expect(around[1]).toBeGreaterThan(around[2])
    }
  })

  it('has its ends, and refuses what is none', () => {
    expect([timeUntil(1, 3), timeUntil(0, 3)]).toEqual([0, Infinity])
    expect(() => timeUntil(1.1, 3)).toThrow('timeUntil: remaining must be in 0 … 1, got 1.1')
    expect(() => timeUntil(NaN, 3)).toThrow(RangeError)
    expect(() => timeUntil(0.5, 0)).toThrow(RangeError)
    expect(() => timeUntil(0.5, 41)).toThrow('curvePower: depth must be at most 40, got 41')
  })
})

describe('curveAt', () => {
  it('is the inverse of timeUntil', () => {
    for (const depth of [1, 2, 3, 5, 8]) {
      for (const r of [0.999, 0.9, 0.5, 0.49, 1e-3, 1e-12]) {
        const { reached, remaining } = curveAt(timeUntil(r, depth), depth)
        expect(Math.abs(remaining / r - 1), `L = ${depth}, r = ${r}`).toBeLessThan(1e-13)
        expect(Math.abs(reached ** (2 ** depth - 1) + remaining - 1)).toBeLessThan(1e-13)
      }
    }
  })

  it('keeps w where nothing seems learnt yet', () => {
    const { reached, remaining } = curveAt(1e-6, 5)
    expect([reached, remaining]).toEqual([1e-6, 1])
    expect(curveAt(0, 3)).toEqual({ reached: 0, remaining: 1 })
    expect(curveAt(Infinity, 3)).toEqual({ reached: 1, remaining: 0 })
  })

  it('refuses times before the start', () => {
    expect(() => curveAt(-1, 2)).toThrow('curveAt: time must not be negative, got -1')
    expect(() => curveAt(NaN, 2)).toThrow(RangeError)
  })
})
