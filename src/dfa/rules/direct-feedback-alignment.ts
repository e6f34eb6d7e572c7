import { blockedKernels, matmulInto, tensor, type Kernels, type Tensor } from '../../tensor/index.ts'
import { feedbackMatrices, type FeedbackOptions } from '../feedback.ts'
import type { Delivery } from '../feedback-point.ts'
import { errorAt, type LearningRule } from './rule.ts'

/** Direct feedback alignment with its matrices at hand once it is installed. */
export interface DirectFeedbackAlignment extends LearningRule {
  /** F_l [n_l, K] of each point in forward order; empty before installation. */
  readonly feedback: readonly Tensor[]
}

/** Options of `directFeedbackAlignment`: how F is drawn, or the matrices themselves. */
export interface DirectFeedbackAlignmentOptions extends FeedbackOptions {
  /** Given matrices [n_l, K], one per point, instead of drawn ones. */
  readonly matrices?: readonly Tensor[]
  readonly kernels?: Kernels
}

/**
 * dh_l = F_l e at every point, F_l fixed and random; the layers above the last point keep the exact gradient.
 * Equation: Nøkland 2016; refinetti2021 section 1. Shapes: e [B, K], F_l [n_l, K], delivered [B, n_l].
 * With F_l = (W_L ⋯ W_{l+1})ᵀ in a linear network this is backpropagation.
 * Throws: Error when the network has no tap; RangeError when given matrices do not fit the points.
 */
export function directFeedbackAlignment(options: DirectFeedbackAlignmentOptions = {}): DirectFeedbackAlignment {
  const { kernels = blockedKernels, matrices } = options
  let feedback: readonly Tensor[] = []
  return {
    name: 'direct-feedback-alignment',
    get feedback(): readonly Tensor[] {
      return feedback
    },
    install({ points, tap, outputs }) {
      if (tap === undefined) throw new Error('directFeedbackAlignment: network must hold an error tap, got none')
      const drawn = matrices ?? feedbackMatrices(points, outputs, options)
      if (drawn.length !== points.length) {
        throw new RangeError(`directFeedbackAlignment: matrices must be ${points.length}, one per point, got ${drawn.length}`)
      }
      for (const [index, point] of points.entries()) {
        const f = drawn[index]
        if (f.shape.length !== 2 || f.shape[0] !== point.width || f.shape[1] !== outputs) {
          throw new RangeError(
            `directFeedbackAlignment: matrices[${index}] must have shape [${point.width}, ${outputs}] for ${point.name}, ` +
              `got [${f.shape.join(', ')}]`,
          )
        }
      }
      // All of them fit: only now is anything changed.
      feedback = drawn
      points.forEach((point, index) => {
        point.delivery = deliverThrough(drawn[index], () => errorAt(tap, 'directFeedbackAlignment'), kernels)
      })
    },
  }
}

/** dh := F e for each sample, as rows: [B, n] = [B, K]·Fᵀ. */
function deliverThrough(f: Tensor, error: () => Tensor, kernels: Kernels): Delivery {
  const options = { transposeB: true, kernels }
  return {
    usesUpstream: false,
    deliver(_upstream, out) {
      // Feature maps are delivered to as flat vectors.
      const flat = out.shape.length === 2 ? out : tensor([out.shape[0], f.shape[0]], out.data)
      matmulInto(flat, error(), f, options)
      return out
    },
  }
}
