// The Jacobian of a vector field by differences: what every spectrum that is claimed here is compared with.

import { type Matrix, matrix } from '../../tensor/index.ts'
import type { Derivative } from '../runge-kutta.ts'

/**
 * J[i, j] = ∂f_i/∂y_j by central differences with steps h·max(1, |y_j|).
 * Accuracy: h²·|f‴|/6 + ε·|f|/h; exact up to rounding for a field that is quadratic, and 1e-9 relative for the cubic and
 * higher ones of deep linear networks at the h = 1e-5 that is taken unless given. Cost: 2·n evaluations.
 */
export function numericalJacobian(f: Derivative, y: Float64Array, step: number = 1e-5): Matrix {
  const n = y.length
  const jacobian = matrix(n, n)
  const at = y.slice()
  const above = new Float64Array(n), below = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    const h = step * Math.max(1, Math.abs(y[j]))
    at[j] = y[j] + h
    const up = at[j]
    f(0, at, above)
    at[j] = y[j] - h
    const width = up - at[j]
    f(0, at, below)
    at[j] = y[j]
    for (let i = 0; i < n; i++) jacobian.data[i * n + j] = (above[i] - below[i]) / width
  }
  return jacobian
}
