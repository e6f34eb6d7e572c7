// What layers remember from step to step beside their parameters: running statistics and counters. A checkpoint that
// holds parameters and these resumes with the same bits.

import { type Layer, walk } from './layer.ts'

/** A remembered array, written by its layer in forward passes and by whoever restores a checkpoint. */
export interface State {
  /** Path in the network, e.g. `norm1/mean`. */
  readonly name: string
  readonly values: Float64Array
}

/** A layer that remembers. */
export interface StatefulLayer extends Layer {
  readonly state: readonly State[]
}

/** True for layers that remember anything beside their parameters. */
export function isStateful(layer: Layer): layer is StatefulLayer {
  return Array.isArray((layer as Partial<StatefulLayer>).state)
}

/** Everything a tree remembers beside its parameters, in forward order. */
export function stateOf(layer: Layer): readonly State[] {
  return walk(layer).flatMap((inner) => (isStateful(inner) ? inner.state : []))
}
