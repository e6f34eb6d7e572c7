// A two-layer non-linear network near a point that interpolates its samples: how the errors drive themselves.

import { addScaled, eigenvalues, type Matrix, matrix, multiply, sigmoid, tanh, transpose } from '../../tensor/index.ts'
import type { Batch, Feedback, Weights } from '../linear-network.ts'
import type { Derivative } from '../runge-kutta.ts'
import { checkFeedback } from './flow.ts'

/** h = g(a), and g′(a) as a function of h. */
export interface Nonlinearity {
  /** h = g(a). */
  readonly value: (a: number) => number
  /** g′(a) as a function of h. */
  readonly slope: (h: number) => number
}

/** Those whose slope is a function of the value. */
export const NONLINEARITIES: Readonly<Record<'tanh' | 'sigmoid' | 'linear', Nonlinearity>> = {
  tanh: { value: tanh, slope: (h) => 1 - h * h },
  sigmoid: { value: sigmoid, slope: (h) => h * (1 - h) },
  linear: { value: (a) => a, slope: () => 1 },
}

/** Most bytes of a kernel: 4096 outputs of all samples together, whose eigenvalues take minutes. */
export const MOST_KERNEL_BYTES: number = 8 * 4096 * 4096

/** h_m = g(W_1 x_m) as rows. Shapes: [N, n_0] → [N, n_1]. */
function hiddenOf(w1: Matrix, x: Matrix, { value }: Nonlinearity): Matrix {
  const a = multiply(x, transpose(w1))
  return matrix(a.rows, a.columns, a.data.map(value))
}

/** e_m = W_2 g(W_1 x_m) − y_m as rows. Equation: theory (6.40). Shapes: [N, n_2]. Throws: RangeError when y has another. */
export function twoLayerErrors([w1, w2]: Weights, { x, y }: Batch, g: Nonlinearity): Matrix {
  return addScaled(multiply(hiddenOf(w1, x, g), transpose(w2)), -1, y)
}

/** L = ½ Σ_m ‖e_m‖². Equation: theory (6.40). */
export function twoLayerLoss(weights: Weights, batch: Batch, g: Nonlinearity): number {
  return twoLayerErrors(weights, batch, g).data.reduce((sum, e) => sum + e * e, 0) / 2
}

/**
 * Ẇ_1 = −Σ_m (g′(a_m) ∘ F e_m) x_mᵀ, Ẇ_2 = −Σ_m e_m h_mᵀ on flat states, W_1 by rows and then W_2; without feedback
 * F = W_2ᵀ of the state, the gradient flow. Equation: theory (6.41). FA and DFA are the same here.
 * Shapes: sizes n_0, n_1, n_2; F [n_1, n_2]. Order: samples ascending. No allocation in a call.
 * Throws: RangeError when shapes do not fit.
 */
export function twoLayerFlow(sizes: readonly [number, number, number], feedback: Matrix | undefined, { x, y }: Batch,
  { value, slope }: Nonlinearity): Derivative
{
  const [n0, n1, n2] = sizes
  const shapes = [x.columns, y.columns, x.rows, feedback?.rows ?? n1, feedback?.columns ?? n2]
  if (shapes.some((size, i) => size !== [n0, n2, y.rows, n1, n2][i])) {
    const f = feedback === undefined ? '' : ` and F [${feedback.rows}, ${feedback.columns}]`
    throw new RangeError(
      `twoLayerFlow: sizes must fit the samples, got ${sizes.join('-')} with x [${x.rows}, ${x.columns}], `
        + `y [${y.rows}, ${y.columns}]${f}`,
    )
  }
  const second = n0 * n1
  const h = new Float64Array(n1), e = new Float64Array(n2)
  return (_, state, velocity) => {
    velocity.fill(0)
    for (let m = 0; m < x.rows; m++) {
      for (let i = 0; i < n1; i++) {
        let a = 0
        for (let j = 0; j < n0; j++) a += state[i * n0 + j] * x.data[m * n0 + j]
        h[i] = value(a)
      }
      for (let k = 0; k < n2; k++) {
        let out = -y.data[m * n2 + k]
        for (let i = 0; i < n1; i++) out += state[second + k * n1 + i] * h[i]
        e[k] = out
        for (let i = 0; i < n1; i++) velocity[second + k * n1 + i] -= out * h[i]
      }
      for (let i = 0; i < n1; i++) {
        let delivered = 0
        for (let k = 0; k < n2; k++) {
          delivered += (feedback === undefined ? state[second + k * n1 + i] : feedback.data[i * n2 + k]) * e[k]
        }
        delivered *= slope(h[i])
        for (let j = 0; j < n0; j++) velocity[i * n0 + j] -= delivered * x.data[m * n0 + j]
      }
    }
  }
}

/**
 * K = J J̃ᵀ, block (m, n) = (x_m·x_n) W_2 diag(g′(a_m) ∘ g′(a_n)) F + (h_m·h_n) I: de/dt = −K e of the errors of all
 * samples, one after the other. Equation: theory (6.43). F = W_2ᵀ gives the tangent kernel of backpropagation.
 * Shapes: W_1 [n_1, n_0], W_2 [n_2, n_1], F [n_1, n_2], x [N, n_0] → [N·n_2, N·n_2].
 * Cost: N²·n_1·n_2² products; 8·(N·n_2)² bytes. Throws: RangeError for a kernel above `MOST_KERNEL_BYTES`, naming its
 * bytes, and when shapes do not fit.
 */
export function tangentKernel([w1, w2]: Weights, feedback: Feedback, x: Matrix, g: Nonlinearity): Matrix {
  const n1 = w1.rows, n2 = w2.rows, size = x.rows * n2
  const bytes = 8 * size * size
  if (bytes > MOST_KERNEL_BYTES) {
    throw new RangeError(
      `tangentKernel: kernel must take at most ${MOST_KERNEL_BYTES} bytes, got ${bytes} for ${x.rows} samples of ${n2} outputs`,
    )
  }
  checkFeedback('tangentKernel', [w1, w2], feedback)
  if (w2.columns !== n1) {
    throw new RangeError(`tangentKernel: weights[1] must have ${n1} columns, one per hidden unit, got ${w2.columns}`)
  }
  const [f] = feedback
  const h = hiddenOf(w1, x, g)
  const slopes = h.data.map(g.slope)
  const inputs = multiply(x, transpose(x))
  const hidden = multiply(h, transpose(h))
  const kernel = matrix(size, size)
  for (let m = 0; m < x.rows; m++) {
    for (let n = 0; n < x.rows; n++) {
      const xx = inputs.data[m * x.rows + n], hh = hidden.data[m * x.rows + n]
      for (let k = 0; k < n2; k++) {
        for (let c = 0; c < n2; c++) {
          let carried = 0
          for (let i = 0; i < n1; i++) {
            carried += w2.data[k * n1 + i] * slopes[m * n1 + i] * slopes[n * n1 + i] * f.data[i * n2 + c]
          }
          kernel.data[(m * n2 + k) * size + n * n2 + c] = xx * carried + (k === c ? hh : 0)
        }
      }
    }
  }
  return kernel
}

/**
 * min Re λ(K): an interpolating point attracts the flow where it is positive and repels it where it is negative.
 * Equation: theory (6.45). Throws: as `eigenvalues`.
 */
export function leastRate(kernel: Matrix): number {
  const { real } = eigenvalues(kernel)
  return real[real.length - 1]
}
