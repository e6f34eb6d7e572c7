// What all direct rules share: one matrix per point, and a signal of width K that it carries there.

import { type Kernels, type Tensor, timesTransposedInto } from '../../tensor/index.ts'
import { planned } from '../../nn/index.ts'
import type { ErrorTap } from '../error-tap.ts'
import { feedbackMatrices, type FeedbackOptions } from '../feedback.ts'
import type { Delivery } from '../feedback-point.ts'
import type { LearningRule, NetworkParts } from './rule.ts'

/** A direct rule with its matrices at hand once it is installed. */
export interface DirectRule extends LearningRule {
  /** F_l [n_l, K] of each point in forward order; empty before installation. */
  readonly feedback: readonly Tensor[]
}

/** Options of every direct rule: how F is drawn, or the matrices themselves. */
export interface DirectOptions extends FeedbackOptions {
  /** Given matrices [n_l, K], one per point, instead of drawn ones. */
  readonly matrices?: readonly Tensor[]
  readonly kernels?: Kernels
}

/**
 * The matrices of all points, given or drawn; a network without points needs none, nor a width of its error. Throws:
 * RangeError when given ones do not fit.
 */
export function directMatrices(rule: string, parts: NetworkParts, options: DirectOptions): readonly Tensor[] {
  const { points } = parts
  if (points.length === 0 && options.matrices === undefined) return []
  const { outputs } = parts
  const matrices = options.matrices ?? feedbackMatrices(points, outputs, options)
  if (matrices.length !== points.length) {
    throw new RangeError(`${rule}: matrices must be ${points.length}, one per point, got ${matrices.length}`)
  }
  for (const [index, point] of points.entries()) {
    const { shape } = matrices[index]
    if (shape.length !== 2 || shape[0] !== point.width || shape[1] !== outputs) {
      throw new RangeError(
        `${rule}: matrices[${index}] must have shape [${point.width}, ${outputs}] for ${point.name}, `
          + `got [${shape.join(', ')}]`,
      )
    }
  }
  return matrices
}

/** dh := F s for each sample, as rows: [B, n] = [B, K]·Fᵀ. */
export function deliverThrough(f: Tensor, signal: () => Tensor, kernels: Kernels): Delivery {
  return {
    usesUpstream: false,
    deliver(_upstream, out) {
      timesTransposedInto(kernels, out, signal(), f)
      return out
    },
  }
}

/**
 * s := g(x, B), element by element into a planned buffer, for signals that are not the error itself. `samples` stands for
 * B, the rows of x unless given.
 */
export function mapped(rule: string, kernels: Kernels,
  g: (value: number, batch: number) => number): (x: Tensor, samples?: number) => Tensor
{
  const buffers = planned(rule, kernels, (shape, space) => space.tensor(shape))
  return (x, samples = x.shape[0]) => {
    const signal = buffers(x)
    for (let i = 0; i < signal.data.length; i++) signal.data[i] = g(x.data[i], samples)
    return signal
  }
}

/** What a signal of its own is divided by, so that it is summed over a batch as e is: B under a mean loss, else 1. */
export function divisorOf({ isMean }: ErrorTap, { shape: [batch] }: Tensor): number {
  return isMean ? batch : 1
}
