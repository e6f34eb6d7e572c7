import { describe, expect, it } from 'vitest'
import { type Parameter, sgd } from '../../../src/nn/index.ts'
import { tensor } from '../../../src/tensor/index.ts'
import { firstDifference, hostile, xorshift } from '../../tensor/bits.ts'

function parameter(name: string, value: Float32Array, gradient: Float32Array): Parameter {
  return { name, value: tensor([value.length], value), gradient: tensor([gradient.length], gradient) }
}

describe('sgd', () => {
  it('is w − η·dw with η, the product and the difference each rounded to float32', () => {
    const f = Math.fround
    for (const rate of [0.1, 1, 1e-3, 0.3333333333, 1e-42, 1e30]) {
      const random = xorshift(3)
      const w = hostile(random, 1000, 50), dw = hostile(random, 1000, 50)
      const p = parameter('p', w.slice(), dw.slice())
      sgd(rate).step([p])
      expect(firstDifference(p.value.data, w.map((x, i) => f(x - f(f(rate) * dw[i])))), `rate ${rate}`).toBe('')
      expect(firstDifference(p.gradient.data, dw), `rate ${rate}`).toBe('')
    }
  })

  it('has these bits', () => {
    const p = parameter('p', Float32Array.of(1, -2.5, 0), Float32Array.of(0.3, 0.7, -1))
    sgd(0.1).step([p])
    expect([...new Uint32Array(p.value.data.buffer)].map((x) => x.toString(16))).toEqual(['3f7851ec', 'c0247ae1',
      '3dcccccd'])
  })

  it('steps every parameter it is given, in place', () => {
    const all = [1, 2, 3].map((x) => parameter(String(x), Float32Array.of(x), Float32Array.of(x)))
    const arrays = all.map(({ value }) => value.data)
    const { step, name } = sgd(0.5)
    step(all)
    step([])
    expect(arrays.map(([x]) => x)).toEqual([0.5, 1, 1.5])
    expect(name).toBe('sgd')
  })

  it('refuses rates that are not positive and finite', () => {
    for (const rate of [0, -0.1]) {
      expect(() => sgd(rate)).toThrow(new RangeError(`sgd: rate must be positive, got ${rate}`))
    }
    for (const rate of [NaN, Infinity]) {
      expect(() => sgd(rate)).toThrow(new RangeError(`sgd: rate must be a finite number, got ${rate}`))
    }
    for (const rate of [1e-46, 1e39]) {
      expect(() => sgd(rate)).toThrow(new RangeError(`sgd: rate must be positive and finite in float32, got ${rate}`))
    }
    const p = parameter('p', Float32Array.of(1), Float32Array.of(1))
    expect(() => sgd(() => 1e39).step([p])).toThrow('sgd: rate must be finite in float32, got 1e+39 at step 0')
    expect(() => sgd('0.1' as never)).toThrow(TypeError)
  })
})
