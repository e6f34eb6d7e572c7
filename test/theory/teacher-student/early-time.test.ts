import { describe, expect, it } from 'vitest'
import { identity, type Matrix, matrix } from '../../../src/tensor/index.ts'
import { earlyOutput, earlyOutputRatio, earlyStudentOverlap, earlyTeacherOverlap, integrateAdaptive,
  type OrderParameters, teacherStudentFlow } from '../../../src/theory/index.ts'
import type { EarlyTime } from '../../../src/theory/teacher-student/early-time.ts'
import { gaussian, gram } from './cases.ts'

/** Order parameters of the equations at the times, from zero weights. */
function solution(early: EarlyTime, times: readonly number[]): readonly OrderParameters[] {
  const { rate, noise = 0, feedback, teacher: { A, T } } = early
  const [K, M] = [feedback.length, A.length]
  const options = { units: K, rate, noise, teacher: { A, T }, feedback }
  const flow = teacherStudentFlow({ activation: 'erf', rule: 'dfa', ...options })
  const zero = { Q: matrix(K, K), R: matrix(K, M), T, v: new Float64Array(K), A: Float64Array.from(A) }
  return integrateAdaptive(flow.derivative, flow.pack(zero), [0, ...times], { relative: 1e-11, absolute: 1e-16 }).states
    .slice(1).map(flow.unpack)
}

const PAPER: EarlyTime = { rate: 0.1, feedback: [0.8, -1.3, 0.3], teacher: { A: [1, -0.5], T: identity(2) } }

describe('the early-time laws', () => {
  it('are as far from the solution as in an earlier integration, A = (1, −0.5), F = (0.8, −1.3, 0.3), η = 0.1', () => {
    const times = [0.1, 1, 2, 5]
    const ratio = ({ v }: OrderParameters, i: number, t: number): number =>
      v[i] / (0.01 / Math.PI ** 2 * 1.25 * PAPER.feedback[i] * t * t)
    const first = [0.9999, 0.9982, 0.9943, 0.9662]
    const worst = [0.9998, 0.9957, 0.9871, 0.9364]
    for (const [j, p] of solution(PAPER, times).entries()) {
      expect(Math.abs(ratio(p, 0, times[j]) - first[j]), `t = ${times[j]}`).toBeLessThan(6e-5)
      expect(Math.abs(ratio(p, 1, times[j]) - worst[j]), `t = ${times[j]}`).toBeLessThan(6e-5)
    }
    const growth = [1.095, 1.949, 2.882]
    for (const [j, { Q }] of solution(PAPER, [0.1, 1, 2]).entries()) {
      const linear = 0.01 * 1.25 * 0.64 * 2 * times[j] / (3 * Math.PI)
      expect(Math.abs(Q.data[0] / linear - growth[j])).toBeLessThan(1e-3)
    }
  })

  it('are (√2/π)ηF_iA_m t, (η²/π²)‖A‖²F_i t² and η²‖A‖²F_iF_k[2t/(3π) + 2t²/π²] for T = I', () => {
    for (const t of [0.1, 3]) {
      expect(earlyTeacherOverlap(PAPER, 1, 1, t)).toBeCloseTo(Math.SQRT2 / Math.PI * 0.1 * -1.3 * -0.5 * t, 15)
      expect(earlyOutput(PAPER, 1, t)).toBeCloseTo(0.01 / Math.PI ** 2 * 1.25 * -1.3 * t * t, 15)
      const bracket = 2 * t / (3 * Math.PI) + 2 * t * t / Math.PI ** 2
      expect(earlyStudentOverlap(PAPER, 0, 1, t)).toBeCloseTo(0.01 * 1.25 * 0.8 * -1.3 * bracket, 15)
    }
  })

  it('are the leading orders for any T and with noise: the deviation falls in proportion to t', () => {
    const T: Matrix = gram(gaussian(3, 5, 23, 'teacher', 0.5))
    const early: EarlyTime = { rate: 0.2, noise: 0.3, feedback: [0.9, -0.7], teacher: { A: [1, -0.4, 0.6], T } }
    const deviation = (p: OrderParameters, t: number): number => {
      let worst = 0
      const compare = (value: number, law: number): void => {
        worst = Math.max(worst, Math.abs(value / law - 1))
      }
      for (let i = 0; i < 2; i++) {
        for (let m = 0; m < 3; m++) compare(p.R.data[i * 3 + m], earlyTeacherOverlap(early, i, m, t))
        for (let k = 0; k < 2; k++) compare(p.Q.data[i * 2 + k], earlyStudentOverlap(early, i, k, t))
        compare(p.v[i], earlyOutput(early, i, t))
      }
      return worst
    }
    const [small, large] = solution(early, [0.01, 0.1]).map((p, j) => deviation(p, [0.01, 0.1][j]))
    expect(small).toBeLessThan(2e-3)
    expect(large / small).toBeGreaterThan(8)
    expect(large / small).toBeLessThan(12)
  })

  it('depart from the solution by theory (3.27), up to τ⁴ and ητ²', () => {
    const error = (rate: number, tau: number, i: number): number => {
      const early = { ...PAPER, rate }
      const [{ v }] = solution(early, [tau / rate])
      return v[i] / earlyOutput(early, i, tau / rate) - earlyOutputRatio(early, i, tau / rate)
    }
    for (const i of [0, 1, 2]) {
      // Without the term in τ³ it would be 4τ⁴ at τ = 0.025, without one in τ² more; integration leaves 1e-11.
      for (const tau of [0.025, 0.1]) expect(Math.abs(error(1e-6, tau, i))).toBeLessThan(0.12 * tau ** 4)
      // At larger rates there is a term in ητ²; without the one in ητ it would be greater by 1/τ.
      expect(Math.abs(error(0.1, 0.02, i))).toBeLessThan(0.12 * 0.1 * 0.02 * 0.02)
    }
    expect(() => earlyOutputRatio({ ...PAPER, noise: 0.1 }, 0, 1)).toThrow('noise must be 0, got 0.1')
    const T = matrix(2, 2, Float64Array.of(1, 0.1, 0.1, 1))
    expect(() => earlyOutputRatio({ ...PAPER, teacher: { A: [1, 1], T } }, 0, 1)).toThrow('must be the identity')
  })

  it('make v parallel to F before the loss moves', () => {
    const flow = teacherStudentFlow({ activation: 'erf', rule: 'dfa', units: 3, ...PAPER })
    const A = Float64Array.of(1, -0.5)
    const zero = { Q: matrix(3, 3), R: matrix(3, 2), T: identity(2), v: new Float64Array(3), A }
    const { states } = integrateAdaptive(flow.derivative, flow.pack(zero), [0, 3])
    const { v } = flow.unpack(states[1])
    const product = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
      Array.from(x).reduce((s, value, i) => s + value * y[i], 0)
    const F = PAPER.feedback
    expect(product(v, F) / Math.sqrt(product(v, v) * product(F, F))).toBeGreaterThan(0.9999)
    expect(flow.generalizationError(states[1])).toBeGreaterThan(0.95 * flow.generalizationError(states[0]))
  })
})
