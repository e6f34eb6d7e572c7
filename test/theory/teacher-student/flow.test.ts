import { describe, expect, it } from 'vitest'
import { erf, identity, type Matrix, matrix, multiply, transpose } from '../../../src/tensor/index.ts'
import { cholesky } from '../../../src/tensor/linalg/cholesky.ts'
import { fieldCovariance, generalizationError, integrateAdaptive, type OrderParameters,
  teacherStudentFlow } from '../../../src/theory/index.ts'
import type { FlowOptions } from '../../../src/theory/teacher-student/flow.ts'
import { erfRates, gaussian, type Law, moved, numbersOf, overFields, randomParameters, type Rates } from './cases.ts'

const optionsOf = (p: OrderParameters, law: Law, activation: 'erf' | 'linear' = 'erf'): FlowOptions => ({
  activation,
  rule: law.rule,
  units: p.v.length,
  rate: law.rate,
  noise: law.noise,
  teacher: { A: p.A, T: p.T },
  ...(law.rule === 'dfa' ? { feedback: law.feedback } : {}),
})

/** The derivative in the shape of the order parameters. */
function flowRates(p: OrderParameters, law: Law, activation: 'erf' | 'linear' = 'erf'): readonly number[] {
  const flow = teacherStudentFlow(optionsOf(p, law, activation))
  const dy = new Float64Array(flow.size)
  flow.derivative(0, flow.pack(p), dy)
  return numbersOf(flow.unpack(dy))
}

const flat = ({ Q, R, v }: Rates): readonly number[] => [...Q.flat(), ...R.flat(), ...v]

function greatestDifference(x: readonly number[], y: readonly number[]): number {
  expect(x).toHaveLength(y.length)
  return Math.max(...x.map((value, i) => Math.abs(value - y[i])))
}

const LAWS: readonly Law[] = [{ rule: 'dfa', rate: 0.3, noise: 0, feedback: [0.8, -1.3] }, {
  rule: 'dfa',
  rate: 0.7,
  noise: 0.4,
  feedback: [-0.2, 1.1],
}, { rule: 'bp', rate: 0.5, noise: 0, feedback: [] }, { rule: 'bp', rate: 0.2, noise: 0.9, feedback: [] }]

