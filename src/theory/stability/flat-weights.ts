// Weights as one flat state, the form that integrators and numerical derivatives take.

import { type Matrix, matrix } from '../../tensor/index.ts'
import type { LinearTask } from '../alignment-matrices.ts'
import type { Feedback, Weights } from '../linear-network.ts'
import type { Derivative } from '../runge-kutta.ts'
import { feedbackFlow } from './flow.ts'

/** All elements, matrix after matrix, each by rows. */
export function flattened(weights: readonly Matrix[]): Float64Array {
  const state = new Float64Array(weights.reduce((total, { data }) => total + data.length, 0))
  let from = 0
  for (const { data } of weights) {
    state.set(data, from)
    from += data.length
  }
  return state
}

/** Matrices of the shapes of `like` over a copy of a state. */
export function restored(like: readonly Matrix[], state: Float64Array): readonly Matrix[] {
  let from = 0
  return like.map(({ rows, columns }) => {
    const to = from + rows * columns
    const one = matrix(rows, columns, state.slice(from, to))
    from = to
    return one
  })
}

/** The vector field of `feedbackFlow` on flat states, for `integrateFixed` and `integrateAdaptive`. */
export function flowDerivative(like: Weights, feedback: Feedback, task: LinearTask): Derivative {
  return (_, state, derivative) => {
    derivative.set(flattened(feedbackFlow(restored(like, state), feedback, task)))
  }
}
