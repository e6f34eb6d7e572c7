import { describe, expect, it } from 'vitest'
import { causalSoftmaxRowsInto, softmaxRowsInto } from '../../src/tensor/softmax.ts'
import { xorshift } from './bits.ts'

describe('softmaxRowsInto', () => {
  it('gives rows of sum one in the ratios of the exponentials', () => {
    const random = xorshift(31)
    const x = Float32Array.from({ length: 70 }, () => 5 * random())
    const out = softmaxRowsInto(new Float32Array(70), x, 10, 7)
    for (let i = 0; i < 10; i++) {
      const row = Array.from(out.subarray(7 * i, 7 * i + 7)), from = x.subarray(7 * i, 7 * i + 7)
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6)
      for (let k = 1; k < 7; k++) expect(Math.log(row[k] / row[0])).toBeCloseTo(from[k] - from[0], 5)
    }
  })

  it('neither overflows nor underflows as a whole, and gives NaN only to rows that have no answer', () => {
    const x = Float32Array.of(3e38, 3e38, -3e38, -3e38, -Infinity, 0, NaN, 0, Infinity, 0, -Infinity, -Infinity)
    expect([...softmaxRowsInto(x, x, 6, 2)]).toEqual([0.5, 0.5, 0.5, 0.5, 0, 1, NaN, NaN, NaN, NaN, NaN, NaN])
  })

  it('refuses other kinds and shapes, before anything is written', () => {
    const x = Float32Array.of(1, 2, 3, 4)
    expect(() => softmaxRowsInto(x, x, 3, 2)).toThrow(new RangeError('softmaxRowsInto: x must have 6 elements, got 4'))
    expect(() => softmaxRowsInto(new Float32Array(3), x, 2, 2)).toThrow(RangeError)
    expect(() => softmaxRowsInto(x, [1, 2, 3, 4] as never, 2, 2)).toThrow(TypeError)
    expect(() => softmaxRowsInto(x, x, -1, -4)).toThrow(RangeError)
    expect([...x]).toEqual([1, 2, 3, 4])
  })
})

describe('causalSoftmaxRowsInto', () => {
  it('has the bits of softmaxRowsInto where what comes later is −∞, and zeros there', () => {
    const x = Float32Array.from({ length: 3 * 4 * 4 }, (_, i) => 3 * Math.sin(i) * (i % 5))
    const masked = x.map((v, i) => (i % 4 > Math.floor(i / 4) % 4 ? -Infinity : v))
    const want = softmaxRowsInto(new Float32Array(48), masked, 12, 4)
    expect(causalSoftmaxRowsInto(new Float32Array(48).fill(7), x, 12, 4)).toEqual(want)
    expect([...want.slice(0, 8)].filter((v) => v === 0)).toHaveLength(5)
    expect(causalSoftmaxRowsInto(x, x, 12, 4)).toBe(x)
    expect(x).toEqual(want)
  })

  it('sees nothing of what comes later, NaN included, and refuses what does not fit', () => {
    expect([...causalSoftmaxRowsInto(new Float32Array(4), Float32Array.of(1, NaN, 2, 2), 2, 2)]).toEqual([1, 0, 0.5,
      0.5])
    const x = new Float32Array(4)
    expect(() => causalSoftmaxRowsInto(x, x, 3, 2)).toThrow(
      new RangeError('causalSoftmaxRowsInto: x must have 6 elements, got 4'),
    )
    expect(() => causalSoftmaxRowsInto(x, [1] as never, 2, 2)).toThrow(TypeError)
  })
})
