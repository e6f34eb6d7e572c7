// Deep linear networks under feedback F_l = Q_l S_l whose shapes S_l are diagonal in the teacher's left singular basis:
// every mode is solved in closed form.

import { checkFinite, checkLength, checkPositive, checkSize, diagonal, exp, log, type Matrix, multiply, pow, svd,
  transpose } from '../../tensor/index.ts'
import { curveAt, curvePower, timeUntil } from './curve.ts'

/** A teacher by its singular values, and feedback by the eigenvalues of its shapes. */
export interface ShapedTask {
  /** s_i > 0. */
  readonly spectrum: readonly number[]
  /** σ_l,i > 0 for l = 1 … L−1. */
  readonly shapes: readonly (readonly number[])[]
  /** λ_i > 0 of inputs whose covariance has the teacher's right singular vectors as eigenvectors; whitened unless given. */
  readonly variances?: readonly number[]
}

/** All modes at one time; of a layer's values the layer is first. */
export interface ShapedModes {
  /** α_l,i, the singular values of A_l, l = 1 … L. */
  readonly alignment: readonly (readonly number[])[]
  /** c_l,i, those of z_l = C_l x, l = 1 … L. */
  readonly signals: readonly (readonly number[])[]
  /** r_i = 1 − c_L,i/s_i. */
  readonly remaining: readonly number[]
}

/**
 * S = (TTᵀ)^(p/2) on the image of T. Shapes: T [n_L, n_0], returned [n_L, n_L]. Equation: theory (7.1).
 * Throws: RangeError, TypeError for an exponent that is not finite.
 */
export function teacherPower(teacher: Matrix, exponent: number): Matrix {
  checkFinite('teacherPower', 'exponent', exponent)
  const { u, s } = svd(teacher)
  const powers = s.map((value) => value > 1e-14 * s[0] ? pow(value, exponent) : 0)
  return multiply(multiply(u, diagonal(powers)), transpose(u))
}

/** σ_l = s^p_l. Equation: theory (7.1). */
export function powerShapes(spectrum: readonly number[], exponents: readonly number[]): ShapedTask['shapes'] {
  return exponents.map((p) => spectrum.map((s) => pow(s, p)))
}

/** p_l = (L − l)/L: every layer aligns perfectly in the end. Equation: theory (7.15). Throws: RangeError, TypeError for L below 1. */
export function balancedExponents(depth: number): readonly number[] {
  checkSize('balancedExponents', 'depth', depth, 1)
  return Array.from({ length: depth - 1 }, (_, index) => (depth - 1 - index) / depth)
}

/**
 * σ = s⁻¹ λ^(−n/(n−1)) for all layers, n = 2^L − 1: all modes learn at once. Equation: theory (7.18), (7.28).
 * Without variances σ = 1/s. Throws: RangeError, TypeError for L below 2, and values that are not positive.
 */
export function equalizingShape(spectrum: readonly number[], depth: number,
  variances: readonly number[] = spectrum.map(() => 1)): readonly number[]
{
  const n = curvePower(checkSize('equalizingShape', 'depth', depth, 2))
  checkTask('equalizingShape', { spectrum, shapes: [], variances })
  return spectrum.map((s, i) => pow(variances[i], -n / (n - 1)) / s)
}

/** 2^(L−1−j) for j = 1 … L−1: how often a factor g_j enters c_L. */
function weightsOf(depth: number): readonly number[] {
  return Array.from({ length: depth - 1 }, (_, index) => pow(2, depth - 2 - index))
}

/** q with ρ ∝ s^q for σ_l = s^p_l: q = (2^L − 2 + 2 Σ_j 2^(L−1−j) p_j)/(2^L − 1). Equation: theory (7.10), (7.11). */
export function rateExponent(exponents: readonly number[]): number {
  const weights = weightsOf(exponents.length + 1)
  const n = curvePower(exponents.length + 1)
  return (n - 1 + 2 * exponents.reduce((sum, p, j) => sum + weights[j] * p, 0)) / n
}

/** π_l with P_l ∝ s^π_l at convergence, l = 1 … L−1; with a = 1 − q. Equation: theory (7.14). */
export function backwardExponents(exponents: readonly number[]): readonly number[] {
  const a = 1 - rateExponent(exponents)
  let below = 0
  return exponents.map((p, index) => {
    const value = 1 - 2 * p - below - a * (pow(2, index + 1) - 1)
    below = 2 * below + 2 * p
    return value
  })
}

/** Throws: RangeError, TypeError unless all values are positive, and shapes and variances have one for every mode. */
function checkTask(where: string, { spectrum, shapes, variances }: ShapedTask): void {
  const lists: readonly (readonly [string, readonly number[]])[] = [['spectrum', spectrum],
    ...shapes.map((shape, l) => [`shapes[${l}]`, shape] as const),
    ...(variances === undefined ? [] : [['variances', variances] as const])]
  for (const [name, values] of lists) {
    checkLength(where, name, values, spectrum.length)
    for (const value of values) checkPositive(where, `elements of ${name}`, value)
  }
}

