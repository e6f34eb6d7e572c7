// Non-negative matrix factorization, for feedback that knows where a layer's receptive fields are.

import { checkSize, innerProduct, type Matrix, matrix, multiply, normalizingFactor, type RandomStream, scaled,
  transpose, uniform } from '../tensor/index.ts'
import { type SparseRows, sparseTimes, sparseTransposeTimes } from './sparse-rows.ts'

/** a ≈ left·rightᵀ with no negative element. */
export interface NonNegativeFactors {
  /** [m, r]. */
  readonly left: Matrix
  /** [n, r]. */
  readonly right: Matrix
  /** ‖a − left·rightᵀ‖/‖a‖ at the start and after each sweep; never rising, but for rounding of up to 1e-7. */
  readonly residuals: readonly number[]
}

/**
 * min ‖A − U Vᵀ‖ over U, V ≥ 0 by multiplicative updates: U ← U ∘ (A V)/(U VᵀV), V ← V ∘ (AᵀU)/(V UᵀU).
 * Equation: theory (4.11); Lee & Seung 2001, theorem 1.
 * Shapes: a [m, n] with no negative entry, U [m, rank], V [n, rank].
 * The start is uniform in (0, 1], scaled to the mean of A; the local minimum found depends on it, and on nothing else.
 * Cost: per sweep 4·rank flops for each entry of a that is not zero, and 4·(m + n)·rank².
 * Accuracy: A is scaled by an even power of two and each factor back by its root, so that the scale of A does not matter.
 * Throws: RangeError for negative or infinite entries, TypeError or RangeError for a rank or a number of sweeps below 1.
 */
export function nonNegativeFactors(a: SparseRows, rank: number, sweeps: number,
  stream: RandomStream): NonNegativeFactors
{
  checkSize('nonNegativeFactors', 'rank', rank, 1)
  checkSize('nonNegativeFactors', 'sweeps', sweeps, 1)
  let most = 0
  for (const value of a.values) {
    if (!(value >= 0)) throw new RangeError(`nonNegativeFactors: a must have no negative entry, got ${value}`)
    if (value === Infinity) throw new RangeError('nonNegativeFactors: a must hold finite numbers only, got Infinity')
    most = Math.max(most, value)
  }
  const root = normalizingFactor(Math.sqrt(most))
  a = { ...a, values: a.values.map((value) => value * root * root) }
  let total = 0, squares = 0
  for (const value of a.values) {
    total += value
    squares += value * value
  }
  // Products of two such uniforms have mean 1/4.
  const scale = 2 * Math.sqrt(total / (a.rows * a.columns * rank))
  const draw = (rows: number): Matrix =>
    matrix(rows, rank, Float64Array.from({ length: rows * rank }, () => scale * (1 - uniform(stream))))
  const left = draw(a.rows), right = draw(a.columns)
  const residuals: number[] = []
  const gram = (m: Matrix): Matrix => multiply(transpose(m), m)
  const record = (product: Matrix): void => {
    const square = squares - 2 * innerProduct(product, left) + innerProduct(gram(left), gram(right))
    residuals.push(Math.sqrt(Math.max(0, square) / squares))
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const product = sparseTimes(a, right)
    record(product)
    scaleInto(left, product, multiply(left, gram(right)))
    scaleInto(right, sparseTransposeTimes(a, left), multiply(right, gram(left)))
  }
  record(sparseTimes(a, right))
  return { left: scaled(1 / root, left), right: scaled(1 / root, right), residuals }
}

/** f := f ∘ numerator/denominator; where the denominator is zero the element has no effect and stays. */
function scaleInto(f: Matrix, numerator: Matrix, denominator: Matrix): void {
  for (let at = 0; at < f.data.length; at++) {
    if (denominator.data[at] > 0) f.data[at] *= numerator.data[at] / denominator.data[at]
  }
}
