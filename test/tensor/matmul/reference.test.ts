import { describe, expect, it } from 'vitest'
import { gemmReference } from '../../../src/tensor/matmul/reference.ts'
import { firstDifference, ordinary, transposed, xorshift } from '../bits.ts'

/** n·2⁻²⁰ with n a random integer of 24 bits and sign: products and their sums are exact as BigInt. */
function scaledIntegers(seed: number, length: number): number[] {
  const random = xorshift(seed)
  return Array.from({ length }, () => Math.trunc(random() * 2 ** 24))
}

describe('gemmReference', () => {
  it('is round(Σ a·b), each sum in float64 with p ascending', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = xorshift(seed)
      const [m, n, k] = [1 + seed % 5, 1 + seed % 7, 1 + 3 * seed]
      const a = ordinary(random, m * k)
      const b = ordinary(random, k * n)
      const old = ordinary(random, m * n)
      for (const accumulate of [false, true]) {
        const c = old.slice()
        gemmReference(m, n, k, transposed(a, m, k), true, b, false, c, accumulate)
        const want = Float32Array.from(old, (c0, at) => {
          const i = Math.floor(at / n), j = at % n
          const terms = Array.from({ length: k }, (_, p) => a[i * k + p] * b[p * n + j])
          return Math.fround(terms.reduce((sum, term) => sum + term, accumulate ? c0 : 0))
        })
        expect(firstDifference(c, want), `seed ${seed}`).toBe('')
      }
    }
  })

  it('is within half a float32 ulp and k float64 roundings of the exact sum', () => {
    for (let seed = 0; seed < 40; seed++) {
      const k = 1 + 37 * seed
      const x = scaledIntegers(seed, k)
      const y = scaledIntegers(seed + 1000, k)
      const c = new Float32Array(1)
      gemmReference(1, 1, k, Float32Array.from(x, (v) => v * 2 ** -20), false, Float32Array.from(y, (v) =>
        v * 2 ** -20), false, c, false)
      const exact = x.reduce((sum, v, i) => sum + BigInt(v) * BigInt(y[i]), 0n)
      const magnitudes = x.reduce((sum, v, i) => sum + Math.abs(v * y[i]), 0)
      // c is a float32, so c·2⁴⁰ is a whole number up to the ulp of tiny results, which are scaled further.
      const scale = 2 ** 60
      const error = Math.abs(Number(BigInt(c[0] * 2 ** 40 * scale) - exact * BigInt(scale))) / scale
      const halfUlp = 2 ** (Math.floor(Math.log2(Math.abs(Number(exact)))) - 24)
      expect(error, `seed ${seed}`).toBeLessThanOrEqual(halfUlp + k * 2 ** -53 * magnitudes)
    }
  })

  it('survives a cancellation that float32 sums would not', () => {
    const c = new Float32Array(1)
    gemmReference(1, 1, 3, Float32Array.of(1e8, 1, -1e8), false, Float32Array.of(1, 1, 1), false, c, false)
    expect(c[0]).toBe(1)
  })

  it('gives +0 for an empty sum and the old C when it accumulates nothing', () => {
    const c = Float32Array.of(-0, 5)
    gemmReference(1, 2, 0, new Float32Array(0), false, new Float32Array(0), false, c, true)
    expect(firstDifference(c, Float32Array.of(-0, 5))).toBe('')
    gemmReference(1, 2, 0, new Float32Array(0), false, new Float32Array(0), false, c, false)
    expect(firstDifference(c, Float32Array.of(0, 0))).toBe('')
  })

  it('rounds beyond the float32 range to infinity and below the smallest denormal to a signed zero', () => {
    const c = new Float32Array(4)
    gemmReference(2, 2, 1, Float32Array.of(1e30, -1e-30), false, Float32Array.of(1e30, 1e-30), false, c, false)
    expect(c[0]).toBe(Infinity)
    expect(c[1]).toBe(1)
    expect(c[2]).toBe(-1)
    expect(Object.is(c[3], -0)).toBe(true)
  })
})
