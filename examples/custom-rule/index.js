// Direct feedback alignment that no single output can dominate: dh_l = F_l clip(e, −c, c).

import { deliverThrough, directMatrices, errorAt, mapped, mlp, requireTap, trainer } from 'feedback-alignment/dfa'
import { initialize, sgd, squaredError } from 'feedback-alignment/nn'
import { blockedKernels, normalInto, randomStream, tensor } from 'feedback-alignment/tensor'

/**
 * @param {import('feedback-alignment/dfa').DirectOptions & { limit?: number }} options
 * @returns {import('feedback-alignment/dfa').LearningRule}
 */
export function clippedFeedback({ limit = 0.1, kernels = blockedKernels, ...options } = {}) {
  const where = 'clippedFeedback'
  return {
    name: 'clipped-feedback',
    install(parts) {
      // Everything is checked before anything is changed.
      const tap = requireTap(parts, where)
      const feedback = directMatrices(where, parts, options)
      const clipped = mapped(where, kernels, (e) => Math.max(-limit, Math.min(limit, e)))
      parts.points.forEach((point, index) => {
        point.delivery = deliverThrough(feedback[index], () => clipped(errorAt(tap, where)), kernels)
      })
    },
  }
}

const network = mlp({ sizes: [20, 50, 50, 3], activation: 'tanh' })
initialize(network, 'uniform', 1)
const { step } = trainer({ network, rule: clippedFeedback({ kind: 'gaussian', seed: 2 }), loss: squaredError('mean'),
  optimizer: sgd(0.1) })
const inputs = tensor([64, 20], normalInto(new Float32Array(64 * 20), randomStream(3, 'inputs')))
const targets = tensor([64, 3], normalInto(new Float32Array(64 * 3), randomStream(3, 'targets')))
for (let i = 0; i <= 400; i++) {
  const loss = step(inputs, targets)
  if (i % 100 === 0) console.log(`step ${i}: loss ${loss.toFixed(4)}`)
}
