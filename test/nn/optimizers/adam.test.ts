import { describe, expect, it } from 'vitest'
import { adam, adamW, cosineRate } from '../../../src/nn/index.ts'
import { expectResumption, expectSameBits, farthest, parameter, trajectory } from './cases.ts'
import { adamInto } from '../../../src/tensor/updates.ts'

const T = 60

/** The moments as sums over all earlier gradients, m̂ = Σ β₁^(t−i)·gᵢ / Σ β₁^(t−i), in float64. */
function unrolled(start: number, gradients: readonly number[], rate: number, beta1: number, beta2: number,
  epsilon: number): readonly number[]
{
  let w = start
  return gradients.map((_, t) => {
    let mean = 0, square = 0, weights1 = 0, weights2 = 0
    for (let i = 0; i <= t; i++) {
      mean += Math.pow(beta1, t - i) * gradients[i]
      square += Math.pow(beta2, t - i) * gradients[i] * gradients[i]
      weights1 += Math.pow(beta1, t - i)
      weights2 += Math.pow(beta2, t - i)
    }
    return w -= rate * (mean / weights1) / (Math.sqrt(square / weights2) + epsilon)
  })
}

describe('adam', () => {
  it('steps by η·g/(|g| + ε) under a constant gradient, whatever its size', () => {
    for (const g of [1e-3, 0.5, -40]) {
      const expected = Array.from({ length: T }, (_, t) => 1 - (t + 1) * 0.01 * g / (Math.abs(g) + 1e-8))
      expect(farthest(trajectory(adam({ rate: 0.01 }), 1, T, () => g), expected), `g = ${g}`).toBeLessThan(3e-6)
    }
  })

  it('follows the unrolled sums of changing gradients', () => {
    const gradients = Array.from({ length: T }, (_, t) => Math.sin(1.7 * t) * (1 + t % 5))
    for (const [beta1, beta2, epsilon] of [[0.9, 0.999, 1e-8], [0.5, 0.9, 0.1], [0, 0.99, 1e-8], [0.9, 0, 1e-3]]) {
      const got = trajectory(adam({ rate: 0.02, beta1, beta2, epsilon }), 1, T, (t) => gradients[t])
      expect(farthest(got, unrolled(1, gradients, 0.02, beta1, beta2, epsilon)), `${beta1}, ${beta2}`).toBeLessThan(
        5e-6,
      )
    }
  })

  it('sees a coupled decay as part of the gradient: its size is normalized away', () => {
    const expected = Array.from({ length: 20 }, (_, t) => 1 - 0.001 * (t + 1))
    expect(farthest(trajectory(adam({ coupledDecay: 0.3 }), 1, 20, () => 0), expected)).toBeLessThan(5e-5)
  })

  it('has the same bits with vectors and without', () => {
    expectSameBits((kernels) => adam({ rate: 0.05, coupledDecay: 0.01, kernels }))
    expectSameBits((kernels) => adamW({ rate: 0.05, kernels }))
  })

  it('goes on from a saved state bit for bit: moments, step and schedule', () => {
    const names = ['a/mean 1037', 'a/square 1037', 'b/mean 137', 'b/square 137']
    expectResumption(() => adam({ rate: cosineRate({ rate: 0.1, steps: 20 }) }), names)
    expectResumption(() => adamW({ beta2: 0 }), names)
  })

  it('goes on after any number of steps at once, with the corrections of a run without a stop', () => {
    const [beta1, beta2] = [0.9, 0.999]
    const next = (steps: number): number => {
      const optimizer = adam({ rate: 1, beta1, beta2 })
      const p = parameter('p', [0])
      optimizer.prepare([p])
      optimizer.restore(steps, [{ name: 'p/mean', data: Float32Array.of(0.3) }, {
        name: 'p/square',
        data: Float32Array.of(0.2),
      }])
      optimizer.step([p])
      return p.value.data[0]
    }
    for (const steps of [0, 1, 7, 340, 5000, 36_000, 38_000, 60_000]) {
      let power1 = 1, power2 = 1
      for (let t = 0; t <= steps; t++) {
        power1 *= beta1
        power2 *= beta2
      }
      const w = Float32Array.of(0),
        numbers = { rate: 1, beta1, beta2, epsilon: 1e-8, coupledDecay: 0, decoupledDecay: 0 }
      adamInto(w, Float32Array.of(0.3), Float32Array.of(0.2), Float32Array.of(0), {
        ...numbers,
        correction1: 1 - power1,
        correction2: 1 - power2,
      })
      expect(next(steps), `${steps}`).toBe(w[0])
    }
    // Product by product this would take a month.
    expect(next(2 ** 50)).toBe(next(1e5))
  })

  it('refuses numbers out of range', () => {
    expect(() => adam({ beta1: 1 })).toThrow('adam: beta1 must be at least 0 and below 1, got 1')
    expect(() => adamW({ beta2: -0.1 })).toThrow('adamW: beta2 must be at least 0 and below 1, got -0.1')
    expect(() => adam({ epsilon: 0 })).toThrow('adam: epsilon must be positive, got 0')
    expect(() => adamW({ rate: -1 })).toThrow('adamW: rate must be positive, got -1')
    const inFloat32 = 'must be positive and finite in float32, got'
    expect(() => adam({ epsilon: 1e-46 })).toThrow(new RangeError(`adam: epsilon ${inFloat32} 1e-46`))
    expect(() => adamW({ rate: 1e-46 })).toThrow(new RangeError(`adamW: rate ${inFloat32} 1e-46`))
    expect(() => adam({ rate: 1e38 })).toThrow(
      new RangeError(`adam: rate/(1 − beta1) ${inFloat32} 1.0000000000000002e+39`),
    )
    expect(() => adam({ beta2: 0.99999999 })).toThrow(
      new RangeError('adam: beta2 must be below 1 in float32, got 0.99999999'),
    )
    expect(() => adam({ coupledDecay: 1e39 })).toThrow(
      'adam: coupledDecay in float32 must be a finite number, got Infinity',
    )
    // The smallest that is left: a gradient of zero moves nothing.
    expect(trajectory(adam({ epsilon: 1e-45 }), 1, 2, () => 0)).toEqual([1, 1])
    expect([adam().name, adamW().name, adam().rate]).toEqual(['adam', 'adam-w', 0.001])
  })
})

describe('adamW', () => {
  it('shrinks by 1 − η·λ′ without a gradient, and is adam plus that shrinking with one', () => {
    const powers = Array.from({ length: T }, (_, t) => Math.pow(1 - 0.1 * 0.2, t + 1))
    expect(farthest(trajectory(adamW({ rate: 0.1, decoupledDecay: 0.2 }), 1, T, () => 0), powers)).toBeLessThan(1e-6)
    let w = 1
    const expected = Array.from({ length: T }, () => (w = (1 - 0.1 * 0.2) * w - 0.1))
    expect(farthest(trajectory(adamW({ rate: 0.1, decoupledDecay: 0.2 }), 1, T, () => 3), expected)).toBeLessThan(1e-5)
    expect(trajectory(adamW({ rate: 0.1 }), 1, 1, () => 0)[0]).toBeCloseTo(1 - 0.1 * 0.01, 6)
  })
})
