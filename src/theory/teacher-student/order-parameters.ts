// What is left of a two-layer student and its teacher when the inputs are many: the overlaps of their weights. Their
// local fields are jointly Gaussian with covariance C = [[Q, R], [Rᵀ, T]], which decides every average.

import { checkFiniteMatrix, checkLength, choose, type Matrix, matrix } from '../../tensor/index.ts'
import { erfIntegrals, linearIntegrals, reluI2 } from './gaussian-integrals.ts'

/** g(x) = erf(x/√2), max(x, 0) or x, of student and teacher alike. */
export type TeacherStudentActivation = 'erf' | 'relu' | 'linear'

/** Direct feedback alignment with a fixed F, or backpropagation, whose feedback is v. */
export type TeacherStudentRule = 'dfa' | 'bp'

/** Overlaps of K student units with weights w_k and M teacher units w̃_m, and the output weights of both. */
export interface OrderParameters {
  /** Q_kl = w_k·w_l/N [K, K]. */
  readonly Q: Matrix
  /** R_km = w_k·w̃_m/N [K, M]. */
  readonly R: Matrix
  /** T_mn = w̃_m·w̃_n/N [M, M]. */
  readonly T: Matrix
  /** Output weights of the student [K]. */
  readonly v: Float64Array
  /** Output weights of the teacher [M]. */
  readonly A: Float64Array
}

/** C = [[Q, R], [Rᵀ, T]] [K+M, K+M]. Equation: theory (3.5). */
export function fieldCovariance({ Q, R, T }: OrderParameters): Matrix {
  const K = Q.rows
  const n = K + T.rows
  const C = matrix(n, n)
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      if (a < K) C.data[a * n + b] = b < K ? Q.data[a * K + b] : R.data[a * T.rows + b - K]
      else C.data[a * n + b] = b < K ? R.data[b * T.rows + a - K] : T.data[(a - K) * T.rows + b - K]
    }
  }
  return C
}

/** c = (v_1 … v_K, −A_1 … −A_M), so that the error is e = Σ_a c_a g(x_a). Equation: theory (3.6). */
export function errorCoefficients({ v, A }: OrderParameters): Float64Array {
  const c = new Float64Array(v.length + A.length)
  c.set(v)
  for (let m = 0; m < A.length; m++) c[v.length + m] = -A[m]
  return c
}

/** I₂(a, b) = E[g(x_a) g(x_b)] of the fields with covariance C. */
export type SecondMoment = (C: Matrix, a: number, b: number) => number

const I2: Readonly<Record<TeacherStudentActivation, SecondMoment>> = {
  erf: (C, a, b) => erfIntegrals.I2(C, a, b),
  relu: reluI2,
  linear: (C, a, b) => linearIntegrals.I2(C, a, b),
}

/** I₂ of an activation. Throws: RangeError for an unknown one. */
export function secondMoment(where: string, activation: TeacherStudentActivation): SecondMoment {
  return choose(where, 'activation', activation, I2)
}

/**
 * ε_g = ½E[e²] = ½ Σ_ab c_a c_b I₂(a, b), without noise.
 * Equation: theory (3.7). Order: a ascending, b ascending within it.
 * Accuracy: absolute, some 10⁻¹⁶ of the greatest |c_a c_b|: terms of order 1 cancel, and below that the sign is noise.
 * Throws: RangeError for shapes that do not fit or overlaps that are not finite.
 */
export function generalizationError(activation: TeacherStudentActivation, parameters: OrderParameters): number {
  return generalizationErrorOf(secondMoment('generalizationError', activation), parameters)
}

/** The same by I₂. */
export function generalizationErrorOf(integral: SecondMoment, parameters: OrderParameters): number {
  checkOrderParameters('generalizationError', parameters)
  return halfMeanSquare(integral, fieldCovariance(parameters), errorCoefficients(parameters))
}

/** ½ Σ_ab c_a c_b I₂(a, b). Equation: theory (3.7). */
export function halfMeanSquare(integral: SecondMoment, C: Matrix, c: Float64Array): number {
  let total = 0
  for (let a = 0; a < c.length; a++) {
    for (let b = 0; b < c.length; b++) total += c[a] * c[b] * integral(C, a, b)
  }
  return total / 2
}

/**
 * ε_g of a zero student and M orthonormal teacher units of weight 1: M/6 (erf), M/4 + M(M−1)/(4π) (ReLU), M/2 (linear).
 * Equation: theory (3.22), from ½ Σ_mn I₂(m, n) with T = I.
 */
export function initialGeneralizationError(activation: TeacherStudentActivation, units: number): number {
  return choose('initialGeneralizationError', 'activation', activation, INITIAL)(units)
}

const INITIAL: Readonly<Record<TeacherStudentActivation, (units: number) => number>> = {
  erf: (units) => units / 6,
  relu: (units) => units / 4 + units * (units - 1) / (4 * 3.141592653589793),
  linear: (units) => units / 2,
}

const IS_DIRECT: Readonly<Record<TeacherStudentRule, boolean>> = { dfa: true, bp: false }

/**
 * F [K], copied, under `dfa`; undefined under `bp`, where v carries the error.
 * Throws: RangeError for an unknown rule and a feedback that is missing, of another length or not finite.
 */
export function fixedFeedback(where: string, rule: TeacherStudentRule, feedback: ArrayLike<number> | undefined,
  units: number): Float64Array | undefined
{
  if (!choose(where, 'rule', rule, IS_DIRECT)) return undefined
  if (feedback === undefined) throw new RangeError(`${where}: feedback must be given for 'dfa', got undefined`)
  checkLength(where, 'feedback', feedback, units)
  const F = Float64Array.from(feedback)
  checkFiniteMatrix(where, 'feedback', matrix(1, units, F))
  return F
}

/** Throws a RangeError unless the shapes fit together and every number is finite. */
export function checkOrderParameters(where: string, { Q, R, T, v, A }: OrderParameters): void {
  const shapes = [['Q', Q, v.length, v.length], ['R', R, v.length, A.length], ['T', T, A.length, A.length]] as const
  for (const [name, a, rows, columns] of shapes) {
    if (a.rows !== rows || a.columns !== columns) {
      const units = `${v.length} student and ${A.length} teacher units`
      const got = `[${a.rows}, ${a.columns}]`
      throw new RangeError(`${where}: ${name} must be [${rows}, ${columns}] for ${units}, got ${got}`)
    }
    checkLength(where, name, a.data, rows * columns)
    checkFiniteMatrix(where, name, a)
  }
  checkFiniteMatrix(where, 'v', matrix(1, v.length, v))
  checkFiniteMatrix(where, 'A', matrix(1, A.length, A))
}
