// The loss of decisions between two, from logits.

import { checkSameShape, choose, exp, log1p, show, sigmoid } from '../tensor/index.ts'
import { IS_MEAN, type Loss, type Reduction } from './loss.ts'

/**
 * −t·log p − (1 − t)·log(1 − p) with p = 1/(1 + e^(−s)), as max(s, 0) − t·s + log(1 + e^(−|s|)): nothing overflows, and
 * small losses are not lost.
 */
export function logisticLoss(s: number, t: number): number {
  return Math.max(s, 0) - t * s + log1p(exp(-Math.abs(s)))
}

/**
 * 𝓛 = Σ −t·log p − (1 − t)·log(1 − p), p = 1/(1 + e^(−y)), e = p − t; both divided by B for the mean.
 * Shapes: output y, target t in [0, 1], error [B, K]; K decisions per sample are added. Units: nats.
 * Order: as `Loss`; e rounded once. Throws: RangeError for other shapes and for a target outside [0, 1], before anything
 * is written.
 */
export function binaryCrossEntropy(reduction: Reduction = 'mean'): Loss {
  const where = 'binaryCrossEntropy'
  const isMean = choose(where, 'reduction', reduction, IS_MEAN)
  return {
    name: 'binary-cross-entropy',
    reduction,
    evaluateInto(error, output, target) {
      if (output.shape.length !== 2) {
        throw new RangeError(`${where}: output must have shape [B, K], got ${show(output.shape)}`)
      }
      checkSameShape(where, 'target', target, 'output', output)
      checkSameShape(where, 'error', error, 'output', output)
      const y = output.data, t = target.data
      for (let i = 0; i < t.length; i++) {
        if (t[i] >= 0 && t[i] <= 1) continue
        throw new RangeError(`${where}: target[${i}] must be between 0 and 1, got ${t[i]}`)
      }
      const scale = isMean ? 1 / output.shape[0] : 1
      let total = 0
      for (let i = 0; i < y.length; i++) {
        total += logisticLoss(y[i], t[i])
        error.data[i] = scale * (sigmoid(y[i]) - t[i])
      }
      return scale * total
    },
  }
}
