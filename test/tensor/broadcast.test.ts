import { describe, expect, it } from 'vitest'
import { broadcastRowsInto, copyInto, fillInto } from '../../src/tensor/broadcast.ts'

describe('the kernels that move values', () => {
  it('copy, fill and repeat a row', () => {
    const out = new Float32Array(6)
    expect(fillInto(out, 0.1)).toBe(out)
    expect([...out]).toEqual(Array.from({ length: 6 }, () => Math.fround(0.1)))
    expect([...broadcastRowsInto(out, Float32Array.of(1, 2, 3), 2)]).toEqual([1, 2, 3, 1, 2, 3])
    expect([...broadcastRowsInto(out, Float32Array.of(4), 6)]).toEqual([4, 4, 4, 4, 4, 4])
    expect([...copyInto(out, Float32Array.of(6, 5, 4, 3, 2, 1))]).toEqual([6, 5, 4, 3, 2, 1])
    expect([...broadcastRowsInto(new Float32Array(0), new Float32Array(0), 3)]).toEqual([])
  })

  it('refuse other kinds and sizes, before anything is written', () => {
    const out = Float32Array.of(1, 2, 3, 4)
    expect(() => copyInto(out, new Float32Array(3))).toThrow(new RangeError('copyInto: x must have 4 elements, got 3'))
    expect(() => copyInto(out, [1, 2, 3, 4] as never)).toThrow(TypeError)
    expect(() => fillInto([1] as never, 3)).toThrow(new TypeError('fillInto: out must be a Float32Array, got [1]'))
    expect(() => broadcastRowsInto(out, new Float32Array(3), 1)).toThrow(
      new RangeError('broadcastRowsInto: out must have 3 elements, got 4'),
    )
    expect(() => broadcastRowsInto(out, new Float32Array(2), 1.5)).toThrow(RangeError)
    expect([...out]).toEqual([1, 2, 3, 4])
  })
})
