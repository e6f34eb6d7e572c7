// From feature maps to vectors.

import type { Layer } from './layer.ts'
import { reshaped } from './reshaped.ts'

/** Options of `flatten`. */
export interface FlattenOptions {
  readonly name: string
}

/**
 * y[b, ·] = x[b] in row-major order. Shapes: x [B, …], y [B, Π …]. Gradients, aliasing and cost as `reshaped`.
 */
export function flatten({ name }: FlattenOptions): Layer {
  return reshaped(`flatten ${name}`, name,
    (shape) => [shape[0], shape.reduce((size, axis, at) => (at === 0 ? 1 : size * axis), 1)])
}
