import { describe, expect, it } from 'vitest'
import { addInto, addScaledInto, multiplyInto, scaleInto, subtractInto } from '../../src/tensor/elementwise.ts'
import { firstDifference, hostile, xorshift } from './bits.ts'

const f = Math.fround
const FACTORS = [1, -1, 0, -0, 0.1, -1e-3, 3e38, 1e-45, 1e39, NaN, Infinity]

type Kernel = (out: Float32Array, x: Float32Array, y: Float32Array) => Float32Array

/** Each kernel beside its definition, one rounding per operation. */
const TABLE: readonly [name: string, kernel: Kernel, element: (x: number, y: number) => number][] = [['addInto',
  addInto, (x, y) => f(x + y)], ['subtractInto', subtractInto, (x, y) => f(x - y)], ['multiplyInto', multiplyInto,
  (x, y) => f(x * y)],
  ...FACTORS.flatMap((
    factor,
  ): [string, Kernel, (x: number, y: number) => number][] => [[`scaleInto by ${factor}`,
    (out, x) => scaleInto(out, factor, x), (x) => f(f(factor) * x)], [`addScaledInto by ${factor}`,
    (out, x, y) => addScaledInto(out, x, factor, y), (x, y) => f(x + f(f(factor) * y))]]
  )]

describe('the element-wise kernels', () => {
  it('round after every operation, on any length and on every edge value', () => {
    for (const [name, kernel, element] of TABLE) {
      for (const length of [0, 1, 2, 7, 8, 9, 1000]) {
        const random = xorshift(length)
        const x = hostile(random, length, 30), y = hostile(random, length, 30)
        const [x0, y0] = [x.slice(), y.slice()]
        const out = new Float32Array(length).fill(9)
        expect(kernel(out, x, y), name).toBe(out)
        expect(firstDifference(out, x.map((v, i) => element(v, y[i]))), `${name}, length and seed ${length}`).toBe('')
        expect(firstDifference(x, x0) + firstDifference(y, y0), name).toBe('')
      }
    }
  })

  it('take out as any of their arguments', () => {
    for (const [name, kernel, element] of TABLE) {
      const random = xorshift(4)
      const x = hostile(random, 100, 30), y = hostile(random, 100, 30)
      const want = x.map((v, i) => element(v, y[i]))
      const twice = x.map((v) => element(v, v))
      const [first, second, both] = [x.slice(), y.slice(), x.slice()]
      expect(firstDifference(kernel(first, first, y), want), name).toBe('')
      expect(firstDifference(kernel(second, x, second), want), name).toBe('')
      expect(firstDifference(kernel(both, both, both), twice), name).toBe('')
    }
  })

  it('round the product of addScaledInto before the sum: no fused multiply-add', () => {
    const y = 1 + 2 ** -12
    expect(addScaledInto(new Float32Array(1), Float32Array.of(-1 - 2 ** -11), y, Float32Array.of(y))[0]).toBe(0)
  })

  it('refuse other kinds and other lengths by name, before anything is written', () => {
    const two = Float32Array.of(1, 2), three = Float32Array.of(1, 2, 3)
    const named: [string, Kernel][] = [['addInto', addInto], ['subtractInto', subtractInto], ['multiplyInto',
      multiplyInto], ['addScaledInto', (out, x, y) => addScaledInto(out, x, 1, y)]]
    for (const [name, kernel] of named) {
      expect(() => kernel(two, three, two)).toThrow(new RangeError(`${name}: x must have 2 elements, got 3`))
      expect(() => kernel(two, two, three)).toThrow(new RangeError(`${name}: y must have 2 elements, got 3`))
      expect(() => kernel([1, 2] as never, two, two)).toThrow(
        new TypeError(`${name}: out must be a Float32Array, got [1, 2]`),
      )
      expect(() => kernel(two, new Float64Array(2) as never, two)).toThrow(
        new TypeError(`${name}: x must be a Float32Array, got Float64Array(2)`),
      )
      expect(() => kernel(two, two, null as never)).toThrow(
        new TypeError(`${name}: y must be a Float32Array, got null`),
      )
    }
    expect(() => scaleInto(two, 2, three)).toThrow(new RangeError('scaleInto: x must have 2 elements, got 3'))
    expect(() => scaleInto(two, 2, [1, 2] as never)).toThrow(TypeError)
    expect([...two, ...three]).toEqual([1, 2, 1, 2, 3])
  })
})
