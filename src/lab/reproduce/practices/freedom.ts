// Free weights against feedback dimensions.

import { isFeedbackPoint } from '../../../dfa/feedback-point.ts'
import { isConv2d, isDense, walk } from '../../../nn/index.ts'
import { blockedKernels } from '../../../tensor/index.ts'
import { tableOf } from '../series.ts'
import { type NetworkSpec, practiceNetwork } from './networks.ts'

/** A layer with feedback above it. */
export interface Freedom {
  readonly name: string
  /** Weights, without biases. */
  readonly weights: number
  /** n_l, the height of the feedback matrix. */
  readonly dimensions: number
}

/** Every layer with its free weights and the dimensions of its feedback: theory (8.18). */
export function freedomOf(spec: NetworkSpec, sample: readonly number[], classes: number): readonly Freedom[] {
  const layers = walk(practiceNetwork(spec, { sample, classes, seed: 0, kernels: blockedKernels }))
  const weighted = layers.filter((layer) => isConv2d(layer) || isDense(layer))
  return layers.filter(isFeedbackPoint).map(({ width }, l) => ({
    name: weighted[l].name,
    weights: weighted[l].parameters[0].value.data.length,
    dimensions: width,
  }))
}

/** As a table. */
export function freedomTable(list: readonly Freedom[]): ReturnType<typeof tableOf> {
  return tableOf('Free weights of each layer, dimensions of its feedback, and weights per dimension.', ['layer',
    'free weights', 'feedback dimensions', { name: 'weights per dimension', digits: 3 }],
    list.map(({ name, weights, dimensions }) => [name, weights, dimensions, weights / dimensions]))
}
