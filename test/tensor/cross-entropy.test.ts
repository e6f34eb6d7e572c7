import { describe, expect, it } from 'vitest'
import { crossEntropyInto } from '../../src/tensor/cross-entropy.ts'
import { xorshift } from './bits.ts'

describe('crossEntropyInto', () => {
  it('returns the loss and writes its derivative, found by central differences', () => {
    const random = xorshift(61)
    const y = Float32Array.from({ length: 12 }, () => 2 * random())
    const t = Float32Array.from({ length: 12 }, (_, i) => (i % 5 === 0 ? 1 : 0.25))
    const e = new Float32Array(12), unused = new Float32Array(12)
    const loss = crossEntropyInto(e, y, t, 3, 4, 0.5)
    let want = 0
    for (let i = 0; i < 3; i++) {
      const row = Array.from(y.subarray(4 * i, 4 * i + 4))
      const partition = row.reduce((sum, value) => sum + Math.exp(value), 0)
      for (let k = 0; k < 4; k++) want -= 0.5 * t[4 * i + k] * Math.log(Math.exp(row[k]) / partition)
    }
    expect(loss).toBeCloseTo(want, 10)
    for (let i = 0; i < 12; i++) {
      const up = y.slice(), down = y.slice()
      up[i] += 0.0078125
      down[i] -= 0.0078125
      const difference = crossEntropyInto(unused, up, t, 3, 4, 0.5) - crossEntropyInto(unused, down, t, 3, 4, 0.5)
      const slope = difference / (up[i] - down[i])
      expect(e[i], `seed 61, element ${i}`).toBeCloseTo(slope, 4)
    }
  })

  it('leaves a certain class without target out of the loss', () => {
    const e = new Float32Array(2)
    expect(crossEntropyInto(e, Float32Array.of(-Infinity, 0), Float32Array.of(0, 1), 1, 2, 1)).toBe(0)
    expect([...e]).toEqual([0, 0])
  })

  it('refuses other kinds and shapes, before anything is written', () => {
    const y = Float32Array.of(1, 2, 3, 4)
    expect(() => crossEntropyInto(y, y, new Float32Array(3), 2, 2, 1)).toThrow(
      new RangeError('crossEntropyInto: t must have 4 elements, got 3'),
    )
    expect(() => crossEntropyInto(y, [1] as never, y, 2, 2, 1)).toThrow(TypeError)
    expect(() => crossEntropyInto(y, y, y, 2.5, 2, 1)).toThrow(RangeError)
    expect([...y]).toEqual([1, 2, 3, 4])
  })
})