/** ln α_1 of every mode at convergence: (ln s − ln k_L − Σ_j 2^(L−1−j) ln g_j)/n, k_L = 2^(L+1−2^L). */
function logFinal({ spectrum, shapes }: ShapedTask): readonly number[] {
  const depth = shapes.length + 1
  const n = curvePower(depth)
  const weights = weightsOf(depth)
  return spectrum.map((s, i) =>
    (log(s) + (n - depth) * LN2 - shapes.reduce((sum, shape, j) => sum + 2 * weights[j] * log(shape[i]), 0)) / n
  )
}

const LN2 = 0.6931471805599453

/** ρ_i = λ_i s_i/α_1,i(∞), the clock of every mode: r_i(t) is that of `curveAt`(ρ_i t). Equation: theory (7.5), (7.27). Throws: RangeError for a task whose values are not all positive, or not one for each mode. */
export function modeRates(task: ShapedTask): readonly number[] {
  checkTask('modeRates', task)
  const { spectrum, variances } = task
  return logFinal(task).map((final, i) => (variances?.[i] ?? 1) * exp(log(spectrum[i]) - final))
}

/**
 * All modes at time t (steps times η), Infinity for the end. Equation: theory (7.3), (7.4).
 * Order: α_1 from its curve, then c_1 = α_1, α_{l+1} = c_l α_1/2^l, c_{l+1} = α_{l+1} g_l c_l.
 * Throws: as `modeRates`; RangeError for a time that is negative or NaN.
 */
export function shapedModes(task: ShapedTask, time: number): ShapedModes {
  const { shapes } = task
  const depth = shapes.length + 1
  const points = modeRates(task).map((rate) => curveAt(rate * time, depth))
  const remaining = points.map((point) => point.remaining)
  const first = logFinal(task).map((final, i) => exp(final) * points[i].reached)
  const alignment: (readonly number[])[] = [first]
  const signals: (readonly number[])[] = [first]
  for (let l = 1; l < depth; l++) {
    alignment.push(signals[l - 1].map((c, i) => c * first[i] / pow(2, l)))
    signals.push(alignment[l].map((a, i) => a * shapes[l - 1][i] * shapes[l - 1][i] * signals[l - 1][i]))
  }
  return { alignment, signals, remaining }
}

/** Σ λ s² r²/Σ λ s² at time t. Equation: theory (7.9), (7.27). */
export function shapedLoss(task: ShapedTask, time: number): number {
  const depth = task.shapes.length + 1
  const rates = modeRates(task)
  const powers = task.spectrum.map((s, i) => (task.variances?.[i] ?? 1) * s * s)
  const left = powers.reduce((sum, power, i) => {
    const r = curveAt(rates[i] * time, depth).remaining
    return sum + power * r * r
  }, 0)
  return left / powers.reduce((sum, power) => sum + power, 0)
}

/**
 * The time at which the relative loss is ε: by bisection between the times at which the fastest and the slowest mode
 * alone have r = √ε. Equation: theory (7.9). Accuracy: 1e-14, relative. Throws: RangeError for ε not between 0 and 1.
 */
export function timeToLoss(task: ShapedTask, loss: number): number {
  if (!(checkPositive('timeToLoss', 'loss', loss) < 1)) {
    throw new RangeError(`timeToLoss: loss must be below 1, got ${loss}`)
  }
  const time = timeUntil(Math.sqrt(loss), task.shapes.length + 1)
  const rates = modeRates(task)
  let early = time / rates.reduce((a, b) => Math.max(a, b))
  let late = time / rates.reduce((a, b) => Math.min(a, b))
  while (late - early > 1e-14 * late) {
    const middle = early + (late - early) / 2
    if (middle === early || middle === late) break
    if (shapedLoss(task, middle) > loss) early = middle
    else late = middle
  }
  return late
}

/**
 * 2/max λ_ij, λ_ij = Σ_l (s_i/c_l,i)·g_{l−1,j} c²_{l−1,j} at convergence: above it, steps of whitened training leave the
 * fixed point. Equation: theory (7.24).
 */
export function largestStableRate(task: ShapedTask): number {
  const { spectrum, shapes, variances } = task
  const { signals } = shapedModes(task, Infinity)
  let most = 0
  for (let i = 0; i < spectrum.length; i++) {
    for (let j = 0; j < spectrum.length; j++) {
      let sum = 0
      for (let l = 0; l < signals.length; l++) {
        const below = l === 0 ? 1 : shapes[l - 1][j] * signals[l - 1][j]
        sum += spectrum[i] / signals[l][i] * below * below
      }
      most = Math.max(most, (variances?.[j] ?? 1) * sum)
    }
  }
  return 2 / most
}
