import { describe, expect, it } from 'vitest'
import { matrixFromRows } from '../../../src/tensor/linalg/matrix.ts'
import { hypotenuse, NEGLIGIBLE, normalizingFactor, scaledCopy, unscale } from '../../../src/tensor/linalg/scaling.ts'
import { EPSILON } from './random-matrix.ts'

const EXTREMES = [5e-324, 1e-310, 2 ** -1022, 1e-200, 0.1, 1, 1.5, 2, 3, 1e200, 2 ** 1023, Number.MAX_VALUE]

describe('normalizingFactor', () => {
  it('is a power of two that brings x into [1, 2), as far as it goes', () => {
    for (const x of EXTREMES) {
      const f = normalizingFactor(x)
      expect(Number.isInteger(Math.log2(f)), `${x}`).toBe(true)
      expect(x * f, `${x}`).toBeLessThan(2)
      if (x < 2 ** -1023) expect(f, `${x}`).toBe(2 ** 1023)
      else expect(x * f, `${x}`).toBeGreaterThanOrEqual(1)
      expect(x * f / f, `${x}`).toBe(x)
    }
    for (const x of [0, Infinity, NaN]) expect(normalizingFactor(x)).toBe(1)
  })
})

describe('scaledCopy', () => {
  it('is undone exactly by unscale', () => {
    for (const x of EXTREMES) {
      const a = matrixFromRows([[x, -x, 0, x / 3]])
      const { data, factor } = scaledCopy(a)
      expect(Array.from(data, (v) => unscale(v, factor)), `${x}`).toEqual([x, -x, 0, x / 3])
      if (x > 2 ** -1023) expect(data[0], `${x}`).toBeGreaterThanOrEqual(2 ** 480)
      expect(data[0], `${x}`).toBeLessThan(2 ** 481)
    }
    expect(NEGLIGIBLE).toBe(2 ** -460)
  })
})

describe('hypotenuse', () => {
  it('is √(x² + y²) within 3 ulp, also where the squares leave the range', () => {
    expect(hypotenuse(3, -4)).toBe(5)
    expect(hypotenuse(0, 0)).toBe(0)
    expect(hypotenuse(-7, 0)).toBe(7)
    for (const scale of [1e-300, 1, 1e300]) {
      for (let i = 0; i < 200; i++) {
        const x = Math.sin(i) * scale
        const y = Math.cos(7 * i) * scale
        expect(Math.abs(hypotenuse(x, y) / Math.hypot(x, y) - 1), `${x}, ${y}`).toBeLessThan(3 * EPSILON)
      }
    }
  })
})
