import { describe, expect, it } from 'vitest'
import { adamInto, type AdamStep, momentumInto, type MomentumStep } from '../../src/tensor/updates.ts'
import { firstDifference, xorshift } from './bits.ts'

const LENGTH = 257
const PLAIN: MomentumStep = { rate: 0.1, momentum: 0, coupledDecay: 0, decoupledDecay: 0, nesterov: false }
const ADAM: Omit<AdamStep, 'correction1' | 'correction2'> = {
  rate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  coupledDecay: 0,
  decoupledDecay: 0,
}

function draw(seed: number): Float32Array {
  const random = xorshift(seed)
  return Float32Array.from({ length: LENGTH }, () => random())
}

/** Greatest |x − y|. */
function distance(x: Float32Array, y: readonly number[]): number {
  return x.reduce((largest, value, i) => Math.max(largest, Math.abs(value - y[i])), 0)
}

describe('momentumInto', () => {
  it('is plain gradient descent without momentum, to the bit', () => {
    const w = draw(1), g = draw(2)
    const want = w.map((value, i) => value - Math.fround(Math.fround(0.1) * g[i]))
    expect(momentumInto(w, new Float32Array(LENGTH), g, PLAIN)).toBe(w)
    expect(firstDifference(w, want)).toBe('')
  })

  it('follows its equation in float64 to float32 accuracy over fifty steps, with both decays and with Nesterov', () => {
    for (const nesterov of [false, true]) {
      for (const [coupledDecay, decoupledDecay] of [[0, 0], [0.1, 0], [0, 0.2], [0.05, 0.1]]) {
        const w = draw(3), v = new Float32Array(LENGTH)
        const exact = Array.from(w), velocity = exact.map(() => 0)
        for (let t = 0; t < 50; t++) {
          const g = draw(100 + t)
          momentumInto(w, v, g, { rate: 0.02, momentum: 0.9, coupledDecay, decoupledDecay, nesterov })
          for (let i = 0; i < LENGTH; i++) {
            const d = g[i] + coupledDecay * exact[i]
            velocity[i] = 0.9 * velocity[i] + d
            exact[i] = exact[i] * (1 - 0.02 * decoupledDecay) - 0.02 * (nesterov ? d + 0.9 * velocity[i] : velocity[i])
          }
        }
        expect(distance(w, exact)).toBeLessThan(1e-5)
        expect(distance(v, velocity)).toBeLessThan(1e-5)
        expect(distance(w, Array.from(draw(3)))).toBeGreaterThan(0.1)
      }
    }
  })

  it('refuses other kinds and lengths, before anything is written', () => {
    const w = Float32Array.of(1, 2), v = Float32Array.of(3, 4)
    expect(() => momentumInto(w, v, new Float32Array(3), PLAIN)).toThrow(
      new RangeError('momentumInto: g must have 2 elements, got 3'),
    )
    expect(() => momentumInto(w, new Float32Array(1), w, PLAIN)).toThrow(RangeError)
    expect(() => momentumInto(w, v, [1, 2] as never, PLAIN)).toThrow(TypeError)
    expect([...w, ...v]).toEqual([1, 2, 3, 4])
  })
})

describe('adamInto', () => {
  it('steps by the rate against the sign of the first gradient', () => {
    const w = new Float32Array(LENGTH), g = draw(4)
    const first = { ...ADAM, correction1: 0.1, correction2: 1 - 0.999 }
    adamInto(w, new Float32Array(LENGTH), new Float32Array(LENGTH), g, first)
    expect(distance(w, Array.from(g, (value) => -0.01 * Math.sign(value)))).toBeLessThan(1e-6)
  })

  it('follows its equation in float64 to float32 accuracy over fifty steps, with both decays', () => {
    for (const [coupledDecay, decoupledDecay] of [[0, 0], [0.1, 0], [0, 0.5]]) {
      const w = draw(5), m = new Float32Array(LENGTH), v = new Float32Array(LENGTH)
      const exact = Array.from(w), mean = exact.map(() => 0), square = exact.map(() => 0)
      for (let t = 1; t <= 50; t++) {
        const g = draw(200 + t)
        const correction1 = 1 - 0.9 ** t, correction2 = 1 - 0.999 ** t
        adamInto(w, m, v, g, { ...ADAM, coupledDecay, decoupledDecay, correction1, correction2 })
        for (let i = 0; i < LENGTH; i++) {
          const d = g[i] + coupledDecay * exact[i]
          mean[i] = 0.9 * mean[i] + 0.1 * d
          square[i] = 0.999 * square[i] + 0.001 * d * d
          exact[i] = exact[i] * (1 - 0.01 * decoupledDecay)
            - (0.01 * (mean[i] / correction1)) / (Math.sqrt(square[i] / correction2) + 1e-8)
        }
      }
      expect(distance(w, exact)).toBeLessThan(2e-5)
      expect(distance(m, mean)).toBeLessThan(1e-6)
      expect(distance(v, square)).toBeLessThan(1e-6)
      expect(distance(w, Array.from(draw(5)))).toBeGreaterThan(0.1)
    }
  })

  it('refuses other kinds and lengths, before anything is written', () => {
    const w = Float32Array.of(1, 2), step = { ...ADAM, correction1: 0.1, correction2: 0.001 }
    expect(() => adamInto(w, w.slice(), w.slice(), new Float32Array(3), step)).toThrow(
      new RangeError('adamInto: g must have 2 elements, got 3'),
    )
    expect(() => adamInto(w, w.slice(), new Float32Array(1), w.slice(), step)).toThrow(RangeError)
    expect(() => adamInto(w, new Float64Array(2) as never, w.slice(), w.slice(), step)).toThrow(TypeError)
    expect([...w]).toEqual([1, 2])
  })
})
