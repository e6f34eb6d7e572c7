// The first phase of learning from zero weights, erf units under direct feedback alignment: the student's output
// weights grow parallel to the feedback before the loss moves. Leading orders in t of the order-parameter equations.

import { asin, type Matrix } from '../../tensor/index.ts'
import { tiltedCorrelation } from './gaussian-integrals.ts'

const PI = 3.141592653589793

/** What the laws depend on; the student starts at w = 0, v = 0. */
export interface EarlyTime {
  /** Learning rate η. */
  readonly rate: number
  /** Standard deviation σ of the noise on the teacher's output; 0 unless given. */
  readonly noise?: number
  /** F [K]. */
  readonly feedback: ArrayLike<number>
  /** Output weights A [M] and overlaps T [M, M] of the teacher. */
  readonly teacher: { readonly A: ArrayLike<number>; readonly T: Matrix }
}

/**
 * R_in ≈ (2/π) η F_i t Σ_m A_m T_nm/√(1 + T_mm); for T = I, (√2/π) η F_i A_n t.
 * Equation: theory (3.24).
 */
export function earlyTeacherOverlap({ rate, feedback, teacher: { A, T } }: EarlyTime, i: number, n: number,
  t: number): number
{
  let total = 0
  for (let m = 0; m < A.length; m++) {
    total += A[m] * T.data[n * T.columns + m] / Math.sqrt(1 + T.data[m * T.columns + m])
  }
  return 2 / PI * rate * feedback[i] * t * total
}

/**
 * v_i ≈ (2η²/π²) S F_i t², S = Σ_mn A_m A_n T_mn/√((1 + T_mm)(1 + T_nn)); for T = I, (η²/π²) ‖A‖² F_i t².
 * Equation: theory (3.25).
 */
export function earlyOutput(early: EarlyTime, i: number, t: number): number {
  return 2 * squared(early.rate / PI) * teacherStrength(early) * early.feedback[i] * t * t
}

/**
 * v_i over `earlyOutput` as learning goes on, T = I and σ = 0, τ = ηt:
 * 1 − (η/3π)‖A‖²F_i²τ − (F_i²/π²)[‖A‖² − ‖A‖₄⁴/(6‖A‖²)]τ² − ‖A‖²‖F‖²τ³/π³.
 * Equation: theory (3.27). Accuracy: terms of order τ⁴ and ητ² are left out.
 * Throws: RangeError for another T or noise, for which there is no such expansion here.
 */
export function earlyOutputRatio(early: EarlyTime, i: number, t: number): number {
  const { rate, noise = 0, feedback, teacher: { A, T } } = early
  if (noise !== 0) throw new RangeError(`earlyOutputRatio: noise must be 0, got ${noise}`)
  if (!T.data.every((value, at) => value === Number(at % (T.columns + 1) === 0))) {
    throw new RangeError('earlyOutputRatio: teacher.T must be the identity, got other overlaps')
  }
  const sum = (x: ArrayLike<number>, f: (x2: number) => number): number =>
    Array.from(x).reduce((total, value) => total + f(value * value), 0)
  const A2 = sum(A, (x2) => x2), A4 = sum(A, squared), F2 = sum(feedback, (x2) => x2)
  const tau = rate * t, own = squared(feedback[i])
  const second = own / squared(PI) * (A2 - A4 / (6 * A2))
  return 1 - tau * (rate * A2 * own / (3 * PI) + tau * (second + tau * A2 * F2 / (PI * PI * PI)))
}

/**
 * Q_ik ≈ η² F_i F_k [(2/π)(2ε_0 + σ²) t + (4/π²) S t²], ε_0 = (1/π) Σ_mn A_m A_n asin(T_mn/√((1 + T_mm)(1 + T_nn)));
 * for T = I and σ = 0, η² ‖A‖² F_i F_k [2t/(3π) + 2t²/π²].
 * Equation: theory (3.26).
 */
export function earlyStudentOverlap(early: EarlyTime, i: number, k: number, t: number): number {
  const { rate, noise = 0, feedback, teacher: { A, T } } = early
  let error = 0
  for (let m = 0; m < A.length; m++) {
    for (let n = 0; n < A.length; n++) error += A[m] * A[n] * asin(tiltedCorrelation(T, m, n)) / PI
  }
  const linear = 2 / PI * (2 * error + noise * noise)
  return squared(rate) * feedback[i] * feedback[k] * t * (linear + squared(2 / PI) * teacherStrength(early) * t)
}

/** S = Σ_mn A_m A_n T_mn/√((1 + T_mm)(1 + T_nn)); ‖A‖²/2 for T = I. Equation: theory (3.23). */
function teacherStrength({ teacher: { A, T } }: EarlyTime): number {
  let total = 0
  for (let m = 0; m < A.length; m++) {
    for (let n = 0; n < A.length; n++) total += A[m] * A[n] * tiltedCorrelation(T, m, n)
  }
  return total
}

function squared(x: number): number {
  return x * x
}
