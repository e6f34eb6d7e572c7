import { describe, expect, it } from 'vitest'
import { identity } from '../../src/tensor/index.ts'
import { integrateAdaptive, integrateFixed, teacherStudentFlow } from '../../src/theory/index.ts'
import type { Derivative } from '../../src/theory/runge-kutta.ts'
import { randomParameters } from './teacher-student/cases.ts'

const rotation: Derivative = (_t, y, dy) => {
  dy[0] = y[1]
  dy[1] = -y[0]
}
/** y′ = y cos t: y = e^(sin t). */
const growth: Derivative = (t, y, dy) => {
  dy[0] = y[0] * Math.cos(t)
}

describe('integrateAdaptive', () => {
  it('has order 5 when the step is held: nothing is rejected and the greatest step rules', () => {
    const errorOf = (step: number): number => {
      const options = { relative: 10, absolute: 10, firstStep: step, greatestStep: step }
      const { states, steps } = integrateAdaptive(growth, Float64Array.of(1), [0, 2], options)
      expect(steps).toBe(Math.round(2 / step))
      return Math.abs(states[1][0] - Math.exp(Math.sin(2)))
    }
    for (const step of [0.25, 0.125, 0.0625]) {
      const measured = Math.log2(errorOf(step) / errorOf(step / 2))
      expect(Math.abs(measured - 5), `step ${step}: order ${measured}`).toBeLessThan(0.5)
    }
  })

  it('is exact for polynomials of degree 5 in t: every order condition of pure integration', () => {
    const quintic: Derivative = (t, _y, dy) => {
      dy[0] = 5 * t * t * t * t - 4 * t * t * t + 3 * t * t - 2 * t + 1
    }
    const options = { relative: 1, absolute: 1e9, firstStep: 2 }
    const { states } = integrateAdaptive(quintic, Float64Array.of(0), [0, 2], options)
    expect(states[1][0]).toBeCloseTo(32 - 16 + 8 - 4 + 2, 12)
  })

  it('keeps the error near the tolerance ε over ten turns of a rotation, in a number of steps as ε^(−1/5)', () => {
    const run = (tolerance: number): { readonly error: number; readonly steps: number } => {
      const options = { relative: tolerance, absolute: tolerance }
      const { states, steps } = integrateAdaptive(rotation, Float64Array.of(1, 0), [0, 20 * Math.PI], options)
      return { error: Math.max(Math.abs(states[1][0] - 1), Math.abs(states[1][1])), steps }
    }
    const results = [1e-5, 1e-7, 1e-9, 1e-11].map(run)
    results.forEach(({ error }, i) => {
      expect(error, `tolerance ${i}`).toBeLessThan(200 * 10 ** (-5 - 2 * i))
      if (i > 0) {
        const ratio = results[i].steps / results[i - 1].steps
        expect(Math.abs(ratio / 100 ** 0.2 - 1), `steps grow by ${ratio}`).toBeLessThan(0.15)
      }
    })
  })

  it('follows van der Pol through its jumps: rejections, steps of a range of 30, values as by equal steps', () => {
    const times: number[] = []
    const vanDerPol: Derivative = (t, y, dy) => {
      times.push(t)
      dy[0] = y[1]
      dy[1] = 30 * (1 - y[0] * y[0]) * y[1] - y[0]
    }
    const options = { relative: 1e-9, absolute: 1e-11 }
    const { states, rejected } = integrateAdaptive(vanDerPol, Float64Array.of(2, 0), [0, 60], options)
    expect(rejected).toBeGreaterThan(5)
    // The last stage of a trial is at its end.
    const ends = times.filter((_, i) => i > 2 && i % 6 === 1)
    const lengths = ends.slice(1).map((end, i) => end - ends[i]).filter((length) => length > 0)
    expect(Math.max(...lengths) / Math.min(...lengths)).toBeGreaterThan(30)
    const quiet: Derivative = (_t, y, dy) => {
      dy[0] = y[1]
      dy[1] = 30 * (1 - y[0] * y[0]) * y[1] - y[0]
    }
    const equal = integrateFixed(quiet, Float64Array.of(2, 0), [0, 60], { step: 2e-4 }).states[1]
    states[1].forEach((value, i) => expect(Math.abs(value - equal[i])).toBeLessThan(1e-6))
  })

  it('agrees with tiny equal steps on the order-parameter equations', () => {
    const p = { ...randomParameters(2, 2, 31, 0.1), T: identity(2) }
    const options = { units: 2, rate: 0.2, noise: 0.1, teacher: p, feedback: [1, -0.7] }
    const flow = teacherStudentFlow({ activation: 'erf', rule: 'dfa', ...options })
    const times = [0, 1, 10, 100]
    const tight = integrateAdaptive(flow.derivative, flow.pack(p), times, { relative: 1e-11, absolute: 1e-13 }).states
    const usual = integrateAdaptive(flow.derivative, flow.pack(p), times).states
    const equal = integrateFixed(flow.derivative, flow.pack(p), times, { step: 0.02 }).states
    for (const [j, y] of equal.entries()) {
      y.forEach((value, i) => {
        expect(Math.abs(tight[j][i] - value), `t = ${times[j]}, element ${i}`).toBeLessThan(1e-9)
        expect(Math.abs(usual[j][i] - value), `t = ${times[j]}, element ${i}`).toBeLessThan(1e-6)
      })
    }
  })

  it('does not let requested times shorten the steps that follow, nor change the solution beyond the tolerance', () => {
    const dense = Float64Array.from({ length: 1001 }, (_, j) => j / 100)
    const many = integrateAdaptive(rotation, Float64Array.of(1, 0), dense)
    many.states.forEach((y, j) => expect(Math.abs(y[0] - Math.cos(dense[j]))).toBeLessThan(1e-6))
    const plain = integrateAdaptive(rotation, Float64Array.of(1, 0), [0, 10])
    const one = integrateAdaptive(rotation, Float64Array.of(1, 0), [0, 5, 5 + 1e-9, 10])
    expect(one.steps - plain.steps).toBeLessThan(5)
    expect(Array.from(one.times)).toEqual([0, 5, 5 + 1e-9, 10])
  })

  it('counts every call of the derivative and leaves the initial state alone', () => {
    let calls = 0
    const initial = Float64Array.of(1, 0)
    const { steps, rejected, evaluations } = integrateAdaptive((t, y, dy) => {
      calls++
      rotation(t, y, dy)
    }, initial, [0, 3], { firstStep: 3 })
    expect(evaluations).toBe(calls)
    expect(evaluations).toBe(1 + 6 * (steps + rejected))
    expect(rejected).toBeGreaterThan(0)
    expect(Array.from(initial)).toEqual([1, 0])
  })

  it('stays at rest, also from zero', () => {
    const { states, steps } = integrateAdaptive((_t, _y, dy) => dy.fill(0), new Float64Array(3), [0, 1e6])
    expect(Array.from(states[1])).toEqual([0, 0, 0])
    expect(steps).toBeLessThan(30)
  })

  it('recovers from a trial step that leaves the domain of the equations', () => {
    // y′ = −√y has y = (1 − t/2)²; a long step makes y negative and the root NaN.
    const root: Derivative = (_t, y, dy) => {
      dy[0] = -Math.sqrt(y[0])
    }
    const { states, rejected } = integrateAdaptive(root, Float64Array.of(1), [0, 1.9], { firstStep: 10 })
    expect(states[1][0]).toBeCloseTo(0.0025, 8)
    expect(rejected).toBeGreaterThan(0)
  })

  it('takes the steps that t takes: a fast rotation is as accurate at late times as at t = 0', () => {
    const fast: Derivative = (_t, y, dy) => {
      dy[0] = 2000 * y[1]
      dy[1] = -2000 * y[0]
    }
    // Steps are of 4e-5; t is rounded to 1.2e-10 at 1e6 and to 2.4e-7 at 1.7e9.
    for (const start of [0, 1e6, 1.7e9]) {
      const { states } = integrateAdaptive(fast, Float64Array.of(1, 0), [start, start + 0.25])
      expect(Math.abs(states[1][0] - Math.cos(500)), `from ${start}`).toBeLessThan(1e-6)
      expect(Math.abs(states[1][1] + Math.sin(500)), `from ${start}`).toBeLessThan(1e-6)
    }
    const decay: Derivative = (_t, y, dy) => {
      dy[0] = -y[0]
    }
    for (const start of [0, 1e10, 1e13]) {
      const { states } = integrateAdaptive(decay, Float64Array.of(1), [start, start + 4])
      expect(Math.abs(states[1][0] / Math.exp(-4) - 1), `from ${start}`).toBeLessThan(1e-6)
    }
  })

  it('refuses steps that do not advance t', () => {
    const decay: Derivative = (_t, y, dy) => {
      dy[0] = -y[0]
    }
    expect(() => integrateAdaptive(decay, Float64Array.of(1), [1e16, 1e16 + 4], { firstStep: 0.5 })).toThrow(
      new Error('integrateAdaptive: step must advance t, got 0.5 at t = 10000000000000000'),
    )
    expect(() => integrateAdaptive(decay, Float64Array.of(1), [1e16, 1e16 + 4])).toThrow(
      /^integrateAdaptive: step must stay above rounding/,
    )
    // At rest the first step is as long as t needs it.
    const { states } = integrateAdaptive((_t, _y, dy) => dy.fill(0), Float64Array.of(0), [1e16, 1e16 + 4])
    expect(states[1][0]).toBe(0)
  })

  it('says so when a solution ends, a derivative is NaN or the steps are spent', () => {
    const explosion: Derivative = (_t, y, dy) => {
      dy[0] = y[0] * y[0]
    }
    expect(() => integrateAdaptive(explosion, Float64Array.of(1), [0, 2])).toThrow(
      /^integrateAdaptive: .* at t = (0\.9999|1)/,
    )
    const wall: Derivative = (t, _y, dy) => {
      dy[0] = 1
      dy[1] = t > 0.5 ? NaN : 1
    }
    expect(() => integrateAdaptive(wall, Float64Array.of(0, 0), [0, 1])).toThrow(
      /^integrateAdaptive: (y|derivative)\[1\] must stay finite, got NaN at t = 0\.(5|49999)/,
    )
    expect(() => integrateAdaptive(wall, Float64Array.of(0, 0), [0.6, 1])).toThrow(
      'integrateAdaptive: derivative[1] must stay finite, got NaN at t = 0.6',
    )
    expect(() => integrateAdaptive(rotation, Float64Array.of(1, 0), [0, 1000], { mostSteps: 10 })).toThrow(
      'integrateAdaptive: time 1000 must be reached within 10 steps, got to t = ',
    )
  })

  it('refuses tolerances and steps it cannot use', () => {
    const y = Float64Array.of(1, 0)
    expect(() => integrateAdaptive(rotation, y, [0, 1], { relative: 0, absolute: 0 })).toThrow(
      'not both 0, got 0 and 0',
    )
    expect(() => integrateAdaptive(rotation, y, [0, 1], { relative: -1 })).toThrow(
      'relative and absolute must be at least 0',
    )
    expect(() => integrateAdaptive(rotation, y, [0, 1], { absolute: NaN })).toThrow(
      'absolute must be a finite number, got NaN',
    )
    expect(() => integrateAdaptive(rotation, y, [0, 1], { firstStep: 0 })).toThrow('firstStep must be positive, got 0')
    expect(() => integrateAdaptive(rotation, y, [0, 1], { mostSteps: 0 })).toThrow(
      'mostSteps must be a whole number of at least 1',
    )
  })
})
