// Linear systems and the inverse, by LU factorization with partial pivoting.

import { checkFiniteMatrix, checkSquare, identity, type Matrix, matrix } from './matrix.ts'
import { addScaledInto } from './vector.ts'

/**
 * X with a·X = b (Gaussian elimination, the largest element of the column as pivot, the first of equals).
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., § 3.4.
 * Shapes: a [n, n], b [n, k] → [n, k].
 * Cost: (2/3)·n³ + 2·n²·k flops.
 * Accuracy: ‖a·X − b‖ of some n·ε·‖a‖·‖X‖; the error of X itself is κ(a) times larger. Nearly singular matrices are
 * solved as they are: ask conditionNumber(a) first where that matters.
 * Throws: RangeError for shapes that do not fit, NaN or infinite elements, a pivot that is exactly zero (singular), or
 * a solution beyond the range of float64.
 */
export function solve(a: Matrix, b: Matrix): Matrix {
  return eliminate('solve', a, b)
}

/**
 * a⁻¹, the X with a·X = I. Where a⁻¹·b is wanted, solve(a, b) is cheaper and more accurate.
 * Cost: (8/3)·n³ flops.
 * Throws: RangeError as solve.
 */
export function inverse(a: Matrix): Matrix {
  return eliminate('inverse', a, identity(a.rows))
}

function eliminate(where: string, a: Matrix, b: Matrix): Matrix {
  checkSquare(where, 'a', a)
  const n = a.rows
  const k = b.columns
  if (b.rows !== n) throw new RangeError(`${where}: b must have ${n} rows like a, got [${b.rows}, ${k}]`)
  checkFiniteMatrix(where, 'a', a)
  checkFiniteMatrix(where, 'b', b)
  const u = a.data.slice()
  const out = matrix(n, k, b.data.slice())
  const x = out.data
  for (let j = 0; j < n; j++) {
    let pivot = j
    for (let i = j + 1; i < n; i++) if (Math.abs(u[i * n + j]) > Math.abs(u[pivot * n + j])) pivot = i
    if (u[pivot * n + j] === 0) {
      throw new RangeError(`${where}: a must be invertible, got a zero pivot at column ${j} of ${n} (matrix singular)`)
    }
    if (pivot !== j) {
      exchangeRows(u, n, j, pivot)
      exchangeRows(x, k, j, pivot)
    }
    for (let i = j + 1; i < n; i++) {
      const factor = u[i * n + j] / u[j * n + j]
      if (factor === 0) continue
      addScaledInto(u, i * n + j + 1, -factor, u, j * n + j + 1, n - j - 1)
      addScaledInto(x, i * k, -factor, x, j * k, k)
    }
  }
  for (let j = n - 1; j >= 0; j--) {
    for (let c = j * k; c < j * k + k; c++) x[c] /= u[j * n + j]
    for (let i = 0; i < j; i++) addScaledInto(x, i * k, -u[i * n + j], x, j * k, k)
  }
  if (!x.every(Number.isFinite)) {
    throw new RangeError(
      `${where}: a must be far enough from singular for a finite result, got a [${n}, ${n}] whose `
        + 'result overflows',
    )
  }
  return out
}

function exchangeRows(x: Float64Array, width: number, i: number, j: number): void {
  const row = x.slice(i * width, i * width + width)
  x.copyWithin(i * width, j * width, j * width + width)
  x.set(row, j * width)
}
