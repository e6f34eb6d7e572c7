import { describe, expect, it } from 'vitest'
import { erf, exp, sigmoid, tanh } from '../../../src/tensor/functions/index.ts'
import { erfInto, expInto, sigmoidInto, tanhInto } from '../../../src/tensor/functions/into.ts'

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
