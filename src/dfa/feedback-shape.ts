// The square matrices S_l of shaped feedback F_l = Q_l S_l: powers of a second moment of what is to be learnt.

import { checkFinite, checkFiniteMatrix, diagonal, frobenius, type Matrix, multiply, normalized, pow, scaled,
  symmetricEigen, transpose } from '../tensor/index.ts'

/** What shaped feedback is made of beside the drawn matrix; no other kind has a use for it. */
export interface FeedbackShapeOptions {
  /**
   * M [K, K], symmetric and positive semidefinite: TTᵀ of a linear teacher, Σ_yx Σ_yxᵀ of data (`crossCovariance`), or
   * any other second moment in the space of the outputs that is known before training.
   */
  readonly spectrum?: Matrix
  /** p_l, one for all points or one for each; 0, where F_l is orthogonal on the directions of M, unless given. */
  readonly exponent?: number | readonly number[]
}

/** Directions of M with a smaller part of its largest eigenvalue than this get no feedback, whatever the exponent. */
const NEGLIGIBLE = 1e-10

/**
 * S_l = c·M^(p_l/2) for each of `points` points, c such that ‖S_l‖² = K: then the entries of F_l are of order one.
 * Equation: theory (7.1). Shapes: [K, K] each, symmetric.
 * Throws: RangeError where M is missing, of another shape, not symmetric, not finite, zero or has a negative eigenvalue,
 * and for exponents that are not finite or not one per point.
 */
export function feedbackShapes(
  where: string,
  points: number,
  outputs: number,
  { spectrum, exponent = 0 }: FeedbackShapeOptions,
): readonly Matrix[] {
  if (spectrum === undefined) throw new RangeError(`${where}: spectrum must be given with shaped feedback, got none`)
  if (spectrum.rows !== outputs || spectrum.columns !== outputs) {
    throw new RangeError(
      `${where}: spectrum must have shape [${outputs}, ${outputs}], got [${spectrum.rows}, ${spectrum.columns}]`,
    )
  }
  const exponents = typeof exponent === 'number' ? Array.from({ length: points }, () => exponent) : exponent
  if (exponents.length !== points) {
    throw new RangeError(`${where}: exponent must be one number or ${points}, one per point, got ${exponents.length}`)
  }
  for (const p of exponents) checkFinite(where, 'exponent', p)
  checkFiniteMatrix(where, 'spectrum', spectrum)
  const { values, vectors } = symmetricEigen(normalized(spectrum))
  const largest = values[0]
  if (!(largest > 0)) throw new RangeError(`${where}: spectrum must have a positive eigenvalue, got ${largest} at most`)
  if (values[outputs - 1] < -NEGLIGIBLE * largest) {
    throw new RangeError(`${where}: spectrum must have no negative eigenvalue, got ${values[outputs - 1]}`)
  }
  return exponents.map((p) => {
    const powers = values.map((value) => value > NEGLIGIBLE * largest ? pow(value / largest, p / 2) : 0)
    // A power of the size of M itself may leave the range of float64; its shape does not.
    const most = powers.reduce((a, b) => Math.max(a, b), 0)
    const root = multiply(multiply(vectors, diagonal(powers.map((x) => x / most))), transpose(vectors))
    return scaled(Math.sqrt(outputs) / frobenius(root), root)
  })
}

/** F = Q S row by row. Shapes: q [n, K], s [K, K], returned [n, K]. Order: over k ascending in float64. */
export function shapedRows(q: Float64Array, s: Matrix): Float64Array {
  const k = s.rows
  return multiply({ rows: q.length / k, columns: k, data: q }, s).data
}
