// Ordinary differential equations with a step that follows the solution: an embedded pair of fifth and fourth order.

import { checkFinite, checkPositive, checkSize, pow } from '../tensor/index.ts'
import { checkFiniteState, checkState, checkTimes, type Derivative, type Trajectory } from './runge-kutta.ts'

/** Options of `integrateAdaptive`. */
export interface AdaptiveOptions {
  /** Tolerance of a step relative to |y_i|; 1e-8 unless given. */
  readonly relative?: number
  /** Tolerance of a step where y_i is small; 1e-10 unless given. */
  readonly absolute?: number
  /** First step to try; chosen from the derivative unless given. */
  readonly firstStep?: number
  /** Greatest step; none unless given. */
  readonly greatestStep?: number
  /** Steps, rejected ones included, after which to give up; 1,000,000 unless given. */
  readonly mostSteps?: number
}

// Weights of the seven stages: Dormand & Prince 1980, J. Comp. Appl. Math. 6, table 2.
const NODES: readonly number[] = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1]
const STAGES: readonly (readonly number[])[] = [[], [1 / 5], [3 / 40, 9 / 40], [44 / 45, -56 / 15, 32 / 9], [
  19372 / 6561,
  -25360 / 2187,
  64448 / 6561,
  -212 / 729,
], [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656]]
const FIFTH: readonly number[] = [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84]
/** Fifth minus fourth order, the seventh stage included. */
const DIFFERENCE: readonly number[] = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]

// A step changes by the factor 0.9·error^(−1/5), between 0.2 and 5 and not upwards after a rejection
// (Hairer, Nørsett & Wanner, Solving ODEs I, section II.4).
const SAFETY = 0.9
const LEAST_FACTOR = 0.2
const GREATEST_FACTOR = 5
const EPSILON = 2.220446049250313e-16

/** A step that differs from the rounded one by this part of the relative tolerance is used as it is. */
const UNSEEN = 0.01

/**
 * y(times[j]) of dy/dt = f(t, y), y(times[0]) = initial, each kept step with an estimated error of at most
 * absolute + relative·max(|y_i|, |new y_i|) in every component.
 * Equation: the pair 5(4) of Dormand & Prince 1980; the fifth-order value goes on, its last stage is the next first.
 * Accuracy: of the single step; the whole error is that times how much the solution amplifies disturbances. Steps are
 * shortened to land on every requested time, so that no interpolation adds its own. t is rounded after every step; where
 * that is more than a hundredth of the relative tolerance of the step (late times, short steps), the step used is the
 * rounded one, so that t and y never part.
 * Cost: 6 derivatives a step, kept or not; no allocation in it.
 * Throws: TypeError, RangeError for wrong arguments; Error when the first derivative is not finite, when a step does not
 * advance t or underflows (naming what is not finite behind it, if so) or when `mostSteps` are spent.
 */
export function integrateAdaptive(derivative: Derivative, initial: Float64Array, times: ArrayLike<number>,
  options: AdaptiveOptions = {}): Trajectory
{
  const where = 'integrateAdaptive'
  const { relative = 1e-8, absolute = 1e-10, firstStep, greatestStep = Infinity, mostSteps = 1_000_000 } = options
  checkTolerances(where, relative, absolute)
  if (firstStep !== undefined) checkPositive(where, 'firstStep', firstStep)
  if (greatestStep !== Infinity) checkPositive(where, 'greatestStep', greatestStep)
  checkSize(where, 'mostSteps', mostSteps, 1)
  const at = checkTimes(where, times)
  let y = checkState(where, initial).slice()
  const size = y.length
  const k = Array.from({ length: 7 }, () => new Float64Array(size))
  let next = new Float64Array(size)
  const states = [y.slice()]
  let steps = 0, rejected = 0, evaluations = 1
  let t = at[0]
  derivative(t, y, k[0])
  checkFiniteState(where, k[0], t, 'derivative')
  if (firstStep === undefined) evaluations++
  let h: number = firstStep ?? startingStep(derivative, t, y, k[0], next, k[1], relative, absolute)
  if (firstStep === undefined) h = Math.max(h, EPSILON * Math.abs(t)) // at least one step of t
  h = Math.min(h, greatestStep)
  for (let j = 1; j < at.length; j++) {
    let afterRejection = false
    while (t < at[j]) {
      const last = h >= at[j] - t
      const reached = last ? at[j] : t + h
      const taken = reached - t
      if (taken === 0) throw new Error(`${where}: step must advance t, got ${h} at t = ${t}`)
      const step = last || Math.abs(taken - h) > UNSEEN * relative * h ? taken : h
      if (steps + rejected >= mostSteps) {
        throw new Error(`${where}: time ${at[j]} must be reached within ${mostSteps} steps, got to t = ${t}`)
      }
      for (let stage = 1; stage < 6; stage++) {
        combine(next, y, step, STAGES[stage], k)
        derivative(t + NODES[stage] * step, next, k[stage])
      }
      combine(next, y, step, FIFTH, k)
      derivative(reached, next, k[6])
      evaluations += 6
      const error = errorNorm(y, next, step, k, relative, absolute)
      // Too long a step may leave the domain of the equations: not finite counts as an error without bound.
      const factor = error === 0 ? GREATEST_FACTOR
        : error < Infinity ? Math.min(Math.max(SAFETY * pow(error, -0.2), LEAST_FACTOR), GREATEST_FACTOR) : LEAST_FACTOR
      if (!(error <= 1)) {
        rejected++
        afterRejection = true
        h = step * factor
        // From here on t + h/5 is t: nothing can be learnt from a shorter step.
        if (h <= 8 * EPSILON * Math.abs(t) || h === 0) {
          checkFiniteState(where, next, t)
          checkFiniteState(where, k[6], t, 'derivative')
          throw new Error(`${where}: step must stay above rounding, got ${h} at t = ${t}`)
        }
        continue
      }
      steps++
      t = reached
      const previous = y
      y = next
      next = previous
      const first = k[0]
      k[0] = k[6]
      k[6] = first
      const proposed = step * (afterRejection ? Math.min(factor, 1) : factor)
      // A step cut to land on a requested time says little about the next one: keep the longer of the two.
      h = Math.min(last ? Math.max(h, proposed) : proposed, greatestStep)
      afterRejection = false
    }
    states.push(y.slice())
  }
  return { times: at, states, steps, rejected, evaluations }
}

