import { describe, expect, it } from 'vitest'
import { integrateFixed } from '../../src/theory/index.ts'
import type { Derivative } from '../../src/theory/runge-kutta.ts'

/** y′ = −2ty², y(0) = 1: y = 1/(1 + t²), and a rotation: y = (cos t, −sin t). */
const nonlinear: Derivative = (t, y, dy) => {
  dy[0] = -2 * t * y[0] * y[0]
}
const rotation: Derivative = (_t, y, dy) => {
  dy[0] = y[1]
  dy[1] = -y[0]
}

describe('integrateFixed', () => {
  it.each([['rk4', 4], ['rk2', 2]] as const)('%s has order %i', (method, order) => {
    const errorOf = (step: number): number => {
      const first = integrateFixed(nonlinear, Float64Array.of(1), [0, 1.5], { step, method }).states[1][0] - 1 / 3.25
      const [x, y] = integrateFixed(rotation, Float64Array.of(1, 0), [0, 2], { step, method }).states[1]
      return Math.max(Math.abs(first), Math.abs(x - Math.cos(2)), Math.abs(y + Math.sin(2)))
    }
    for (const step of [0.1, 0.05]) {
      const measured = Math.log2(errorOf(step) / errorOf(step / 2))
      expect(Math.abs(measured - order), `step ${step}: order ${measured}`).toBeLessThan(0.15)
    }
  })

  it('rk4 is exact for cubic polynomials, rk2 for straight lines in t', () => {
    const cubic: Derivative = (t, _y, dy) => {
      dy[0] = 4 * t * t * t - 3 * t * t + 1
    }
    expect(integrateFixed(cubic, Float64Array.of(2), [0, 3], { step: 1 }).states[1][0]).toBeCloseTo(2 + 81 - 27 + 3, 12)
    const line: Derivative = (t, _y, dy) => {
      dy[0] = 6 * t - 1
    }
    const straight = integrateFixed(line, Float64Array.of(2), [0, 3], { step: 1, method: 'rk2' })
    expect(straight.states[1][0]).toBeCloseTo(2 + 27 - 3, 13)
  })

  it('lands on every time, with steps no longer than asked for, and reports what it did', () => {
    const seen: number[] = []
    const clock: Derivative = (t, _y, dy) => {
      seen.push(t)
      dy[0] = 1
    }
    const initial = Float64Array.of(5)
    const { times, states, steps, rejected, evaluations } = integrateFixed(clock, initial, [1, 1.25, 3], { step: 0.5 })
    expect(Array.from(times)).toEqual([1, 1.25, 3])
    states.forEach((y, j) => expect(y[0]).toBeCloseTo(4 + times[j], 14))
    expect([steps, rejected, evaluations]).toEqual([5, 0, 20])
    expect(seen).toHaveLength(20)
    expect(Math.max(...seen)).toBe(3)
    expect(initial[0]).toBe(5)
  })

  it('refuses arguments it cannot use', () => {
    const y = Float64Array.of(1)
    expect(() => integrateFixed(rotation, y, [0, 1], { step: 0 })).toThrow(
      'integrateFixed: step must be positive, got 0',
    )
    expect(() => integrateFixed(rotation, y, [], { step: 1 })).toThrow(
      'integrateFixed: times must hold the initial time, got none',
    )
    expect(() => integrateFixed(rotation, y, [0, 1, 1], { step: 1 })).toThrow(
      'times[2] must be after times[1] = 1, got 1',
    )
    expect(() => integrateFixed(rotation, y, [0, NaN], { step: 1 })).toThrow(
      'times[1] must be a finite number, got NaN',
    )
    expect(() => integrateFixed(rotation, [1] as unknown as Float64Array, [0, 1], { step: 1 })).toThrow(TypeError)
    expect(() => integrateFixed(rotation, Float64Array.of(NaN), [0, 1], { step: 1 })).toThrow(
      'initial[0] must be a finite number, got NaN',
    )
    expect(() => integrateFixed(rotation, y, [0, 1], { step: 1, method: 'euler' as 'rk2' })).toThrow(
      'integrateFixed: method must be one of rk2, rk4, got "euler"',
    )
  })

  it('says where a solution ceased to be finite', () => {
    const explosion: Derivative = (_t, y, dy) => {
      dy[0] = 0
      dy[1] = y[1] * y[1]
    }
    expect(() => integrateFixed(explosion, Float64Array.of(1, 1), [0, 0.5, 9], { step: 0.01 })).toThrow(
      'integrateFixed: y[1] must stay finite, got',
    )
  })
})
