// Averages over jointly Gaussian local fields, in closed form: what the order-parameter equations are made of.
//   I₂(a,b) = E[g(x_a) g(x_b)]            I₃(a,b,c) = E[g′(x_a) x_b g(x_c)]
//   J₂(a,b) = E[g′(x_a) g′(x_b)]          I₄(a,b,c,d) = E[g′(x_a) g′(x_b) g(x_c) g(x_d)]
// for x ~ N(0, C); indices may coincide: theory (3.8). g(x) = erf(x/√2), x or max(x, 0).

import { asin, type Matrix } from '../../tensor/index.ts'

const TWO_OVER_PI = 0.6366197723675814
const PI = 3.141592653589793

/** The integrals of one activation. C is the covariance [n, n] of all fields, a … d are indices into it. */
export interface GaussianIntegrals {
  /** E[g(x_a) g(x_b)]. */
  readonly I2: (C: Matrix, a: number, b: number) => number
  /** E[g′(x_a) x_b g(x_c)]. */
  readonly I3: (C: Matrix, a: number, b: number, c: number) => number
  /** E[g′(x_a) g′(x_b) g(x_c) g(x_d)]. */
  readonly I4: (C: Matrix, a: number, b: number, c: number, d: number) => number
  /** E[g′(x_a) g′(x_b)]. */
  readonly J2: (C: Matrix, a: number, b: number) => number
}

/**
 * asin x with x clamped to [−1, 1]; NaN stays NaN.
 * Why: the arguments below are correlations, at most 1 in exact arithmetic. ReLU fields that are multiples of one
 * another reach it and erf fields of variance above 2⁵³ do, where the rounded quotient can be 1 + 2⁻⁵².
 */
function asinOfCorrelation(x: number): number {
  return asin(Math.max(-1, Math.min(1, x)))
}

/**
 * C_ab / √((1 + C_aa)(1 + C_bb)), the correlation of two fields of which each has got noise of variance 1.
 * Order: the root of the product, or, where that overflows (variances of 1e154 on), the product of the roots.
 */
export function tiltedCorrelation({ data, columns: n }: Matrix, a: number, b: number): number {
  const p = 1 + data[a * n + a]
  const q = 1 + data[b * n + b]
  const product = p * q
  return data[a * n + b] / (product === Infinity ? Math.sqrt(p) * Math.sqrt(q) : Math.sqrt(product))
}

/** I₂ = (2/π) asin(C_ab / √((1 + C_aa)(1 + C_bb))), erf. Equation: theory (3.14). */
function erfI2(C: Matrix, a: number, b: number): number {
  return TWO_OVER_PI * asinOfCorrelation(tiltedCorrelation(C, a, b))
}

/**
 * I₃ = (2/π) [C_bc(1 + C_aa) − C_ab C_ac] / [(1 + C_aa) √Λ₃], Λ₃ = (1 + C_aa)(1 + C_cc) − C_ac², erf.
 * Equation: theory (3.17).
 */
function erfI3({ data, columns: n }: Matrix, a: number, b: number, c: number): number {
  const p = 1 + data[a * n + a]
  const ac = data[a * n + c]
  const lambda3 = p * (1 + data[c * n + c]) - ac * ac
  return TWO_OVER_PI * (data[b * n + c] * p - data[a * n + b] * ac) / (p * Math.sqrt(lambda3))
}

/**
 * I₄ = (4/π²) Λ₄^(−½) asin(Λ₀ / √(Λ₁Λ₂)), erf, with p = 1 + C_aa, q = 1 + C_bb:
 *   Λ₄ = pq − C_ab²
 *   Λ₀ = Λ₄C_cd − C_bc C_bd p − C_ac C_ad q + C_ab C_ac C_bd + C_ab C_ad C_bc
 *   Λ₁ = Λ₄(1 + C_cc) − C_bc² p − C_ac² q + 2C_ab C_ac C_bc, Λ₂ the same with d for c.
 * Equation: theory (3.18), (3.19).
 * Accuracy: Λ₄ = det(I + C) of (a, b) and Λ₁, Λ₂ of three fields are at least 1; for correlated fields of variance s
 * the differences lose about 2·log₁₀ s digits.
 */
function erfI4({ data, columns: n }: Matrix, a: number, b: number, c: number, d: number): number {
  const p = 1 + data[a * n + a]
  const q = 1 + data[b * n + b]
  const ab = data[a * n + b], ac = data[a * n + c], ad = data[a * n + d], bc = data[b * n + c], bd = data[b * n + d]
  const lambda4 = p * q - ab * ab
  const lambda0 = lambda4 * data[c * n + d] - bc * bd * p - ac * ad * q + ab * ac * bd + ab * ad * bc
  const lambda1 = lambda4 * (1 + data[c * n + c]) - bc * bc * p - ac * ac * q + 2 * ab * ac * bc
  const lambda2 = lambda4 * (1 + data[d * n + d]) - bd * bd * p - ad * ad * q + 2 * ab * ad * bd
  // The product of the roots: that of the Λ overflows from fields of variance 1e77 on, half as soon.
  const correlation = lambda0 / (Math.sqrt(lambda1) * Math.sqrt(lambda2))
  return TWO_OVER_PI * TWO_OVER_PI * asinOfCorrelation(correlation) / Math.sqrt(lambda4)
}

/** J₂ = (2/π) / √((1 + C_aa)(1 + C_bb) − C_ab²), erf. Equation: theory (3.16). */
function erfJ2({ data, columns: n }: Matrix, a: number, b: number): number {
  const ab = data[a * n + b]
  return TWO_OVER_PI / Math.sqrt((1 + data[a * n + a]) * (1 + data[b * n + b]) - ab * ab)
}

/** I₂ … J₂ of g(x) = erf(x/√2), g′(x) = √(2/π) e^(−x²/2). */
export const erfIntegrals: GaussianIntegrals = { I2: erfI2, I3: erfI3, I4: erfI4, J2: erfJ2 }

/** I₂ = C_ab, I₃ = C_bc, I₄ = C_cd, J₂ = 1 of g(x) = x. Equation: theory (3.20). */
export const linearIntegrals: GaussianIntegrals = {
  I2: ({ data, columns: n }, a, b) => data[a * n + b],
  I3: ({ data, columns: n }, _a, b, c) => data[b * n + c],
  I4: ({ data, columns: n }, _a, _b, c, d) => data[c * n + d],
  J2: () => 1,
}

/**
 * I₂ = √(C_aa C_bb)/(2π) · [sin θ + (π − θ) cos θ], cos θ = C_ab/√(C_aa C_bb), of g(x) = max(x, 0).
 * Equation: theory (3.21). 0 when either field is constant. There is no closed I₄.
 */
export function reluI2({ data, columns: n }: Matrix, a: number, b: number): number {
  const size = Math.sqrt(data[a * n + a]) * Math.sqrt(data[b * n + b])
  if (size === 0) return 0
  // Fields that are multiples of one another: the quotient may round to beyond ±1.
  const cosine = Math.max(-1, Math.min(1, data[a * n + b] / size))
  const sine = Math.sqrt((1 - cosine) * (1 + cosine))
  // π − θ = π/2 + asin(cos θ).
  return size / (2 * PI) * (sine + (PI / 2 + asin(cosine)) * cosine)
}
