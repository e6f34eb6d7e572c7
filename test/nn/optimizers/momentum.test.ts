import { describe, expect, it } from 'vitest'
import { adamW, momentumSgd, sgd, stepRate } from '../../../src/nn/index.ts'
import { drive, expectResumption, expectSameBits, farthest, pair, parameter, trajectory } from './cases.ts'

const T = 60

describe('momentumSgd', () => {
  it('is the heavy ball: w′ = w − η·a·w + μ(w − w_before) on ½a·w²', () => {
    for (const [a, rate, momentum] of [[1, 0.1, 0.9], [3, 0.05, 0.5], [0.2, 0.5, 0.99]]) {
      let before = 1.5, w = 1.5
      const expected = Array.from({ length: T }, () => {
        const next = w - rate * a * w + momentum * (w - before)
        before = w
        w = next
        return w
      })
      expect(farthest(trajectory(momentumSgd({ rate, momentum }), 1.5, T, (_t, x) => a * x), expected)).toBeLessThan(
        1e-5,
      )
    }
  })

  it('adds up a constant gradient to the closed form w − ηg Σ_t (1 − μᵗ)/(1 − μ)', () => {
    const rate = 0.01, momentum = 0.8, g = 0.7
    let sum = 0
    const expected = Array.from({ length: T },
      (_, t) => 2 - rate * g * (sum += (1 - Math.pow(momentum, t + 1)) / (1 - momentum)))
    expect(farthest(trajectory(momentumSgd({ rate, momentum }), 2, T, () => g), expected)).toBeLessThan(5e-6)
  })

  it('under Nesterov is the form with two points: x′ = y − η∇(y), y′ = x′ + μ(x′ − x)', () => {
    const rate = 0.1, momentum = 0.9, a = 1.3
    let x = 1.5, y = 1.5
    const expected = Array.from({ length: T }, () => {
      const next = y - rate * a * y
      y = next + momentum * (next - x)
      x = next
      return y
    })
    const got = trajectory(momentumSgd({ rate, momentum, nesterov: true }), 1.5, T, (_t, w) => a * w)
    expect(farthest(got, expected)).toBeLessThan(2e-6)
    expect(farthest(trajectory(momentumSgd({ rate, momentum }), 1.5, T, (_t, w) => a * w), expected)).toBeGreaterThan(
      0.1,
    )
  })

  it('decays: coupled as a steeper parabola that momentum sees, decoupled by 1 − ηλ′ that it does not', () => {
    const rate = 0.1, a = 0.5, decay = 0.2
    const power = (base: number): readonly number[] => Array.from({ length: T }, (_, t) => Math.pow(base, t + 1))
    const gradient = (_t: number, w: number): number => a * w
    expect(
      farthest(trajectory(momentumSgd({ rate, momentum: 0, coupledDecay: decay }), 1, T, gradient),
        power(1 - rate * (a + decay))),
    ).toBeLessThan(1e-6)
    expect(
      farthest(trajectory(momentumSgd({ rate, momentum: 0, decoupledDecay: decay }), 1, T, gradient),
        power(1 - rate * (a + decay))),
    ).toBeLessThan(1e-6)
    expect(
      farthest(trajectory(momentumSgd({ rate, momentum: 0.9, decoupledDecay: decay }), 1, T, () => 0),
        power(1 - rate * decay)),
    ).toBeLessThan(1e-6)
    const coupled = trajectory(momentumSgd({ rate, momentum: 0.9, coupledDecay: decay }), 1, T, () => 0)
    expect(farthest(coupled, trajectory(momentumSgd({ rate, momentum: 0.9 }), 1, T, (_t, w) => decay * w)))
      .toBeLessThan(1e-6)
  })

  it('spares the parameters that do not decay', () => {
    const [weight, bias] = [parameter('d/weight', [1]), parameter('d/bias', [1])]
    for (const optimizer of [
      momentumSgd({ rate: 0.1, decoupledDecay: 0.5, decays: ({ name }) => name.endsWith('weight') }),
      adamW({ rate: 0.1, decays: ({ name }) => name.endsWith('weight') }),
    ]) {
      weight.value.data[0] = bias.value.data[0] = 1
      optimizer.step([weight, bias])
      expect(weight.value.data[0]).toBeLessThan(1)
      expect(bias.value.data[0]).toBe(1)
    }
  })

  it('without momentum and decay has the bits of sgd', () => {
    const [a, b] = [pair(), pair()]
    drive(momentumSgd({ rate: 0.03, momentum: 0 }), a, 0, 20)
    drive(sgd(0.03), b, 0, 20)
    a.forEach(({ value }, index) => expect(value.data).toEqual(b[index].value.data))
  })

  it('has the same bits with vectors and without', () => {
    expectSameBits((kernels) => momentumSgd({ rate: 0.05, coupledDecay: 0.01, kernels }))
    expectSameBits((kernels) => momentumSgd({ rate: 0.05, nesterov: true, decoupledDecay: 0.02, kernels }))
    expectSameBits((kernels) => sgd(0.05, kernels))
  })

  it('goes on from a saved state bit for bit, schedule included', () => {
    expectResumption(() => momentumSgd({ rate: stepRate({ rate: 0.1, milestones: [3, 9] }), nesterov: true }), [
      'a/velocity 1037',
      'b/velocity 137',
    ])
    expectResumption(() => sgd(stepRate({ rate: 0.1, milestones: [3, 9] })), [])
  })

  it('refuses a state that does not fit, changing nothing', () => {
    const optimizer = momentumSgd({ rate: 0.1 })
    const parameters = pair()
    drive(optimizer, parameters, 0, 3)
    const good = optimizer.state().map(({ name, data }) => ({ name, data: data.slice().fill(9) }))
    const before = optimizer.state().map(({ data }) => data.slice())
    const [a, b] = good
    const cases: readonly (readonly [typeof good, string])[] = [[[a],
      'momentumSgd.restore: b/velocity must have 137 elements, got no such array'], [[a, {
      ...b,
      data: new Float32Array(3),
    }], 'momentumSgd.restore: b/velocity must have 137 elements, got 3'], [[a, b, {
      name: 'c/velocity',
      data: new Float32Array(1),
    }], 'state must hold 2 arrays, got the unknown c/velocity'], [[a, b, b], 'names must differ, got 1 twice']]
    for (const [state, message] of cases) expect(() => optimizer.restore(5, state)).toThrow(message)
    expect(() => optimizer.restore(-1, good)).toThrow('momentumSgd.restore: steps must be a whole number')
    expect(optimizer.state().map(({ data }) => data)).toEqual(before)
    expect(optimizer.steps).toBe(3)
  })

  it('refuses numbers out of range, and rates that a schedule makes negative', () => {
    expect(() => momentumSgd({ rate: 0 })).toThrow('momentumSgd: rate must be positive, got 0')
    expect(() => momentumSgd({ rate: 1, momentum: 0.99999999 })).toThrow(
      'momentumSgd: momentum must be below 1 in float32, got 0.99999999',
    )
    expect(() => momentumSgd({ rate: 1, momentum: 1 })).toThrow(
      'momentumSgd: momentum must be at least 0 and below 1, got 1',
    )
    expect(() => momentumSgd({ rate: 1, coupledDecay: -1 })).toThrow(
      'momentumSgd: coupledDecay must not be negative, got -1',
    )
    expect(() => momentumSgd({ rate: 1, decoupledDecay: NaN })).toThrow(
      'momentumSgd: decoupledDecay must be a finite number, got NaN',
    )
    const p = parameter('p', [1])
    expect(() => sgd((step) => 1 - step).restore(2, [])).not.toThrow()
    const falling = sgd((step) => 1 - step)
    falling.restore(2, [])
    expect(() => falling.step([p])).toThrow('sgd: rate must not be negative, got -1 at step 2')
    expect(p.value.data[0]).toBe(1)
  })
})
