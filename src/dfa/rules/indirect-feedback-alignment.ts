import { blockedKernels, type Tensor } from '../../tensor/index.ts'
import { allocateTensor, isDense, planned, type Dense, type Layer } from '../../nn/index.ts'
import type { DirectOptions } from './direct-delivery.ts'
import { feedbackMatrices } from '../feedback.ts'
import { errorAt, requireTap, type LearningRule, type NetworkParts } from './rule.ts'

const WHERE = 'indirectFeedbackAlignment'

/** Indirect feedback alignment with its matrix at hand once it is installed. */
export interface IndirectFeedbackAlignment extends LearningRule {
  /** F [n_1, K] of the first point; undefined before installation. */
  readonly feedback: Tensor | undefined
}

/** Options of `indirectFeedbackAlignment`; of `matrices` only the first is used. */
export type IndirectFeedbackAlignmentOptions = DirectOptions

/** Below one point: the dense layer and what lies between it and the point, downwards. */
interface Segment {
  readonly dense: Dense
  readonly between: readonly Layer[]
}

/**
 * dh_1 = F e at the first point; above it the error travels upwards by the forward weights: dh_{l+1} = W_{l+1} da_l.
 * Equation: Nøkland 2016 section 2 (IFA). Shapes: e [B, K], F [n_1, K]. With one hidden layer it is direct feedback
 * alignment. Needs one dense layer per point and, between the two, layers without parameters in a plain chain; their
 * backward pass runs more than once, with the same result.
 * Throws: Error when the network is not so; RangeError for a matrix that does not fit.
 */
export function indirectFeedbackAlignment(options: IndirectFeedbackAlignmentOptions = {}): IndirectFeedbackAlignment {
  const { kernels = blockedKernels } = options
  let feedback: Tensor | undefined
  return {
    name: 'indirect-feedback-alignment',
    get feedback(): Tensor | undefined {
      return feedback
    },
    install(parts) {
      const tap = requireTap(parts, WHERE)
      const segments = segmentsOf(parts)
      const { points, outputs } = parts
      if (points.length === 0) return
      const f = options.matrices?.[0] ?? feedbackMatrices(points.slice(0, 1), outputs, options)[0]
      if (f.shape.length !== 2 || f.shape[0] !== points[0].width || f.shape[1] !== outputs) {
        const wanted = `[${points[0].width}, ${outputs}]`
        throw new RangeError(`${WHERE}: matrices[0] must have shape ${wanted}, got [${f.shape.join(', ')}]`)
      }
      feedback = f
      const buffers = planned((batch) => points.map(({ width }) => allocateTensor(kernels, [batch, width])))
      /** dh_l for l = 0 … last, from the first point upwards. */
      const ascend = (batch: number, last: number): Tensor => {
        const signals = buffers(batch)
        const e = errorAt(tap, WHERE)
        kernels.gemm(batch, f.shape[0], outputs, e.data, false, f.data, true, signals[0].data, false)
        for (let l = 1; l <= last; l++) {
          let da: Tensor | undefined = signals[l - 1]
          for (const layer of segments[l - 1].between) da = layer.backward(da, true)
          if (da === undefined) throw new Error(`${WHERE}: no gradient came out below ${points[l - 1].name}`)
          const { inputs, outputs: width, weight } = segments[l].dense
          kernels.gemm(batch, width, inputs, da.data, false, weight.value.data, true, signals[l].data, false)
        }
        return signals[last]
      }
      points.forEach((point, index) => {
        // Each point climbs anew from the first, so that the order in which points are asked does not matter: L²/2
        // products of a layer's size; networks under this rule are a few layers deep.
        point.delivery = { usesUpstream: false, deliver: (_upstream, out) => ascend(out.shape[0], index) }
      })
    },
  }
}

/** Throws: Error unless each point has a dense layer of its own right below, fed by the point before. */
function segmentsOf({ points, order }: NetworkParts): readonly Segment[] {
  const segments: Segment[] = []
  let dense: Dense | undefined
  let between: Layer[] = []
  for (const layer of order) {
    if (layer === points[segments.length]) {
      if (dense === undefined) {
        throw new Error(`${WHERE}: ${layer.name} must have a dense layer of its own below, got none`)
      }
      segments.push({ dense, between })
      dense = undefined
      between = []
    } else if (segments.length === points.length) break
    else if (isDense(layer)) {
      if (dense !== undefined) {
        throw new Error(`${WHERE}: there must be one dense layer per point, got ${dense.name} and ${layer.name}`)
      }
      dense = layer
    } else if (layer.parameters.length > 0 || dense === undefined) {
      throw new Error(`${WHERE}: other layers must follow a dense one and have no parameters, got ${layer.name}`)
    } else between.unshift(layer)
  }
  return segments
}
