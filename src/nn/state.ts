// What layers remember from step to step beside their parameters: running statistics and counters. A checkpoint that
// holds parameters and these resumes with the same bits.

import { type Layer, walk } from './layer.ts'
import type { NamedArray } from './named-array.ts'

/** A layer that remembers. */
export interface StatefulLayer extends Layer {
  /** Written by the layer in forward passes and by whoever restores a checkpoint; names as `norm1/mean`. */
  readonly state: readonly NamedArray<Float64Array>[]
}

/** True for layers that remember anything beside their parameters. */
export function isStateful(layer: Layer): layer is StatefulLayer {
  return Array.isArray((layer as Partial<StatefulLayer>).state)
}

/** Everything a tree remembers beside its parameters, in forward order. */
export function stateOf(layer: Layer): readonly NamedArray<Float64Array>[] {
  return walk(layer).flatMap((inner) => (isStateful(inner) ? inner.state : []))
}

/** What a tree remembers, as it was when it was kept last. */
export interface KeptState {
  /** Copies the state of this moment. */
  readonly keep: () => void
  /** Gives the layers what was kept last. */
  readonly putBack: () => void
}

/** A copy of `stateOf` in arrays of its own, for steps that may fail. Cost: one copy of each, no allocation. */
export function keptState(layer: Layer): KeptState {
  const live = stateOf(layer)
  const copies = live.map(({ data }) => data.slice())
  return {
    keep() {
      for (let i = 0; i < live.length; i++) copies[i].set(live[i].data)
    },
    putBack() {
      for (let i = 0; i < live.length; i++) live[i].data.set(copies[i])
    },
  }
}
