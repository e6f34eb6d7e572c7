// Losses and the error e = ∂𝓛/∂a that they send into a network's output.

import { blockedKernels, checkSameShape, choose, type Kernels, show, type Tensor } from '../tensor/index.ts'

/** Sum or mean over the samples of a batch. */
export type Reduction = 'sum' | 'mean'

/** A scalar objective of a network's output and a target. */
export interface Loss {
  readonly name: 'squared-error' | 'cross-entropy' | 'binary-cross-entropy' | 'link-cross-entropy'
  readonly reduction: Reduction
  /**
   * Writes e = ∂𝓛/∂output into `error` and returns 𝓛. Shapes: output, target, error all [B, K].
   * Order: samples ascending, outputs ascending, in float64. Throws: RangeError when shapes differ.
   */
  readonly evaluateInto: (error: Tensor, output: Tensor, target: Tensor) => number
}

function check(where: string, error: Tensor, output: Tensor, target: Tensor): void {
  if (output.shape.length !== 2) {
    throw new RangeError(`${where}: output must have shape [B, K], got ${show(output.shape)}`)
  }
  checkSameShape(where, 'target', target, 'output', output)
  checkSameShape(where, 'error', error, 'output', output)
}

/** True for a mean. */
export const IS_MEAN: Readonly<Record<Reduction, boolean>> = { sum: false, mean: true }

/** 𝓛 = ½ Σ (y − t)², e = y − t; both divided by B for the mean. Equation: theory (1.2). */
export function squaredError(reduction: Reduction = 'mean'): Loss {
  const isMean = choose('squaredError', 'reduction', reduction, IS_MEAN)
  return {
    name: 'squared-error',
    reduction,
    evaluateInto(error, output, target) {
      check('squaredError', error, output, target)
      const scale = isMean ? 1 / output.shape[0] : 1
      const e = error.data
      const y = output.data
      const t = target.data
      let total = 0
      for (let i = 0; i < e.length; i++) {
        const difference = y[i] - t[i]
        total += difference * difference
        e[i] = scale * difference
      }
      return 0.5 * scale * total
    },
  }
}

/**
 * 𝓛 = −Σ_k t_k log p_k with p = softmax(y), e = p·Σt − t; both divided by B for the mean.
 * Equation: theory (1.3). Shapes: targets [B, K] of weights ≥ 0, one-hot for classification. Units: nats.
 * Why: the largest output is subtracted first, so that no exponential overflows.
 */
export function crossEntropy(reduction: Reduction = 'mean', kernels: Kernels = blockedKernels): Loss {
  const isMean = choose('crossEntropy', 'reduction', reduction, IS_MEAN)
  return {
    name: 'cross-entropy',
    reduction,
    evaluateInto(error, output, target) {
      check('crossEntropy', error, output, target)
      const batch = output.shape[0], classes = output.shape[1]
      const scale = isMean ? 1 / batch : 1
      return kernels.elementwise.crossEntropyInto(error.data, output.data, target.data, batch, classes, scale)
    },
  }
}

/** Number of rows of `output` whose largest element stands where that of `target` does; the first wins a tie. */
export function countCorrect(output: Tensor, target: Tensor): number {
  checkSameShape('countCorrect', 'target', target, 'output', output)
  const [batch, classes] = output.shape
  let correct = 0
  for (let i = 0; i < batch; i++) {
    if (argmax(output.data, i * classes, classes) === argmax(target.data, i * classes, classes)) correct++
  }
  return correct
}

function argmax(x: Float32Array, from: number, length: number): number {
  let best = 0
  for (let j = 1; j < length; j++) if (x[from + j] > x[from + best]) best = j
  return best
}
