// Online learning of a two-layer student from a two-layer teacher, simulated: a fresh Gaussian input at every step.
// What the order-parameter equations describe for infinitely many inputs, and ReLU units, for which there are none.

import { checkFinite, checkFiniteMatrix, checkLength, checkSize, choose, erf, exp, type Matrix, matrix, normalInto,
  randomStream, stepNormalsInto } from '../../tensor/index.ts'
import { checkFiniteState } from '../runge-kutta.ts'
import { fixedFeedback, generalizationErrorOf, type OrderParameters, secondMoment, type TeacherStudentActivation,
  type TeacherStudentRule } from './order-parameters.ts'

/** What changes: enough, with the options, to go on from. */
export interface OnlineState {
  /** Steps made. */
  readonly steps: number
  /** w_k as rows [K, N]. */
  readonly weights: Matrix
  /** v [K]. */
  readonly outputs: Float64Array
}

/** Options of `onlineSimulation`. */
export interface OnlineOptions {
  readonly activation: TeacherStudentActivation
  readonly rule: TeacherStudentRule
  /** N. */
  readonly inputs: number
  /** Student units K. */
  readonly units: number
  /** Learning rate η. */
  readonly rate: number
  /** Standard deviation σ of the noise on the teacher's output; 0 unless given. */
  readonly noise?: number
  /** A [M], and w̃_m as rows [M, N], drawn from N(0, 1) unless given. */
  readonly teacher: { readonly A: ArrayLike<number>; readonly weights?: Matrix }
  /** F [K]; needed by `dfa`. */
  readonly feedback?: ArrayLike<number>
  /** Standard deviation σ₀ of the initial w and v; 0.01 unless given. */
  readonly deviation?: number
  /** Decides teacher, initial student, inputs and noise, each by a stream of its own. */
  readonly seed: number
  /** Where to begin instead of at random weights. */
  readonly start?: OnlineState
}

/** A running simulation. */
export interface OnlineSimulation {
  /** (Q, R, T, v, A) where it began, for `teacherStudentFlow(…).pack`. */
  readonly initialOrderParameters: OrderParameters
  /** Steps made since random weights. */
  readonly steps: () => number
  /** t = steps/N. */
  readonly time: () => number
  /**
   * Steps until `steps` is the whole number nearest to N·time.
   * Throws: TypeError, RangeError for a time that has passed; Error when the student has diverged by then.
   */
  readonly run: (time: number) => void
  /** (Q, R, T, v, A) now, from the weights. */
  readonly orderParameters: () => OrderParameters
  /** ε_g of the order parameters: exact for these weights, nothing is sampled. */
  readonly generalizationError: () => number
  /** A copy of what changes, to be given as `start`. */
  readonly state: () => OnlineState
}

/**
 * w_k ← w_k − (η/√N) f_k e g′(λ_k) x, v_k ← v_k − (η/N) e g(λ_k), both from the values before the step, with
 * λ_k = w_k·x/√N, ρ_m = w̃_m·x/√N, e = Σ_k v_k g(λ_k) − Σ_m A_m g(ρ_m) − σζ, x ~ N(0, I) and ζ ~ N(0, 1) fresh.
 * Equation: theory (3.2), (3.3); f is F under `dfa` and v under `bp`. x and ζ are functions of (seed, step).
 * Order: dot products as four interleaved sums, (s₀ + s₂) + (s₁ + s₃); k, then m ascending in e.
 * Cost: K + M dot products, K updates and N normal numbers a step; N = 500, K = M = 2: 3.3 µs, 1.4 of them for the
 * normal numbers.
 * Accuracy: float64. With float32 weights, updates below half an ulp are lost: a ReLU student (N = 500, K = M = 2,
 * η = 0.1, F = (1, 1)) is then at ε_g = 3e-12 at t = 1500 instead of 0 to rounding, and no step is any faster.
 * Throws: TypeError, RangeError for options that do not fit together.
 */
