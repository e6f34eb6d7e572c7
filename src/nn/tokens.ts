// From sequences to their tokens: what treats every place alike sees tokens as samples of a batch.

import { show } from '../tensor/index.ts'
import type { Layer } from './layer.ts'
import { reshaped } from './reshaped.ts'

/** Options of `tokens`. */
export interface TokensOptions {
  readonly name: string
}

/**
 * y[b·T + t, ·] = x[b, t, ·]. Shapes: x [B, T, …], y [B·T, …]. Gradients, aliasing and cost as `reshaped`.
 * Why: the first axis is the batch of every layer, loss and feedback point; above this layer each token is a sample.
 *   Attention is told the length of a sequence.
 * Throws: RangeError for an input without two axes.
 */
export function tokens({ name }: TokensOptions): Layer {
  const where = `tokens ${name}`
  return reshaped(where, name, (shape) => {
    if (shape.length >= 2) return [shape[0] * shape[1], ...shape.slice(2)]
    throw new RangeError(`${where}: input must have shape [B, T, …], got ${show(shape)}`)
  })
}
