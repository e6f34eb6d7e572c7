// The order-parameter equations of online learning in the limit of many inputs: direct feedback alignment and
// backpropagation of a two-layer student, as one derivative for any integrator.

import { checkFinite, checkLength, checkSize, choose, type Matrix, matrix } from '../../tensor/index.ts'
import { erfIntegrals, type GaussianIntegrals, linearIntegrals } from './gaussian-integrals.ts'
import { checkOrderParameters, fixedFeedback, halfMeanSquare, type OrderParameters,
  type TeacherStudentRule } from './order-parameters.ts'

/** What fixes the equations. */
export interface FlowOptions {
  /** Units with a closed I₄; for ReLU see `onlineSimulation`. */
  readonly activation: 'erf' | 'linear'
  readonly rule: TeacherStudentRule
  /** Student units K. */
  readonly units: number
  /** Learning rate η. */
  readonly rate: number
  /** Standard deviation σ of the noise on the teacher's output; 0 unless given. */
  readonly noise?: number
  /** Output weights A [M] and overlaps T [M, M] of the teacher. */
  readonly teacher: { readonly A: ArrayLike<number>; readonly T: Matrix }
  /** F [K]; needed by `dfa`. */
  readonly feedback?: ArrayLike<number>
}

/** The equations on a flat state: the upper triangle of Q by rows, R by rows, v. */
export interface TeacherStudentFlow {
  /** K(K+1)/2 + KM + K. */
  readonly size: number
  /** dy := dy/dt at y; the equations do not depend on t. Allocates nothing. */
  readonly derivative: (t: number, y: Float64Array, dy: Float64Array) => void
  /** The state of these order parameters, whose T and A must be the teacher's. Throws: RangeError. */
  readonly pack: (parameters: OrderParameters) => Float64Array
  /** The order parameters of a state, T and A being the teacher's. */
  readonly unpack: (y: Float64Array) => OrderParameters
  /** ε_g = ½ Σ_ab c_a c_b I₂(a, b) at y. Accuracy: see `generalizationError`. */
  readonly generalizationError: (y: Float64Array) => number
}

/** dR_im/dt = −η f_i Σ_a c_a I₃(i, m, a). Equation: theory (3.9), m the teacher's field. */
function overlapRate(integrals: GaussianIntegrals, C: Matrix, c: Float64Array, f: ArrayLike<number>, rate: number,
  i: number, m: number): number
{
  return -rate * f[i] * drift(integrals, C, c, i, m)
}

/**
 * dQ_ik/dt = −η f_i Σ_a c_a I₃(i, k, a) − η f_k Σ_a c_a I₃(k, i, a)
 *            + η² f_i f_k [Σ_ab c_a c_b I₄(i, k, a, b) + σ² J₂(i, k)].
 * Equation: theory (3.11).
 */
function studentOverlapRate(integrals: GaussianIntegrals, C: Matrix, c: Float64Array, f: ArrayLike<number>,
  rate: number, variance: number, i: number, k: number): number
{
  const first = f[i] * drift(integrals, C, c, i, k) + f[k] * drift(integrals, C, c, k, i)
  const second = diffusion(integrals, C, c, i, k) + (variance === 0 ? 0 : variance * integrals.J2(C, i, k))
  return rate * (rate * f[i] * f[k] * second - first)
}

/** dv_i/dt = −η Σ_a c_a I₂(i, a). Equation: theory (3.12). */
function outputRate({ I2 }: GaussianIntegrals, C: Matrix, c: Float64Array, rate: number, i: number): number {
  let total = 0
  for (let a = 0; a < c.length; a++) total += c[a] * I2(C, i, a)
  return -rate * total
}

/** E[g′(x_i) x_b e] = Σ_a c_a I₃(i, b, a). */
function drift({ I3 }: GaussianIntegrals, C: Matrix, c: Float64Array, i: number, b: number): number {
  let total = 0
  for (let a = 0; a < c.length; a++) total += c[a] * I3(C, i, b, a)
  return total
}

/** E[g′(x_i) g′(x_k) e²] = Σ_ab c_a c_b I₄(i, k, a, b), pairs a < b once and doubled. */
function diffusion({ I4 }: GaussianIntegrals, C: Matrix, c: Float64Array, i: number, k: number): number {
  let total = 0
  for (let a = 0; a < c.length; a++) {
    let row = 0
    for (let b = a + 1; b < c.length; b++) row += c[b] * I4(C, i, k, a, b)
    total += c[a] * (c[a] * I4(C, i, k, a, a) + 2 * row)
  }
  return total
}

