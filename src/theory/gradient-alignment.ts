// From weight alignment to gradient alignment: the backpropagated error of a linear network is the delivered one, seen
// through the product P_l of the alignment matrices above.

import { conditionNumber, type Matrix, matrix, maxAbs, multiply, normalInto, normalized, normalizingFactor,
  randomStream, scaled, symmetricEigen, transpose } from '../tensor/index.ts'
import type { AlignmentMatrices, Grams } from './alignment-matrices.ts'

/**
 * P_l = A_{l+1}ᵀ G_{l+1} A_{l+2}ᵀ ⋯ G_{L−1} A_Lᵀ, so that (W_L ⋯ W_{l+1})ᵀ e = F_l P_l e while DFA delivers F_l e.
 * Equation: theory (2.19); theory (2.21) where all A_l above are multiples of I.
 * `layer` is l = 1 … L−1. Throws: RangeError outside.
 */
export function backwardProduct(a: AlignmentMatrices, g: Grams, layer: number): Matrix {
  checkLayer('backwardProduct', a, layer)
  let p = transpose(a[layer])
  for (let above = layer + 1; above < a.length; above++) p = multiply(p, multiply(g[above - 1], transpose(a[above])))
  return p
}

/**
 * P_l times a positive power of two, its largest element in [1, 2) and every factor brought there before it is
 * multiplied: all that cosines and condition numbers need of P_l. Throws: RangeError as backwardProduct.
 * Why: early in the training of seven layers |P_1| is 1e-180 while the A_l are all in the range of float64.
 */
export function backwardDirection(a: AlignmentMatrices, g: Grams, layer: number): Matrix {
  checkLayer('backwardDirection', a, layer)
  let p = normalized(transpose(a[layer]))
  for (let above = layer + 1; above < a.length; above++) {
    p = normalized(multiply(p, normalized(multiply(g[above - 1], normalized(transpose(a[above]))))))
  }
  return p
}

function checkLayer(where: string, a: AlignmentMatrices, layer: number): void {
  if (Number.isInteger(layer) && layer >= 1 && layer < a.length) return
  throw new RangeError(`${where}: layer must be in 1 … ${a.length - 1}, got ${layer}`)
}

/**
 * GA_l(e) = cos∠(F_l e, F_l P_l e) for every row e of `errors`, from the Gram matrix alone: the cosine of e and P_l e in
 * the metric G_l. Equation: theory (2.20), for orthogonal feedback cos∠(e, P_l e); 1 for κ_T = 1, theory (2.33).
 * Shapes: errors [N, n_L]; returns the mean over the N rows. Rows of zeros give NaN; callers leave them out.
 * Accuracy: every row, P_l and G_l are scaled by powers of two, so that their magnitudes do not matter.
 */
export function gradientAlignment(a: AlignmentMatrices, g: Grams, layer: number, errors: Matrix): number {
  const p = backwardDirection(a, g, layer)
  // By a power of four: a single factor two would change the bits of the roots below.
  const root = normalizingFactor(Math.sqrt(maxAbs(g[layer - 1])))
  const metric = scaled(root, scaled(root, g[layer - 1]))
  const unit = normalizedRows(errors)
  const delivered = multiply(unit, metric)
  const exact = normalizedRows(multiply(unit, transpose(p)))
  const exactMetric = multiply(exact, metric)
  let total = 0
  const n = errors.columns
  for (let i = 0; i < errors.rows; i++) {
    let ee = 0, ep = 0, pp = 0
    for (let j = i * n; j < (i + 1) * n; j++) {
      ee += delivered.data[j] * unit.data[j]
      ep += delivered.data[j] * exact.data[j]
      pp += exactMetric.data[j] * exact.data[j]
    }
    total += ep / (Math.sqrt(ee) * Math.sqrt(pp))
  }
  return total / errors.rows
}

/** Each row times the power of two that brings its largest element into [1, 2). */
function normalizedRows({ rows, columns, data }: Matrix): Matrix {
  const out = matrix(rows, columns)
  for (let i = 0; i < rows * columns; i += columns) {
    let most = 0
    for (let j = i; j < i + columns; j++) most = Math.max(most, Math.abs(data[j]))
    const factor = normalizingFactor(most)
    for (let j = i; j < i + columns; j++) out.data[j] = factor * data[j]
  }
  return out
}

/**
 * N isotropic Gaussian errors as rows, the probes. Equation: theory (2.24).
 * Why: late in training all real errors lie along the slowest mode.
 */
export function probeErrors(count: number, outputs: number, seed: number): Matrix {
  const probes = matrix(count, outputs)
  normalInto(probes.data, randomStream(seed, 'theory/probes'))
  return probes
}

/**
 * 2√κ/(1 + κ): the least cos∠(e, P e) over all e for a symmetric positive definite P of condition number κ, attained by
 * the mixture u_1/√λ_1 + u_n/√λ_n of the extreme eigenvectors.
 * Equation: theory (2.22), (2.23), the Kantorovich inequality. Value 1 at κ = 1, 0 at κ = ∞.
 */
export function kantorovichBound(condition: number): number {
  return condition === Infinity ? 0 : (2 * Math.sqrt(condition)) / (1 + condition)
}

/**
 * κ(P) of a symmetric positive definite P and its Kantorovich bound, theory (2.22); undefined for any other P. P counts
 * as symmetric when no element differs from its mirror by more than `tolerance` of the largest: 1e-6 leaves room for
 * feedback matrices whose entries are float32.
 */
export function alignmentBound(p: Matrix,
  tolerance: number = 1e-6): { readonly condition: number; readonly bound: number | undefined }
{
  p = normalized(p)
  const condition = conditionNumber(p)
  let asymmetry = 0
  let size = 0
  for (let i = 0; i < p.rows; i++) {
    for (let j = 0; j < p.columns; j++) {
      asymmetry = Math.max(asymmetry, Math.abs(p.data[i * p.columns + j] - p.data[j * p.columns + i]))
      size = Math.max(size, Math.abs(p.data[i * p.columns + j]))
    }
  }
  if (asymmetry > tolerance * size) return { condition, bound: undefined }
  const symmetric = matrix(p.rows, p.columns)
  for (let i = 0; i < p.rows; i++) {
    for (let j = 0; j < p.columns; j++) {
      symmetric.data[i * p.columns + j] = (p.data[i * p.columns + j] + p.data[j * p.columns + i]) / 2
    }
  }
  const { values } = symmetricEigen(symmetric)
  const positive = values.length > 0 && values[values.length - 1] > 0
  return { condition, bound: positive ? kantorovichBound(condition) : undefined }
}
