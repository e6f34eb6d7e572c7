// What the tests of this folder share: averages by quadrature over the very definition, and the order-parameter
// equations a second time, from tilted Gaussian measures instead of the closed integrals.

import { type Matrix, matrix, multiply, normalInto, randomStream, transpose } from '../../../src/tensor/index.ts'
import type { OrderParameters } from '../../../src/theory/index.ts'

/** A [rows, columns] matrix of N(0, deviation²) draws. */
export function gaussian(rows: number, columns: number, seed: number, name: string, deviation = 1): Matrix {
  const out = matrix(rows, columns)
  normalInto(out.data, randomStream(seed, `test/${name}`), deviation)
  return out
}

/** B Bᵀ. */
export function gram(b: Matrix): Matrix {
  return multiply(b, transpose(b))
}

/** Calls `visit(x, weight)` over a grid of z ~ N(0, I), with x = B z: any covariance B Bᵀ, singular or not. */
export function overFields(b: Matrix, step: number, visit: (x: Float64Array, weight: number) => void): void {
  // The trapezoidal rule is exponentially accurate for entire functions; |z| ≤ 6.8 leaves out 1e-11.
  const reach = Math.ceil(6.8 / step)
  const z = new Float64Array(b.columns)
  const x = new Float64Array(b.rows)
  const descend = (depth: number, weight: number): void => {
    if (depth === b.columns) {
      for (let i = 0; i < b.rows; i++) {
        let total = 0
        for (let j = 0; j < b.columns; j++) total += b.data[i * b.columns + j] * z[j]
        x[i] = total
      }
      visit(x, weight)
      return
    }
    for (let s = -reach; s <= reach; s++) {
      z[depth] = s * step
      descend(depth + 1, weight * step * Math.exp(-z[depth] * z[depth] / 2) / Math.sqrt(2 * Math.PI))
    }
  }
  descend(0, 1)
}

/** Order parameters of random weights of `inputs` dimensions, student entries of standard deviation `deviation`. */
export function randomParameters(units: number, teacherUnits: number, seed: number, deviation = 1,
  inputs = 50): OrderParameters
{
  const w = gaussian(units, inputs, seed, 'student', deviation)
  const teacher = gaussian(teacherUnits, inputs, seed, 'teacher')
  const mean = (a: Matrix, b: Matrix): Matrix => {
    const { rows, columns, data } = multiply(a, transpose(b))
    return { rows, columns, data: data.map((value) => value / inputs) }
  }
  return {
    Q: mean(w, w),
    R: mean(w, teacher),
    T: mean(teacher, teacher),
    v: gaussian(1, units, seed, 'outputs', deviation).data,
    A: gaussian(1, teacherUnits, seed, 'teacher outputs').data,
  }
}

/** Covariance written out from the blocks. */
export function covarianceRows({ Q, R, T }: OrderParameters): number[][] {
  const K = Q.rows, M = T.rows
  const at = (a: number, b: number): number => {
    if (a < K && b < K) return Q.data[a * K + b]
    if (a >= K && b >= K) return T.data[(a - K) * M + b - K]
    return a < K ? R.data[a * M + b - K] : R.data[b * M + a - K]
  }
  return Array.from({ length: K + M }, (_, a) => Array.from({ length: K + M }, (_, b) => at(a, b)))
}

/** Time derivatives, laid out like the order parameters. */
export interface Rates {
  readonly Q: number[][]
  readonly R: number[][]
  readonly v: number[]
}

export interface Law {
  readonly rule: 'dfa' | 'bp'
  readonly rate: number
  readonly noise: number
  readonly feedback: readonly number[]
}

/**
 * The equations for erf units by changes of measure: a factor g′(x_s) = √(2/π) e^(−x_s²/2) for each s in S leaves a
 * Gaussian of covariance C − C_S (I + C_SS)⁻¹ C_Sᵀ and mass (2/π)^(|S|/2) det(I + C_SS)^(−½); under it
 * E[x_b g(x_c)] = C_bc E[g′(x_c)] by Stein's lemma and E[g g] is Sheppard's orthant probability.
 */
export function erfRates(parameters: OrderParameters, law: Law): Rates {
  const C = covarianceRows(parameters)
  const K = parameters.v.length
  const n = C.length
  const c = Array.from({ length: n }, (_, a) => (a < K ? parameters.v[a] : -parameters.A[a - K]))
  const f = law.rule === 'dfa' ? law.feedback : Array.from(parameters.v)
  const tilt = (S: readonly number[]): { readonly mass: number; readonly D: number[][] } => {
    let mass = 1
    let D = C.map((row) => row.slice())
    // One factor at a time: conditioning on successive independent observations of unit variance.
    for (const s of S) {
      const p = 1 + D[s][s]
      mass *= Math.sqrt(2 / Math.PI / p)
      const old = D
      D = old.map((row, i) => row.map((value, j) => value - old[i][s] * old[s][j] / p))
    }
    return { mass, D }
  }
  const product = (D: number[][], a: number, b: number): number =>
    2 / Math.PI * Math.atan2(D[a][b], Math.sqrt((1 + D[a][a]) * (1 + D[b][b]) - D[a][b] * D[a][b]))
  const first = (i: number, b: number): number => {
    const { mass, D } = tilt([i])
    return c.reduce((sum, ca, a) => sum + ca * mass * D[b][a] * Math.sqrt(2 / Math.PI / (1 + D[a][a])), 0)
  }
  const second = (i: number, k: number): number => {
    const { mass, D } = tilt([i, k])
    let total = law.noise * law.noise
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) total += c[a] * c[b] * product(D, a, b)
    return mass * total
  }
  const students = Array.from({ length: K }, (_, i) => i)
  const { rate } = law
  return {
    Q: students.map((i) =>
      students.map((k) =>
        -rate * f[i] * first(i, k) - rate * f[k] * first(k, i) + rate * rate * f[i] * f[k] * second(i, k)
      )
    ),
    R: students.map((i) => Array.from({ length: n - K }, (_, m) => -rate * f[i] * first(i, K + m))),
    v: students.map((i) => -rate * c.reduce((sum, ca, a) => sum + ca * product(C, i, a), 0)),
  }
}

/** parameters + h·rates. */
export function moved(p: OrderParameters, h: number, rates: Rates): OrderParameters {
  const add = (a: Matrix, d: number[][]): Matrix =>
    matrix(a.rows, a.columns, a.data.map((x, i) => x + h * d[Math.floor(i / a.columns)][i % a.columns]))
  return { ...p, Q: add(p.Q, rates.Q), R: add(p.R, rates.R), v: p.v.map((x, i) => x + h * rates.v[i]) }
}

/** Q by rows, R by rows, v: every number that moves. */
export function numbersOf({ Q, R, v }: Pick<OrderParameters, 'Q' | 'R' | 'v'>): readonly number[] {
  return [...Q.data, ...R.data, ...v]
}

/** 64 bits of a multiplicative hash over float64 bits, in hexadecimal. */
export function hashOf(bits: Iterable<bigint>): string {
  let hash = 0xcbf29ce484222325n
  for (const b of bits) hash = (hash * 0x100000001b3n ^ b) & 0xffffffffffffffffn
  return hash.toString(16)
}