const INTEGRALS: Readonly<Record<FlowOptions['activation'], GaussianIntegrals>> = {
  erf: erfIntegrals,
  linear: linearIntegrals,
}

/**
 * d(Q, R, v)/dt of online learning as N → ∞, t = steps/N, with T and A constant.
 * Equation: theory (3.9), (3.11), (3.12); f is F under `dfa` and v under `bp`.
 * Cost: K(K+1)/2·(K+M)(K+M+1)/2 integrals I₄ for one derivative; 1.2 µs for K = M = 2.
 * Throws: TypeError, RangeError for options that do not fit together.
 */
export function teacherStudentFlow(options: FlowOptions): TeacherStudentFlow {
  const where = 'teacherStudentFlow'
  const { activation, rule, units, rate, noise = 0, teacher: { A, T }, feedback } = options
  const K = checkSize(where, 'units', units, 1)
  const M = A.length
  checkFinite(where, 'rate', rate)
  checkFinite(where, 'noise', noise)
  const integrals = choose(where, 'activation', activation, INTEGRALS)
  const given = fixedFeedback(where, rule, feedback, K)
  const a = Float64Array.from(A)
  const unpackQ = K * (K + 1) / 2
  const size = unpackQ + K * M + K
  // The covariance and the coefficients of the derivative being computed; the teacher's part is set once.
  const n = K + M
  const C = matrix(n, n)
  const c = new Float64Array(n)
  const fixed: OrderParameters = { Q: matrix(K, K), R: matrix(K, M), T, v: new Float64Array(K), A: a }
  checkOrderParameters(where, fixed)
  for (let m = 0; m < M; m++) {
    c[K + m] = -a[m]
    for (let j = 0; j < M; j++) C.data[(K + m) * n + K + j] = T.data[m * M + j]
  }

  const load = (y: Float64Array): void => {
    let at = 0
    for (let i = 0; i < K; i++) {
      for (let k = i; k < K; k++) C.data[i * n + k] = C.data[k * n + i] = y[at++]
    }
    for (let i = 0; i < K; i++) {
      for (let m = K; m < n; m++) C.data[i * n + m] = C.data[m * n + i] = y[at++]
    }
    for (let i = 0; i < K; i++) c[i] = y[at++]
  }

  return {
    size,
    derivative(_t, y, dy) {
      load(y)
      const f = given ?? c // the first K coefficients are v
      let at = 0
      for (let i = 0; i < K; i++) {
        for (let k = i; k < K; k++) dy[at++] = studentOverlapRate(integrals, C, c, f, rate, noise * noise, i, k)
      }
      for (let i = 0; i < K; i++) {
        for (let m = K; m < n; m++) dy[at++] = overlapRate(integrals, C, c, f, rate, i, m)
      }
      for (let i = 0; i < K; i++) dy[at++] = outputRate(integrals, C, c, rate, i)
    },
    pack(parameters) {
      checkOrderParameters('pack', parameters)
      const { Q, R, T: overlaps, v, A: outputs } = parameters
      if (v.length !== K) throw new RangeError(`pack: v must have ${K} elements, got ${v.length}`)
      if (!sameNumbers(overlaps.data, T.data) || !sameNumbers(outputs, a)) {
        throw new RangeError('pack: T and A must be those of the teacher, got others')
      }
      const y = new Float64Array(size)
      let at = 0
      for (let i = 0; i < K; i++) for (let k = i; k < K; k++) y[at++] = Q.data[i * K + k]
      y.set(R.data, unpackQ)
      y.set(v, unpackQ + K * M)
      return y
    },
    unpack(y) {
      checkLength('unpack', 'y', y, size)
      const Q = matrix(K, K)
      let at = 0
      for (let i = 0; i < K; i++) for (let k = i; k < K; k++) Q.data[i * K + k] = Q.data[k * K + i] = y[at++]
      return { Q, R: matrix(K, M, y.slice(at, at + K * M)), T, v: y.slice(at + K * M), A: a }
    },
    generalizationError(y) {
      checkLength('generalizationError', 'y', y, size)
      load(y)
      return halfMeanSquare(integrals.I2, C, c)
    },
  }
}

function sameNumbers(x: ArrayLike<number>, y: ArrayLike<number>): boolean {
  if (x.length !== y.length) return false
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false
  return true
}
