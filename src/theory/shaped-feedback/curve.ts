// The one curve that every mode of every shape follows: dw/dτ = 1 − wⁿ, w(0) = 0, n = 2^L − 1.
// r = 1 − wⁿ is what the mode has still to learn, relative to its singular value.

import { checkSize, exp, log, log1p, pow } from '../../tensor/index.ts'

/** n = 2^L − 1. Throws: TypeError, RangeError for L outside of 1 … 40. */
export function curvePower(depth: number): number {
  if (checkSize('curvePower', 'depth', depth, 1) > 40) {
    throw new RangeError(`curvePower: depth must be at most 40, got ${depth}`)
  }
  return pow(2, depth) - 1
}

/**
 * τ at which r is left: τ = Σ_j w^(nj+1)/(nj+1), w = (1 − r)^(1/n); 0 at r = 1, Infinity at r = 0.
 * Equation: theory (7.7) down to r = ½, theory (7.8) below, where the first would need 1/r terms.
 * Accuracy: some ε, relative. Throws: RangeError for r outside of 0 … 1.
 */
export function timeUntil(remaining: number, depth: number): number {
  if (!(remaining >= 0 && remaining <= 1)) {
    throw new RangeError(`timeUntil: remaining must be in 0 … 1, got ${remaining}`)
  }
  const n = curvePower(depth)
  if (remaining >= 0.5) return beginning(1 - remaining, n)
  return remaining === 0 ? Infinity : beginning(0.5, n) + end(-log(remaining), n)
}

/** Σ_j x^(j+1/n)/(nj + 1) for x ≤ ½. */
function beginning(x: number, n: number): number {
  return x === 0 ? 0 : pow(x, 1 / n) * series(x, n)
}

/** Σ_j x^j/(nj + 1) for x ≤ ½. */
function series(x: number, n: number): number {
  let power = 1
  let sum = 0
  for (let j = 0; j < TERMS; j++) {
    sum += power / (n * j + 1)
    power *= x
  }
  return sum
}

/** τ(r = e^−y) − τ(½) = (1/n)·(y − ln 2 + Σ_k (β)_k/k!·(2^−k − e^−ky)/k), β = 1 − 1/n, for y ≥ ln 2. */
function end(y: number, n: number): number {
  const beta = 1 - 1 / n
  let coefficient = 1
  let sum = 0
  let half = 1, left = 1
  const r = exp(-y)
  for (let k = 1; k <= TERMS; k++) {
    coefficient *= (beta + k - 1) / k
    half /= 2
    left *= r
    sum += coefficient * (half - left) / k
  }
  return (y - LN2 + sum) / n
}

/** Terms fall at least by halves: what is left out is below 2^−60. */
const TERMS = 60
const LN2 = 0.6931471805599453

/** Where the curve is. */
export interface CurvePoint {
  /** w. */
  readonly reached: number
  /** r = 1 − wⁿ, not by that difference where it is small. */
  readonly remaining: number
}

/**
 * w and r at time τ ≥ 0: the inverse of `timeUntil`. Equation: theory (7.6).
 * Order: Newton steps in w, or in ln r once half is learnt; both come from the side where they are too short, so that
 * none overshoots. Throws: RangeError for τ that is negative or NaN.
 */
export function curveAt(time: number, depth: number): CurvePoint {
  if (!(time >= 0)) throw new RangeError(`curveAt: time must not be negative, got ${time}`)
  const n = curvePower(depth)
  const middle = beginning(0.5, n)
  if (time === Infinity) return { reached: 1, remaining: 0 }
  if (time <= middle) {
    // τ(w) is convex and τ ≥ w.
    let w = Math.min(time, pow(0.5, 1 / n))
    for (let step = 0; step < STEPS; step++) {
      const x = pow(w, n)
      const change = (w * series(x, n) - time) * (1 - x)
      w -= change
      if (Math.abs(change) <= 1e-16 * w) break
    }
    return { reached: w, remaining: 1 - pow(w, n) }
  }
  let y = LN2
  for (let step = 0; step < STEPS; step++) {
    // dτ/dy = (1 − e^−y)^(1/n − 1)/n.
    const change = (time - middle - end(y, n)) * n * exp((1 - 1 / n) * log1p(-exp(-y)))
    y += change
    if (Math.abs(change) <= 1e-16 * y) break
  }
  return { reached: exp(log1p(-exp(-y)) / n), remaining: exp(-y) }
}

const STEPS = 60
