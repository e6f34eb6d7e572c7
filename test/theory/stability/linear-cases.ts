// Random linear networks at an interpolating point, with feedback, for the tests of this folder.

import { type Eigenvalues, type Matrix, multiply } from '../../../src/tensor/index.ts'
import { gaussian } from '../cases.ts'

export interface LinearCase {
  readonly weights: readonly Matrix[]
  readonly transports: readonly Matrix[]
  readonly feedback: readonly Matrix[]
  /** T = W_L ⋯ W_1. */
  readonly teacher: Matrix
}

/** Weights of order one, T = W_L ⋯ W_1, Gaussian R_2 … R_L and F_1 … F_{L−1}. */
export function linearCase(sizes: readonly number[], seed: number): LinearCase {
  const shaped = (name: string, l: number): Matrix => gaussian(sizes[l], sizes[l - 1], seed, `${name}${l}`)
  const layers = sizes.slice(1).map((_, index) => index + 1)
  const weights = layers.map((l) => shaped('weight', l))
  return {
    weights,
    transports: layers.slice(1).map((l) => shaped('transport', l)),
    feedback: layers.slice(0, -1).map((l) => gaussian(sizes[l], sizes[sizes.length - 1], seed, `feedback${l}`)),
    teacher: weights.slice(1).reduce((product, w) => multiply(w, product), weights[0]),
  }
}

/** A symmetric positive definite matrix, away from I. */
export function covarianceOf(n: number, seed: number): Matrix {
  const a = gaussian(n, n, seed, 'covariance')
  const square = multiply(a, {
    ...a,
    data: Float64Array.from(a.data, (_, i) => a.data[(i % n) * n + Math.floor(i / n)]),
  })
  return { ...square, data: Float64Array.from(square.data, (x, i) => x / n + (i % (n + 1) === 0 ? 0.3 : 0)) }
}

/** Distance of two spectra: each value of the shorter one takes the nearest that is left of the other; what remains must be 0. */
export function spectralDistance(found: Eigenvalues, expected: Eigenvalues): number {
  const left = Array.from(found.real, (re, i) => [re, found.imaginary[i]] as const)
  let worst = 0
  for (let i = 0; i < expected.real.length; i++) {
    const distances = left.map(([re, im]) => Math.hypot(re - expected.real[i], im - expected.imaginary[i]))
    const nearest = distances.indexOf(Math.min(...distances))
    worst = Math.max(worst, distances[nearest])
    left.splice(nearest, 1)
  }
  return Math.max(worst, ...left.map(([re, im]) => Math.hypot(re, im)))
}

/** −λ. */
export function negative({ real, imaginary }: Eigenvalues): Eigenvalues {
  return { real: real.map((x) => -x), imaginary: imaginary.map((x) => -x) }
}
