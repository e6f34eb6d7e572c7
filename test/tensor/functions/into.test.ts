import { describe, expect, it } from 'vitest'
import { cos, erf, exp, sigmoid, sin, tanh } from '../../../src/tensor/functions/index.ts'
import { erfInto, expInto, sigmoidInto, sinCosInto, tanhInto } from '../../../src/tensor/functions/into.ts'

const kernels: [string, (out: Float32Array, x: Float32Array) => Float32Array, (x: number) => number][] = [['expInto',
  expInto, exp], ['tanhInto', tanhInto, tanh], ['sigmoidInto', sigmoidInto, sigmoid], ['erfInto', erfInto, erf]]

for (const [name, kernel, f] of kernels) {
  describe(name, () => {
    const x = Float32Array.from({ length: 1001 }, (_, i) => (i - 500) / 37)

    it('rounds the float64 value once and returns out', () => {
      const out = new Float32Array(x.length)
      expect(kernel(out, x)).toBe(out)
      expect([...out]).toEqual([...x].map((value) => Math.fround(f(value))))
    })

    it('may write over its input, and takes empty arrays', () => {
      const expected = kernel(new Float32Array(x.length), x)
      const same = x.slice()
      expect([...kernel(same, same)]).toEqual([...expected])
      expect(kernel(new Float32Array(0), new Float32Array(0)).length).toBe(0)
    })

    it('refuses other lengths and other arrays, and changes nothing then', () => {
      const out = new Float32Array(3).fill(7)
      expect(() => kernel(out, x)).toThrow(`${name}: out must have 1001 elements, got 3`)
      const wrong = new Float64Array(3) as unknown as Float32Array
      expect(() => kernel(out, wrong)).toThrow(`${name}: x must be a Float32Array`)
      expect(() => kernel([1, 2, 3] as unknown as Float32Array, out)).toThrow(TypeError)
      expect([...out]).toEqual([7, 7, 7])
    })
  })
}

describe('sinCosInto', () => {
  const x = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 97)
  const odd = Float32Array.of(0, -0, NaN, Infinity, -Infinity, 1e-45, -1e-45, 1.5707964, -1.5707964, 0.78539816, 3e38,
    -3e38, 1e7, -1647100)

  it('has the bits of both functions, each rounded once, signs of zero included', () => {
    for (const angles of [x, odd]) {
      const sines = new Float32Array(angles.length), cosines = new Float32Array(angles.length)
      sinCosInto(sines, cosines, angles)
      expect([...sines]).toEqual([...angles].map((angle) => Math.fround(sin(angle))))
      expect([...cosines]).toEqual([...angles].map((angle) => Math.fround(cos(angle))))
    }
  })

  it('may write over its input by either of the two', () => {
    const [one, other] = [x.slice(), x.slice()]
    const rest = new Float32Array(x.length)
    sinCosInto(one, rest, one)
    sinCosInto(rest, other, other)
    expect([...one]).toEqual([...x].map((angle) => Math.fround(sin(angle))))
    expect([...other]).toEqual([...x].map((angle) => Math.fround(cos(angle))))
  })

  it('refuses other lengths and other arrays, and changes nothing then', () => {
    const short = new Float32Array(3).fill(7), long = new Float32Array(x.length).fill(7)
    expect(() => sinCosInto(short, long, x)).toThrow('sinCosInto: out must have 4001 elements, got 3')
    expect(() => sinCosInto(long, short, x)).toThrow(RangeError)
    expect(() => sinCosInto(long, new Float64Array(x.length) as unknown as Float32Array, x)).toThrow(TypeError)
    expect([...short, ...long].every((v) => v === 7)).toBe(true)
  })
})