export function onlineSimulation(options: OnlineOptions): OnlineSimulation {
  const where = 'onlineSimulation'
  const { activation, rule, rate, noise = 0, deviation = 0.01, seed, feedback, start } = options
  const N = checkSize(where, 'inputs', options.inputs, 1)
  const K = checkSize(where, 'units', options.units, 1)
  const A = Float64Array.from(options.teacher.A)
  const M = A.length
  for (const [name, value] of [['rate', rate], ['noise', noise], ['deviation', deviation]] as const) {
    checkFinite(where, name, value)
  }
  const activateInto = choose(where, 'activation', activation, ACTIVATE_INTO)
  const integral = secondMoment(where, activation)
  const F = fixedFeedback(where, rule, feedback, K)
  checkFiniteMatrix(where, 'teacher.A', matrix(1, M, A))
  // All weight vectors as rows, the student's first, in one array: one loop computes all fields.
  const w = new Float64Array((K + M) * N)
  const v = new Float64Array(K)
  const teacher = w.subarray(K * N)
  if (options.teacher.weights === undefined) normalInto(teacher, randomStream(seed, 'online/teacher'))
  else teacher.set(checkWeights(where, 'teacher.weights', options.teacher.weights, M, N))
  let steps = 0
  if (start === undefined) {
    normalInto(w.subarray(0, K * N), randomStream(seed, 'online/weights'), deviation)
    normalInto(v, randomStream(seed, 'online/outputs'), deviation)
  } else {
    steps = checkSize(where, 'start.steps', start.steps)
    w.set(checkWeights(where, 'start.weights', start.weights, K, N))
    checkLength(where, 'start.outputs', start.outputs, K)
    checkFiniteMatrix(where, 'start.outputs', matrix(1, K, start.outputs))
    v.set(start.outputs)
  }
  const f = F ?? v
  const stream = randomStream(seed, 'online/inputs')
  const x = new Float64Array(N + 1) // the last element is ζ
  const fields = new Float64Array(K + M)
  const values = new Float64Array(K + M)
  const slopes = new Float64Array(K)
  const root = Math.sqrt(N)

  const advance = (): void => {
    stepNormalsInto(x, stream, steps)
    dotRowsInto(fields, w, x, N)
    for (let a = 0; a < K + M; a++) fields[a] /= root
    activateInto(values, slopes, fields)
    let e = -noise * x[N]
    for (let k = 0; k < K; k++) e += v[k] * values[k]
    for (let m = 0; m < M; m++) e -= A[m] * values[K + m]
    for (let k = 0; k < K; k++) addScaledRow(w, k * N, -rate / root * f[k] * e * slopes[k], x, N)
    for (let k = 0; k < K; k++) v[k] -= rate / N * e * values[k]
    steps++
  }

  const orderParameters = (): OrderParameters =>
    orderParametersOf(matrix(K, N, w.slice(0, K * N)), matrix(M, N, teacher.slice()), v, A)
  return {
    initialOrderParameters: orderParameters(),
    steps: () => steps,
    time: () => steps / N,
    run(time) {
      const until = Math.floor(checkFinite('run', 'time', time) * N + 0.5)
      if (until < steps) throw new RangeError(`run: time must be at least ${steps / N}, got ${time}`)
      while (steps < until) advance()
      // A weight that is not finite makes e so, and every output, at the next step.
      checkFiniteState('run', v, steps / N, 'v')
    },
    orderParameters,
    generalizationError: () => generalizationErrorOf(integral, orderParameters()),
    state: () => ({ steps, weights: matrix(K, N, w.slice(0, K * N)), outputs: v.slice() }),
  }
}

/**
 * Q_kl = w_k·w_l/N, R_km = w_k·w̃_m/N, T_mn = w̃_m·w̃_n/N; v and A are copied.
 * Equation: theory (3.4). Shapes: weights [K, N], teacher [M, N]. Throws: RangeError.
 */
