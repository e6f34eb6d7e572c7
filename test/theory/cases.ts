// Random linear tasks, feedback and plain vector arithmetic that the tests of this room share. Nothing here calls
// src/theory: what the tests compare with is written from the definitions.

import { gaussianInputs, linearTeacher } from '../../src/data/index.ts'
import { addScaled, frobenius, type Matrix, matrix, multiply, normalInto, randomOrthogonal, randomStream,
  transpose } from '../../src/tensor/index.ts'

export interface Case {
  readonly seed: number
  readonly depth: number
  readonly inputs: number
  readonly outputs: number
  /** n_1 … n_{L−1}. */
  readonly widths: readonly number[]
  readonly kind: 'orthogonal' | 'gaussian'
  readonly batch: number
}

/** Depths 2 to 5, widths that differ from layer to layer, one and several outputs, both kinds of feedback. */
export const CASES: readonly Case[] = [{
  seed: 1,
  depth: 2,
  inputs: 6,
  outputs: 3,
  widths: [9],
  kind: 'gaussian',
  batch: 1,
}, { seed: 2, depth: 3, inputs: 5, outputs: 2, widths: [8, 13], kind: 'orthogonal', batch: 4 }, {
  seed: 3,
  depth: 3,
  inputs: 7,
  outputs: 4,
  widths: [11, 6],
  kind: 'gaussian',
  batch: 3,
}, { seed: 4, depth: 4, inputs: 8, outputs: 3, widths: [12, 9, 15], kind: 'gaussian', batch: 1 }, {
  seed: 5,
  depth: 4,
  inputs: 4,
  outputs: 1,
  widths: [5, 7, 6],
  kind: 'orthogonal',
  batch: 2,
}, { seed: 6, depth: 5, inputs: 6, outputs: 3, widths: [10, 8, 12, 9], kind: 'orthogonal', batch: 5 }, {
  seed: 7,
  depth: 5,
  inputs: 6,
  outputs: 2,
  widths: [10, 8, 12, 9],
  kind: 'gaussian',
  batch: 1,
}]

export function nameOf({ seed, depth, widths, outputs, kind, batch }: Case): string {
  return `seed ${seed}: depth ${depth}, widths ${widths.join('-')}, outputs ${outputs}, ${kind}, batch ${batch}`
}

/** F_1 … F_{L−1} with entries of order 1/√n_l. */
export function feedbackOf({ seed, widths, outputs, kind }: Case): readonly Matrix[] {
  return widths.map((width, index) => {
    const stream = randomStream(seed, `test/feedback${index}`)
    return kind === 'orthogonal' ? randomOrthogonal(stream, width, outputs)
      : gaussian(width, outputs, seed, `feedback${index}`, 1 / Math.sqrt(width))
  })
}

export function teacherOf({ seed, inputs, outputs }: Case): Matrix {
  return linearTeacher(outputs, inputs, 3, seed).matrix
}

/** `count` batches with targets T x. */
export function batchesOf(c: Case, count: number): readonly { readonly x: Matrix; readonly y: Matrix }[] {
  const teacher = transpose(teacherOf(c))
  return Array.from({ length: count }, (_, index) => {
    const x = gaussianInputs(c.batch, c.inputs, 1000 * c.seed + index)
    return { x, y: multiply(x, teacher) }
  })
}

export function gaussian(rows: number, columns: number, seed: number, name: string, deviation = 1): Matrix {
  const out = matrix(rows, columns)
  normalInto(out.data, randomStream(seed, `test/${name}`), deviation)
  return out
}

/** Arbitrary alignment matrices of order one, without any training. */
export function alignmentOf({ seed, depth, inputs, outputs }: Case): readonly Matrix[] {
  return Array.from({ length: depth }, (_, l) => gaussian(outputs, l === 0 ? inputs : outputs, seed, `alignment${l}`))
}

/** ‖x − y‖_F/‖y‖_F, written apart from src/theory. */
export function distance(x: Matrix, y: Matrix): number {
  return frobenius(addScaled(x, -1, y)) / frobenius(y)
}

/** W_L ⋯ W_{from} of weights W_1 … W_L; from is counted from 1. */
export function productFrom(weights: readonly Matrix[], from: number): Matrix {
  return weights.slice(from - 1).reduce((product, w) => multiply(w, product))
}

/** cos∠ of two matrices read as vectors. */
export function angleCosine(x: Matrix, y: Matrix): number {
  let xy = 0
  for (let i = 0; i < x.data.length; i++) xy += x.data[i] * y.data[i]
  return xy / (frobenius(x) * frobenius(y))
}

export function row(a: Matrix, i: number): Matrix {
  return matrix(1, a.columns, a.data.slice(i * a.columns, (i + 1) * a.columns))
}
