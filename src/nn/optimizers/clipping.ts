// Bounds on gradients before an optimizer's step.

import { blockedKernels, checkPositiveFloat32, type Kernels, squaresOfRows } from '../../tensor/index.ts'
import { type Parameter, scaleGradient } from '../layer.ts'

/** Changes the gradients of parameters in place. */
export type Clipping = (parameters: readonly Parameter[]) => void

/**
 * |dw| = √Σ dw² over all gradients as one vector. Order: float64, `dot` per parameter, parameters in order; of tables the
 * touched rows alone are read, to the same bits.
 */
export function gradientNorm(parameters: readonly Parameter[], kernels: Kernels = blockedKernels): number {
  let squares = 0
  for (let i = 0; i < parameters.length; i++) {
    const { gradient: { data }, touched } = parameters[i]
    squares += touched === undefined ? kernels.elementwise.dot(data, data) : squaresOfRows(data, touched)
  }
  return Math.sqrt(squares)
}

/**
 * dw ← dw·min(1, c/|dw|), |dw| the norm of all gradients as one vector. Gradients within the bound keep their bits.
 * Equation: pascanu2013 algorithm 1. Throws: RangeError for a bound that is not positive in float32.
 */
export function clipByNorm(bound: number, kernels: Kernels = blockedKernels): Clipping {
  checkPositiveFloat32('clipByNorm', 'bound', bound)
  return (parameters) => {
    const norm = gradientNorm(parameters, kernels)
    if (!(norm > bound)) return
    for (let i = 0; i < parameters.length; i++) {
      scaleGradient(parameters[i], bound / norm, kernels)
    }
  }
}

/**
 * dw ← min(max(dw, −c), c), element by element; c rounded to float32, NaN kept.
 * Throws: RangeError for a bound that is not positive in float32.
 */
export function clipByValue(bound: number): Clipping {
  checkPositiveFloat32('clipByValue', 'bound', bound)
  const most = Math.fround(bound)
  return (parameters) => {
    for (let i = 0; i < parameters.length; i++) {
      const { gradient: { data }, touched } = parameters[i]
      const width = touched?.width ?? data.length
      const count = touched?.count ?? 1
      for (let r = 0; r < count; r++) {
        const from = touched === undefined ? 0 : touched.rows[r] * width
        for (let j = from; j < from + width; j++) {
          if (data[j] > most) data[j] = most
          else if (data[j] < -most) data[j] = -most
        }
      }
    }
  }
}
