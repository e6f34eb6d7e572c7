// Between sequences and their tokens: what treats every place alike sees tokens as samples of a batch.

import { checkSize, show } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { reshaped } from './reshaped.ts'

/** Options of `tokens`. */
export interface TokensOptions {
  readonly name: string
}

/** Options of `sequences`. */
export interface SequencesOptions {
  readonly name: string
  /** T, places of a sequence. */
  readonly length: number
}

/**
 * y[b·T + t, ·] = x[b, t, ·]. Shapes: x [B, T, …], y [B·T, …]. Gradients, aliasing and cost as `reshaped`.
 * Why: the first axis is the batch of every layer, loss and feedback point; above this layer each token is a sample.
 * Throws: RangeError for an input without two axes.
 */
export function tokens({ name }: TokensOptions): Layer {
  const where = `tokens ${name}`
  return reshaped(where, name, (shape) => {
    if (shape.length >= 2) return [shape[0] * shape[1], ...shape.slice(2)]
    throw new RangeError(`${where}: input must have shape [B, T, …], got ${show(shape)}`)
  })
}

/**
 * y[b, t, ·] = x[b·T + t, ·], the inverse of `tokens`. Shapes: x [B·T, …], y [B, T, …].
 * Throws: RangeError, TypeError for T below 1, and RangeError for rows that are no whole number of sequences.
 */
export function sequences({ name, length }: SequencesOptions): Layer {
  const where = `sequences ${name}`
  checkSize(where, 'length', length, 1)
  return reshaped(where, name, (shape) => {
    if (shape.length >= 1 && shape[0] % length === 0) return [shape[0] / length, length, ...shape.slice(1)]
    throw new RangeError(`${where}: input must have shape [B·${length}, …], got ${show(shape)}`)
  })
}
