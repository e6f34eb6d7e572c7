import { describe, expect, it } from 'vitest'
import { absoluteBackwardInto, absoluteInto, bumpBackwardInto, bumpInto, erfActivationBackwardInto, erfActivationInto,
  LEAKY_SLOPE, leakyReluBackwardInto, leakyReluInto, reluBackwardInto, reluInto, sigmoidBackwardInto,
  tanhBackwardInto } from '../../src/tensor/activations.ts'
import { erf } from '../../src/tensor/functions/erf.ts'
import { exp } from '../../src/tensor/functions/exp.ts'
import { firstDifference, hostile, xorshift } from './bits.ts'

type Kernel = (out: Float32Array, x: Float32Array, y: Float32Array) => Float32Array

const SLOPE_AT_0 = Math.sqrt(2 / Math.PI)

/** Each kernel beside its definition for one element. */
const TABLE: readonly [name: string, kernel: Kernel, element: (x: number, y: number) => number][] = [['reluInto',
  reluInto, (x) => (x > 0 || x !== x ? x : 0)], ['reluBackwardInto', reluBackwardInto,
  (dy, y) => (y > 0 || y !== y ? dy : 0)], ['leakyReluInto', (out, x) => leakyReluInto(out, x),
  (x) => (x === 0 ? 0 : x > 0 ? x : LEAKY_SLOPE * x)], ['leakyReluBackwardInto', leakyReluBackwardInto,
  (dy, x) => (x > 0 ? dy : LEAKY_SLOPE * dy)], ['erfActivationInto', erfActivationInto, (x) => erf(x * Math.SQRT1_2)], [
  'erfActivationBackwardInto',
  erfActivationBackwardInto,
  (dy, x) => dy * (SLOPE_AT_0 * exp(-0.5 * x * x)),
], ['tanhBackwardInto', tanhBackwardInto, (dy, y) => dy * (1 - y * y)], ['sigmoidBackwardInto', sigmoidBackwardInto,
  (dy, y) => dy * (y * (1 - y))], ['absoluteInto', absoluteInto, (x) => Math.abs(x)], ['absoluteBackwardInto',
  absoluteBackwardInto, (dy, x) => dy * Math.sign(x)], ['bumpInto', bumpInto, (x) => exp(-0.5 * x * x)], [
  'bumpBackwardInto',
  bumpBackwardInto,
  (dy, x) => exp(-0.5 * x * x) === 0 ? 0 : -dy * (x * exp(-0.5 * x * x)),
]]

describe('the activation kernels', () => {
  it('compute their definition and round once, into a fresh array or into an operand', () => {
    for (const [name, kernel, element] of TABLE) {
      const random = xorshift(21)
      const x = hostile(random, 3000, 30), y = hostile(random, 3000, 30)
      const want = x.map((value, i) => element(value, y[i]))
      const out = new Float32Array(3000).fill(9), [first, second] = [x.slice(), y.slice()]
      expect(kernel(out, x, y), name).toBe(out)
      expect(firstDifference(out, want), `${name}, seed 21`).toBe('')
      expect(firstDifference(kernel(first, first, y), want), `${name}, seed 21`).toBe('')
      if (kernel.length === 3) expect(firstDifference(kernel(second, x, second), want), `${name}, seed 21`).toBe('')
    }
  })

  it('give +0 for −0 and pass a NaN on whatever its sign', () => {
    const nans = new Float32Array(new Int32Array([0x7fc00000, 0xffc00000 | 0]).buffer)
    for (const relu of [reluInto, leakyReluInto]) {
      expect([...relu(new Float32Array(2), nans)]).toEqual([NaN, NaN])
      expect(Object.is(relu(new Float32Array(1), Float32Array.of(-0))[0], 0)).toBe(true)
    }
    expect([...reluBackwardInto(new Float32Array(2), Float32Array.of(5, 6), nans)]).toEqual([5, 6])
    expect([...reluInto(new Float32Array(2), Float32Array.of(-Infinity, Infinity))]).toEqual([0, Infinity])
  })

  it('refuse other kinds and other lengths by name, before anything is written', () => {
    const two = Float32Array.of(1, 2), three = Float32Array.of(1, 2, 3)
    for (const [name, kernel] of TABLE) {
      expect(() => kernel(two, three, two)).toThrow(RangeError)
      expect(() => kernel(two, three, two)).toThrow(`${name}: `)
      expect(() => kernel([1, 2] as never, two, two)).toThrow(TypeError)
      expect(() => kernel(two, [1, 2] as never, two)).toThrow(TypeError)
      if (kernel.length === 3) expect(() => kernel(two, two, three)).toThrow(/must have 2 elements, got 3/)
    }
    expect([...two]).toEqual([1, 2])
  })
})