export function orderParametersOf(weights: Matrix, teacher: Matrix, outputs: ArrayLike<number>,
  teacherOutputs: ArrayLike<number>): OrderParameters
{
  const where = 'orderParametersOf'
  checkLength(where, 'outputs', outputs, weights.rows)
  checkLength(where, 'teacherOutputs', teacherOutputs, teacher.rows)
  checkWeights(where, 'teacher', teacher, teacherOutputs.length, weights.columns)
  return {
    Q: overlaps(weights, weights),
    R: overlaps(weights, teacher),
    T: overlaps(teacher, teacher),
    v: Float64Array.from(outputs),
    A: Float64Array.from(teacherOutputs),
  }
}

/** a_i·b_j/N of the rows; exactly symmetric for a = b. */
function overlaps(a: Matrix, b: Matrix): Matrix {
  const out = matrix(a.rows, b.rows)
  for (let i = 0; i < a.rows; i++) {
    const x = a.data.subarray(i * a.columns, (i + 1) * a.columns)
    dotRowsInto(out.data.subarray(i * b.rows, (i + 1) * b.rows), b.data, x, a.columns)
  }
  for (let i = 0; i < out.data.length; i++) out.data[i] /= a.columns
  return out
}

function checkWeights(where: string, name: string, weights: Matrix, rows: number, columns: number): Float64Array {
  if (weights.rows !== rows || weights.columns !== columns) {
    throw new RangeError(`${where}: ${name} must be [${rows}, ${columns}], got [${weights.rows}, ${weights.columns}]`)
  }
  checkFiniteMatrix(where, name, weights)
  return weights.data
}

/** out_r := w_r·x over the first n elements of x, w holding rows of n. Order: four interleaved sums. */
function dotRowsInto(out: Float64Array, w: Float64Array, x: Float64Array, n: number): void {
  const whole = n & -4
  for (let r = 0; r < out.length; r++) {
    const from = r * n
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0
    for (let i = 0; i < whole; i += 4) {
      s0 += w[from + i] * x[i]
      s1 += w[from + i + 1] * x[i + 1]
      s2 += w[from + i + 2] * x[i + 2]
      s3 += w[from + i + 3] * x[i + 3]
    }
    if (whole < n) s0 += w[from + whole] * x[whole]
    if (whole + 1 < n) s1 += w[from + whole + 1] * x[whole + 1]
    if (whole + 2 < n) s2 += w[from + whole + 2] * x[whole + 2]
    out[r] = s0 + s2 + (s1 + s3)
  }
}

/** w[from + i] += factor·x[i], i < n. */
function addScaledRow(w: Float64Array, from: number, factor: number, x: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) w[from + i] += factor * x[i]
}

const ROOT_HALF = 0.7071067811865476
const ROOT_TWO_OVER_PI = 0.7978845608028654

/** values_a := g(x_a) of all fields, slopes_k := g′(x_k) of the first; g(x) = erf(x/√2), max(x, 0) or x. */
type ActivateInto = (values: Float64Array, slopes: Float64Array, x: Float64Array) => void

const ACTIVATE_INTO: Readonly<Record<TeacherStudentActivation, ActivateInto>> = {
  erf: (values, slopes, x) => {
    for (let a = 0; a < x.length; a++) values[a] = erf(ROOT_HALF * x[a])
    for (let k = 0; k < slopes.length; k++) slopes[k] = ROOT_TWO_OVER_PI * exp(-x[k] * x[k] / 2)
  },
  relu: (values, slopes, x) => {
    for (let a = 0; a < x.length; a++) values[a] = x[a] > 0 ? x[a] : 0
    for (let k = 0; k < slopes.length; k++) slopes[k] = x[k] > 0 ? 1 : 0
  },
  linear: (values, slopes, x) => {
    values.set(x)
    slopes.fill(1)
  },
}