function checkTolerances(where: string, relative: number, absolute: number): void {
  checkFinite(where, 'relative', relative)
  checkFinite(where, 'absolute', absolute)
  if (relative < 0 || absolute < 0 || relative + absolute === 0) {
    const got = `${relative} and ${absolute}`
    throw new RangeError(`${where}: relative and absolute must be at least 0 and not both 0, got ${got}`)
  }
}

/** out := y + h Σ_s weights[s]·k[s], s ascending. */
function combine(out: Float64Array, y: Float64Array, h: number, weights: readonly number[],
  k: readonly Float64Array[]): void
{
  for (let i = 0; i < out.length; i++) {
    let total = 0
    for (let s = 0; s < weights.length; s++) total += weights[s] * k[s][i]
    out[i] = y[i] + h * total
  }
}

/** max_i |h Σ_s difference_s k_s| / (absolute + relative·max(|y_i|, |new y_i|)); NaN and ∞ give ∞. */
function errorNorm(y: Float64Array, next: Float64Array, h: number, k: readonly Float64Array[], relative: number,
  absolute: number): number
{
  let worst = 0
  for (let i = 0; i < y.length; i++) {
    let total = 0
    for (let s = 0; s < 7; s++) total += DIFFERENCE[s] * k[s][i]
    const difference = Math.abs(h * total)
    const scale = absolute + relative * Math.max(Math.abs(y[i]), Math.abs(next[i]))
    const ratio = difference === 0 ? 0 : difference / scale
    if (!(ratio < Infinity) || !Number.isFinite(next[i])) return Infinity
    worst = Math.max(worst, ratio)
  }
  return worst
}

/**
 * A first step whose error should be below the tolerance, from the sizes of y, y′ and a difference quotient for y″.
 * Equation: Hairer, Nørsett & Wanner, Solving ODEs I, section II.4, starting step size, in the maximum norm.
 */
function startingStep(derivative: Derivative, t: number, y: Float64Array, dy: Float64Array, trial: Float64Array,
  slope: Float64Array, relative: number, absolute: number): number
{
  const norm = (value: (i: number) => number): number => {
    let worst = 0
    for (let i = 0; i < y.length; i++) {
      const size = Math.abs(value(i))
      if (size > 0) worst = Math.max(worst, size / (absolute + relative * Math.abs(y[i])))
    }
    return worst
  }
  const d0 = norm((i) => y[i])
  const d1 = norm((i) => dy[i])
  // y = 0 under a relative tolerance alone makes d1 infinite.
  const guess = d0 < 1e-5 || d1 < 1e-5 || !(d1 < Infinity) ? 1e-6 : 0.01 * d0 / d1
  for (let i = 0; i < y.length; i++) trial[i] = y[i] + guess * dy[i]
  derivative(t + guess, trial, slope)
  const d2 = norm((i) => slope[i] - dy[i]) / guess
  const most = Math.max(d1, d2)
  const wanted = most <= 1e-15 ? Math.max(1e-6, guess * 1e-3) : pow(0.01 / most, 0.2)
  return wanted > 0 ? Math.min(100 * guess, wanted) : guess
}
