// Binary cross-entropy of logits: every output is a yes or a no of its own.

import { checkSameShape, choose, exp, log1p, show, sigmoid } from '../tensor/index.ts'
import { IS_MEAN, type Loss, type Reduction } from './loss.ts'

/**
 * 𝓛 = Σ_ik log(1 + e^y) − t·y, e = σ(y) − t; both divided by B for the mean. The sum over outputs is not divided by K.
 * Shapes: y, t, e [B, K], any K; t in [0, 1]. Units: nats.
 * Order: samples ascending, outputs ascending, in float64; each e rounded once.
 * Why: log(1 + e^y) = max(y, 0) + log(1 + e^−|y|), which cannot overflow; y are logits, so that the sigmoid is the loss's
 * and the network ends in a dense layer. Throws: RangeError when shapes differ.
 */
export function binaryCrossEntropy(reduction: Reduction = 'mean'): Loss {
  const isMean = choose('binaryCrossEntropy', 'reduction', reduction, IS_MEAN)
  return {
    name: 'binary-cross-entropy',
    reduction,
    evaluateInto(error, output, target) {
      if (output.shape.length !== 2) {
        throw new RangeError(`binaryCrossEntropy: output must have shape [B, K], got ${show(output.shape)}`)
      }
      checkSameShape('binaryCrossEntropy', 'target', target, 'output', output)
      checkSameShape('binaryCrossEntropy', 'error', error, 'output', output)
      const scale = isMean ? 1 / output.shape[0] : 1
      const e = error.data, y = output.data, t = target.data
      let total = 0
      for (let i = 0; i < e.length; i++) {
        total += Math.max(y[i], 0) - t[i] * y[i] + log1p(exp(-Math.abs(y[i])))
        e[i] = scale * (sigmoid(y[i]) - t[i])
      }
      return scale * total
    },
  }
}