describe('the derivative', () => {
  it.each(LAWS)('is the average of the updates by quadrature, erf, %j', (law) => {
    const p = randomParameters(2, 2, 11, 0.7)
    const f = law.rule === 'dfa' ? law.feedback : Array.from(p.v)
    const g = (x: number): number => erf(x / Math.sqrt(2))
    const slope = (x: number): number => Math.sqrt(2 / Math.PI) * Math.exp(-x * x / 2)
    const Q = [[0, 0], [0, 0]], R = [[0, 0], [0, 0]], v = [0, 0]
    overFields(cholesky(fieldCovariance(p)), 0.5, (x, weight) => {
      const e = p.v[0] * g(x[0]) + p.v[1] * g(x[1]) - p.A[0] * g(x[2]) - p.A[1] * g(x[3])
      const move = [0, 1].map((i) => -law.rate * f[i] * slope(x[i]))
      for (const i of [0, 1]) {
        for (const k of [0, 1]) {
          Q[i][k] += weight * (move[i] * e * x[k] + move[k] * e * x[i] + move[i] * move[k] * (e * e + law.noise ** 2))
        }
        for (const m of [0, 1]) R[i][m] += weight * move[i] * e * x[2 + m]
        v[i] -= weight * law.rate * e * g(x[i])
      }
    })
    expect(greatestDifference(flowRates(p, law), flat({ Q, R, v }))).toBeLessThan(1e-8)
  })

  it('is that of an implementation by changes of measure, for any numbers of units, erf', () => {
    for (const [K, M] of [[1, 1], [1, 3], [2, 2], [3, 2], [4, 1]]) {
      for (const { rule, rate, noise } of LAWS) {
        const law = { rule, rate, noise, feedback: Array.from(gaussian(1, K, 12, 'feedback').data) }
        const p = randomParameters(K, M, 10 * K + M)
        const difference = greatestDifference(flowRates(p, law), flat(erfRates(p, law)))
        expect(difference, `K ${K}, M ${M}, ${rule}, noise ${noise}`).toBeLessThan(1e-13)
      }
    }
  })

  it.each(LAWS)('is the exact population gradient for linear units, with the mean square of the update, %j', (law) => {
    const N = 40
    const w = gaussian(2, N, 13, 'w'), teacher = gaussian(2, N, 13, 't')
    const dots = (a: Matrix, b: Matrix): Matrix => {
      const { rows, columns, data } = multiply(a, transpose(b))
      return matrix(rows, columns, data.map((x) => x / N))
    }
    const p: OrderParameters = {
      Q: dots(w, w),
      R: dots(w, teacher),
      T: dots(teacher, teacher),
      v: Float64Array.of(0.4, -0.9),
      A: Float64Array.of(1.2, 0.5),
    }
    const f = law.rule === 'dfa' ? law.feedback : Array.from(p.v)
    // e = u·x/√N: dw_i/dt = −η f_i u, dv_i/dt = −η u·w_i/N.
    const u = matrix(1, N,
      gaussian(1, N, 0, '').data.map((_, j) =>
        p.v[0] * w.data[j] + p.v[1] * w.data[N + j] - p.A[0] * teacher.data[j] - p.A[1] * teacher.data[N + j]
      ))
    const alongStudent = dots(u, w).data, alongTeacher = dots(u, teacher).data, square = dots(u, u).data[0]
    const { rate, noise } = law
    const Q = [0, 1].map((i) =>
      [0, 1].map((k) =>
        -rate * (f[i] * alongStudent[k] + f[k] * alongStudent[i]) + rate * rate * f[i] * f[k] * (square + noise * noise)
      )
    )
    const R = [0, 1].map((i) => [0, 1].map((m) => -rate * f[i] * alongTeacher[m]))
    const v = [0, 1].map((i) => -rate * alongStudent[i])
    expect(greatestDifference(flowRates(p, law, 'linear'), flat({ Q, R, v }))).toBeLessThan(1e-13)
  })

  it('vanishes where the student is the teacher and nothing is noisy', () => {
    const { T, A } = randomParameters(1, 2, 14)
    for (const activation of ['erf', 'linear'] as const) {
      for (const law of LAWS.filter(({ noise }) => noise === 0)) {
        const rates = flowRates({ Q: T, R: T, T, v: A, A }, law, activation)
        expect(Math.max(...rates.map(Math.abs)), activation).toBeLessThan(1e-15)
      }
    }
  })

  it('leaves R at 0 when the teacher says nothing, and all where backpropagation has neither v nor overlap', () => {
    const p = randomParameters(2, 2, 15)
    const silent = { ...p, R: matrix(2, 2), A: new Float64Array(2) }
    for (const law of LAWS) expect(flowRates(silent, law).slice(4, 8).map(Math.abs)).toEqual([0, 0, 0, 0])
    const saddle = { ...p, R: matrix(2, 2), v: new Float64Array(2) }
    expect(flowRates(saddle, LAWS[2]).map(Math.abs)).toEqual(new Array(10).fill(0))
    expect(flowRates(saddle, LAWS[0]).some((rate) => rate !== 0)).toBe(true)
  })

  it('keeps two student units equal that begin equal, under backpropagation and under equal feedback', () => {
    const one = randomParameters(1, 2, 16)
    const [q, v] = [one.Q.data[0], one.v[0]]
    const R = matrix(2, 2, Float64Array.of(...one.R.data, ...one.R.data))
    const p = { ...one, Q: matrix(2, 2, Float64Array.of(q, q, q, q)), R, v: Float64Array.of(v, v) }
    for (const law of [LAWS[2], { ...LAWS[0], feedback: [0.7, 0.7] }]) {
      const [q00, q01, q10, q11, r00, r01, r10, r11, v0, v1] = flowRates(p, law)
      expect([q01, q10, r10, r11, v1]).toEqual([q00, q11, r00, r01, v0])
    }
  })

  it('is the same for a student whose signs are flipped together with its feedback', () => {
    const p = randomParameters(2, 2, 17)
    const law = LAWS[1]
    const flipped = {
      ...p,
      Q: matrix(2, 2, p.Q.data.map((x, i) => (i === 1 || i === 2 ? -x : x))),
      R: matrix(2, 2, p.R.data.map((x, i) => (i < 2 ? -x : x))),
      v: Float64Array.of(-p.v[0], p.v[1]),
    }
    const rates = flowRates(p, law)
    const other = flowRates(flipped, { ...law, feedback: [-law.feedback[0], law.feedback[1]] })
    const signs = [1, -1, -1, 1, -1, -1, 1, 1, -1, 1]
    expect(greatestDifference(other.map((x, i) => signs[i] * x), rates)).toBeLessThan(1e-15)
  })

  it('is −η times the gradient of ε_g in v', () => {
    const p = randomParameters(3, 2, 18)
    const law: Law = { rule: 'dfa', rate: 0.25, noise: 0, feedback: [1, 2, 3] }
    const rates = flowRates(p, law).slice(-3)
    for (const i of [0, 1, 2]) {
      const at = (h: number): number =>
        generalizationError('erf', { ...p, v: p.v.map((x, k) => (k === i ? x + h : x)) })
      expect(rates[i]).toBeCloseTo(-law.rate * (at(1e-4) - at(-1e-4)) / 2e-4, 9)
    }
  })
})

