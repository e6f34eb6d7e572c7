import { describe, expect, it } from 'vitest'
import { addScaledInto, dot, leadingSign, rotateInto } from '../../../src/tensor/linalg/vector.ts'
import { EPSILON } from './random-matrix.ts'

describe('dot', () => {
  it('sums four interleaved partial sums, then (s₀ + s₁) + (s₂ + s₃), for every length', () => {
    for (let n = 0; n < 20; n++) {
      const x = Float64Array.from({ length: n + 3 }, (_, i) => Math.sin(i + 1) * 10 ** (i % 7))
      const y = Float64Array.from({ length: n + 5 }, (_, i) => Math.cos(3 * i))
      const s = [0, 0, 0, 0]
      for (let i = 0; i < n; i++) s[i % 4] += x[3 + i] * y[5 + i]
      expect(dot(x, 3, y, 5, n), `n ${n}`).toBe(s[0] + s[1] + (s[2] + s[3]))
    }
  })
})

describe('addScaledInto', () => {
  it('touches its slice only', () => {
    const x = Float64Array.of(1, 2, 3, 4)
    addScaledInto(x, 1, 10, Float64Array.of(9, 5, 6), 1, 2)
    expect(x).toEqual(Float64Array.of(1, 52, 63, 4))
  })
})

describe('rotateInto', () => {
  it('turns two slices by an angle up to 90° and leaves the rest', () => {
    for (const angle of [-Math.PI / 2, -1, -1e-9, 0, 0.5, 1.5, Math.PI / 2]) {
      const a = Float64Array.of(7, 1, 2, 7, 3, 4, 7)
      const c = Math.abs(Math.cos(angle))
      const s = Math.sin(angle)
      rotateInto(a, 1, 4, 2, c, s)
      const exact = [7, c - 3 * s, 2 * c - 4 * s, 7, s + 3 * c, 2 * s + 4 * c, 7]
      a.forEach((x, i) => expect(Math.abs(x - exact[i]), `angle ${angle}`).toBeLessThan(12 * EPSILON))
    }
  })
})

describe('leadingSign', () => {
  it('is the sign of the first element of largest magnitude', () => {
    expect(leadingSign(Float64Array.of(9, 1, -3, 3, 9), 1, 3)).toBe(-1)
    expect(leadingSign(Float64Array.of(9, 1, 3, -3, 9), 1, 3)).toBe(1)
    expect(leadingSign(Float64Array.of(0, 0), 0, 2)).toBe(1)
  })
})
