// Seeded matrices and residuals for the law tests of this folder.

import { addScaled, diagonal, identity, type Matrix, matrix, multiply,
  transpose } from '../../../src/tensor/linalg/matrix.ts'
import { frobenius } from '../../../src/tensor/linalg/norm.ts'
import { qr } from '../../../src/tensor/linalg/qr.ts'

export type Random = () => number

export const EPSILON: number = Number.EPSILON

/** xorshift32: uniform on (−1, 1). */
export function xorshift(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b9) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state / 0x80000000
  }
}

export function randomMatrix(random: Random, rows: number, columns: number): Matrix {
  return matrix(rows, columns, Float64Array.from({ length: rows * columns }, () => random() + random() + random()))
}

export function randomOrthogonal(random: Random, n: number): Matrix {
  return qr(randomMatrix(random, n, n)).q
}

/** q₁·diag(s)·q₂ᵀ: [m, n] with about the singular values s. */
export function withSingularValues(random: Random, m: number, n: number, s: readonly number[]): Matrix {
  const left = qr(randomMatrix(random, m, s.length)).q
  const right = qr(randomMatrix(random, n, s.length)).q
  return multiply(multiply(left, diagonal(s)), transpose(right))
}

export function hilbert(n: number): Matrix {
  return matrix(n, n, Float64Array.from({ length: n * n }, (_, p) => 1 / (Math.floor(p / n) + (p % n) + 1)))
}

/** Second differences: 2 on the diagonal, −1 beside it; eigenvalues 2 − 2·cos(πj/(n + 1)). */
export function secondDifference(n: number): Matrix {
  const a = matrix(n, n)
  for (let i = 0; i < n; i++) {
    a.data[i * n + i] = 2
    if (i > 0) a.data[i * n + i - 1] = a.data[(i - 1) * n + i] = -1
  }
  return a
}

/** 0-size, single, row, column, square, tall, wide. */
export const SHAPES: readonly (readonly [number, number])[] = [[0, 0], [0, 3], [3, 0], [1, 1], [1, 6], [6, 1], [2, 2], [
  3,
  3,
], [5, 5], [17, 17], [12, 4], [4, 12], [60, 7], [7, 60], [40, 40]]

/** The matrices on which a factorization of any shape is tried, with a name that holds the seed. */
export function cases(): [name: string, a: Matrix][] {
  const out: [string, Matrix][] = []
  for (const [m, n] of SHAPES) {
    for (let seed = 0; seed < 3; seed++) {
      const random = xorshift(seed)
      const name = `[${m}, ${n}] seed ${seed}`
      const a = randomMatrix(random, m, n)
      out.push([`random ${name}`, a])
      out.push([`times 2⁶⁶⁴ ${name}`, { ...a, data: a.data.map((x) => x * 2 ** 664) }])
      out.push([`times 1e-200 ${name}`, { ...a, data: a.data.map((x) => x * 1e-200) }])
      out.push([`zero ${name}`, matrix(m, n)])
      const k = Math.min(m, n)
      if (k < 2) continue
      const graded = Array.from({ length: k }, (_, i) => 10 ** (-14 * i / (k - 1)))
      out.push([`κ = 1e14 ${name}`, withSingularValues(random, m, n, graded)])
      out.push([`rank ${k >> 1} ${name}`, multiply(randomMatrix(random, m, k >> 1), randomMatrix(random, k >> 1, n))])
      out.push([`repeated ${name}`, withSingularValues(random, m, n, graded.map((_, i) => 1 + (i & 1)))])
      const columns = matrix(m, n, a.data.map((x, p) => x * 10 ** (-(p % n) * 30 / n)))
      out.push([`graded columns ${name}`, columns])
      out.push([`zero column and equal columns ${name}`, matrix(m, n, a.data.map((x, p) =>
        p % n === 0 ? 0 : p % n === n - 1 ? a.data[p - p % n + n - 2] : x
      ))])
    }
  }
  const vandermonde = matrix(12, 12)
  for (let i = 0; i < 12; i++) for (let j = 0; j < 12; j++) vandermonde.data[i * 12 + j] = (i / 11) ** j
  out.push(['Hilbert 12', hilbert(12)], ['Vandermonde 12', vandermonde], ['identity 9', identity(9)])
  out.push(['second difference 20', secondDifference(20)], ['ones [5, 8]', matrix(5, 8, new Float64Array(40).fill(1))])
  return out
}

/** ‖a − b‖_F / (ε·‖a‖_F·√(rows + columns)), without overflow; 0 when equal. */
export function distance(a: Matrix, b: Matrix): number {
  let most = 0
  for (const x of a.data) most = Math.max(most, Math.abs(x))
  const unit = most === 0 ? 1 : most
  const x = { ...a, data: a.data.map((v) => v / unit) }
  const y = { ...b, data: b.data.map((v) => v / unit) }
  const size = frobenius(x) || 1
  return a.data.length === 0 ? 0 : frobenius(addScaled(x, -1, y)) / (EPSILON * size * Math.sqrt(a.rows + a.columns))
}

/** ‖qᵀq − I‖_F in the units of distance. */
export function orthonormalityError(q: Matrix): number {
  return distance(identity(q.columns), multiply(transpose(q), q))
}

/** True when the first element of largest magnitude of column j is positive. */
export function leadsPositive(a: Matrix, j: number): boolean {
  let most = 0
  for (let i = 0; i < a.rows; i++) {
    const x = a.data[i * a.columns + j]
    if (Math.abs(x) > Math.abs(most)) most = x
  }
  return most > 0
}

/** max |xᵢ − yᵢ| / max |y|. */
export function relativeError(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let most = 0
  let error = x.length === y.length ? 0 : Infinity
  for (let i = 0; i < y.length; i++) most = Math.max(most, Math.abs(y[i]))
  for (let i = 0; i < y.length; i++) error = Math.max(error, Math.abs(x[i] - y[i]) / most)
  return error
}

/** The matrix of the vectors from numpy 2.4.6 (LAPACK, float64), and its 5×3 companion. */
export const SQUARE: readonly number[][] = [[2, -1, 0.5, 3], [1, 4, -2, 0.25], [-3, 1.5, 1, 2], [0.5, -2.5, 6, -1]]
export const TALL: readonly number[][] = [[1, 2, 3], [4, 5, 6], [7, 8, 10], [2, -1, 0.5], [-3, 0.25, 1]]