/** The last of Richardson's table over classical Runge–Kutta steps of h, h/2 on the equations by changes of measure. */
function independentSolution(p: OrderParameters, law: Law, time: number, h: number): readonly number[] {
  const solve = (step: number): readonly number[] => {
    let y = p
    for (let s = 0; s < Math.round(time / step); s++) {
      const k1 = erfRates(y, law)
      const k2 = erfRates(moved(y, step / 2, k1), law)
      const k3 = erfRates(moved(y, step / 2, k2), law)
      const k4 = erfRates(moved(y, step, k3), law)
      y = moved(moved(moved(moved(y, step / 6, k1), step / 3, k2), step / 3, k3), step / 6, k4)
    }
    return numbersOf(y)
  }
  const coarse = solve(h)
  return solve(h / 2).map((fine, i) => fine + (fine - coarse[i]) / 15)
}

describe('a solution', () => {
  it.each<readonly [string, Law, number, number, number]>([['direct feedback alignment', {
    rule: 'dfa',
    rate: 0.1,
    noise: 0,
    feedback: [0.8, -1.3],
  }, 2, 2, 300], ['direct feedback alignment, noise', {
    rule: 'dfa',
    rate: 0.2,
    noise: 0.3,
    feedback: [0.8, -1.3, 0.3],
  }, 3, 2, 60], ['backpropagation', { rule: 'bp', rate: 0.1, noise: 0.1, feedback: [] }, 2, 2, 200]])(
    'from a held-out initial condition is that of an independent implementation to 1e-6: %s',
    (_, law, K, M, time) => {
      const p = randomParameters(K, M, 8191, 0.05, 500)
      const flow = teacherStudentFlow(optionsOf(p, law))
      const { states } = integrateAdaptive(flow.derivative, flow.pack(p), [0, time / 10, time])
      const tenth = numbersOf(flow.unpack(states[1])), last = numbersOf(flow.unpack(states[2]))
      expect(greatestDifference(tenth, independentSolution(p, law, time / 10, 1))).toBeLessThan(1e-6)
      expect(greatestDifference(last, independentSolution(p, law, time, 1))).toBeLessThan(1e-6)
    },
  )

  it('learns: direct feedback alignment turns v to the signs of F and the error falls by 10⁴', () => {
    const p = randomParameters(2, 2, 19, 0.01, 500)
    const law: Law = { rule: 'dfa', rate: 0.1, noise: 0, feedback: [1, -0.9] }
    const same = { ...p, A: Float64Array.of(1, 1) }
    const flow = teacherStudentFlow(optionsOf(same, law))
    const { states } = integrateAdaptive(flow.derivative, flow.pack(same), [0, 4000])
    expect(Array.from(flow.unpack(states[1]).v, Math.sign)).toEqual([1, -1])
    expect(flow.generalizationError(states[1])).toBeLessThan(1e-4 * flow.generalizationError(states[0]))
  })
})

describe('pack and unpack', () => {
  it('are inverse, and the error of a state is that of its order parameters', () => {
    const p = randomParameters(3, 2, 20)
    const flow = teacherStudentFlow(optionsOf(p, { rule: 'bp', rate: 0.1, noise: 0, feedback: [] }))
    expect(flow.size).toBe(6 + 6 + 3)
    const y = flow.pack(p)
    expect(flow.unpack(y)).toEqual(p)
    expect(flow.generalizationError(y)).toBe(generalizationError('erf', p))
  })

  it('refuse another teacher and other sizes', () => {
    const p = randomParameters(2, 2, 21)
    const flow = teacherStudentFlow(optionsOf(p, LAWS[2]))
    expect(() => flow.pack({ ...p, T: identity(2) })).toThrow('pack: T and A must be those of the teacher')
    expect(() => flow.pack(randomParameters(3, 2, 21))).toThrow('pack: v must have 2 elements, got 3')
    expect(() => flow.unpack(new Float64Array(3))).toThrow('unpack: y must have 9 elements, got 3')
  })
})

describe('teacherStudentFlow', () => {
  it('refuses options that do not fit together', () => {
    const p = randomParameters(2, 2, 22)
    const good = optionsOf(p, LAWS[0])
    expect(() => teacherStudentFlow({ ...good, activation: 'relu' as 'erf' })).toThrow(
      'teacherStudentFlow: activation must be one of erf, linear, got "relu"',
    )
    expect(() => teacherStudentFlow({ ...good, rule: 'fa' as 'bp' })).toThrow('rule must be one of dfa, bp')
    expect(() => teacherStudentFlow({ ...good, feedback: [1] })).toThrow('feedback must have 2 elements, got 1')
    const { feedback: _, ...without } = good
    expect(() => teacherStudentFlow(without)).toThrow("feedback must be given for 'dfa'")
    expect(() => teacherStudentFlow({ ...good, rate: NaN })).toThrow('rate must be a finite number')
    expect(() => teacherStudentFlow({ ...good, teacher: { A: [1, 1], T: identity(3) } })).toThrow('T must be [2, 2]')
  })
})
