import { describe, expect, it } from 'vitest'
import { firstDifference, hostile, ordinary, transposed, xorshift } from './bits.ts'

describe('firstDifference', () => {
  it('rejects another sign of zero, the next float32, another infinity and another length, and takes any NaN', () => {
    const one = Float32Array.of(1)
    expect(firstDifference(Float32Array.of(2, 0), Float32Array.of(2, -0))).toBe(
      '[1]: 0 (00000000) against 0 (80000000)',
    )
    expect(firstDifference(one, Float32Array.of(1 + 2 ** -23))).toMatch(/^\[0\]: 1 \(3f800000\) against .*3f800001/)
    expect(firstDifference(Float32Array.of(Infinity), Float32Array.of(-Infinity))).not.toBe('')
    expect(firstDifference(Float32Array.of(NaN), one)).not.toBe('')
    expect(firstDifference(one, Float32Array.of(NaN))).not.toBe('')
    expect(firstDifference(one, Float32Array.of(1, 1))).toBe('1 against 2 elements')
    const otherNaN = new Float32Array(Uint32Array.of(0xffc00001).buffer)
    expect(firstDifference(otherNaN, Float32Array.of(NaN))).toBe('')
  })
})

describe('the seeded data', () => {
  it('holds what it promises: every edge case when hostile, finite numbers when ordinary', () => {
    const x = hostile(xorshift(1), 5000, 20)
    for (const value of [0, -0, NaN, Infinity, -Infinity, 2 ** -149, 2 ** -127, 3.4028234663852886e38, -1]) {
      expect(x.some((y) => Object.is(y, value)), String(value)).toBe(true)
    }
    const y = ordinary(xorshift(1), 5000)
    expect(y.every(Number.isFinite)).toBe(true)
    expect(y.some((v) => Math.abs(v) > 1000)).toBe(true)
    expect(ordinary(xorshift(2), 10)).not.toEqual(ordinary(xorshift(3), 10))
  })

  it('is transposed by its indices', () => {
    expect([...transposed(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6])
  })
})
