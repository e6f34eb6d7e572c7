import { blockedKernels, type Kernels, type Tensor, timesTransposedInto, unreachable } from '../../tensor/index.ts'
import { type Conv2d, conv2d, type Dense, isConv2d, isDense, type Layer, planned } from '../../nn/index.ts'
import { DIRECT_OPTIONS, type RuleDescription, withoutOptions } from './description.ts'
import type { DirectOptions } from './direct-delivery.ts'
import { feedbackMatrices } from '../feedback.ts'
import type { FeedbackPoint } from '../feedback-point.ts'
import { RuleRefused } from '../outcomes.ts'
import { errorAt, type LearningRule, type NetworkParts, requireTap } from './rule.ts'

const WHERE = 'indirectFeedbackAlignment'

/** Indirect feedback alignment with its matrix at hand once it is installed. */
export interface IndirectFeedbackAlignment extends LearningRule {
  /** F [n_1, K] of the first point; undefined before installation. */
  readonly feedback: Tensor | undefined
}

/** Options of `indirectFeedbackAlignment`; of `matrices` only the first is used. */
export type IndirectFeedbackAlignmentOptions = DirectOptions

/** Below one point: the layer with the weight and what lies between it and the point, downwards. */
interface Segment {
  readonly carrier: Dense | Conv2d
  readonly between: readonly Layer[]
  /** dh [B, …] := W da, the layer's forward pass without its bias, for da of any shape with its number of inputs. */
  readonly climb: (da: Tensor, dh: Tensor) => void
}

/**
 * dh_1 = F e at the first point; above it the error travels upwards by the forward weights: dh_{l+1} = W_{l+1} da_l.
 * Equation: theory (5.10); nokland2016 (IFA). Shapes: e [B, K], F [n_1, K]. With one hidden layer it is direct feedback
 * alignment. Needs one dense or convolutional layer per point and, between the two, layers without parameters in a
 * plain chain that keep the number of features (activation, flatten); their backward pass runs more than once, with the
 * same result. A convolution carries by a second layer of its geometry, without bias: its weight is copied at each use.
 * Throws: RuleRefused when the network is not so, in the backward pass for a layer that changes the number of features of one
 * input shape alone; RangeError for a matrix that does not fit. Below a lone point nothing climbs: any layer may lie
 * there.
 * Why no pooling between a layer and its point: W_{l+1} takes what has the shape of h_l, and da_l has that of a_l.
 * Carrying da_l through the pooling forwards would be a rule of its own (which winners, whose slope?) that no paper
 * defines. Pooling with a convolution's stride in its place works.
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
      const segments = segmentsOf(parts, kernels)
      const { points, outputs } = parts
      if (points.length === 0) return
      if (points.length > 1) segments.forEach((segment, l) => checkKeeping(segment, points[l]))
      const [{ name, width, shape }] = points
      const target = { name, width, shape, above: points.length }
      const f = options.matrices?.[0] ?? feedbackMatrices([target], outputs, options)[0]
      if (f.shape.length !== 2 || f.shape[0] !== width || f.shape[1] !== outputs) {
        const wanted = `[${width}, ${outputs}]`
        throw new RangeError(`${WHERE}: matrices[0] must have shape ${wanted}, got [${f.shape.join(', ')}]`)
      }
      feedback = f
      const buffers = points.map(() => planned(WHERE, kernels, (shape, space) => space.tensor(shape)))
      /** dh_l in the shape of h_l. */
      const signalAt = (l: number): Tensor => {
        const { name, activation } = points[l]
        if (activation === undefined) throw new Error(`${WHERE}: forward must come first, got no input of ${name}`)
        return buffers[l](activation)
      }
      /** dh_l for l = 0 … last, from the first point upwards. */
      const ascend = (last: number): Tensor => {
        const e = errorAt(tap, WHERE)
        let signal = signalAt(0)
        timesTransposedInto(kernels, signal, e, f)
        for (let l = 1; l <= last; l++) {
          let da: Tensor | undefined = signal
          for (const layer of segments[l - 1].between) da = layer.backward(da, true)
          if (da === undefined) throw new Error(`${WHERE}: no gradient came out below ${points[l - 1].name}`)
          checkKept(segments[l - 1], points[l - 1].name, da, signal)
          signal = signalAt(l)
          segments[l].climb(da, signal)
        }
        return signal
      }
      points.forEach((point, index) => {
        // Each point climbs anew from the first, so that the order in which points are asked does not matter: L²/2
        // products of a layer's size; networks under this rule are a few layers deep.
        point.delivery = { usesUpstream: false, deliver: () => ascend(index) }
      })
    },
  }
}

/** Height and width of maps that no window exceeds. */
const LARGE = 1024

/**
 * Throws: RuleRefused when what lies between a point and its layer does not keep the number of features, as pooling does not.
 * Only shapes are asked. How large a convolution's maps are shows in the forward pass alone: the question is put for
 * maps of the point's own shape and, where a layer does not take those, for large ones; a layer that takes neither is
 * left to `checkKept`.
 */
function checkKeeping({ carrier, between }: Segment, { name, width, shape }: FeedbackPoint): void {
  const asked = isDense(carrier) ? [[1, carrier.outputs]] : [[1, ...shape], [1, carrier.outputChannels, LARGE, LARGE]]
  const changing = asked.map((from) => changingLayer(between, from)).find((answer) => answer !== undefined)
  if (changing !== undefined && changing !== 'none') {
    throw new RuleRefused(WHERE,
      `layers between ${carrier.name} and ${name} must keep the number of features, got ${changing.name}, which does not`)
  }
  if (isDense(carrier) && carrier.outputs !== width) {
    throw new RuleRefused(WHERE,
      `${carrier.name} must have as many outputs as ${name} has features, got ${carrier.outputs} and ${width}`)
  }
}

/** The lowest layer that changes the number of features of this shape; undefined when one does not take it. */
function changingLayer(between: readonly Layer[], from: readonly number[]): Layer | 'none' | undefined {
  const sizeOf = (shape: readonly number[]): number => shape.reduce((size, axis) => size * axis, 1)
  let shape = from
  try {
    for (const layer of [...between].reverse()) {
      const next = layer.outputShape(shape)
      if (sizeOf(next) !== sizeOf(from)) return layer
      shape = next
    }
  } catch {
    return undefined
  }
  return 'none'
}

/** Throws: RuleRefused when what lies between a point and its layer has not kept the number of features. */
function checkKept({ carrier }: Segment, point: string, da: Tensor, dh: Tensor): void {
  if (da.data.length === dh.data.length) return
  const [below, above] = [da, dh].map(({ shape, data }) => data.length / shape[0])
  throw new RuleRefused(WHERE,
    `layers between ${carrier.name} and ${point} must keep the number of features, got ${below} and ${above}`)
}

/** The forward pass of a carrier without its bias. */
function climber(carrier: Dense | Conv2d, kernels: Kernels): Segment['climb'] {
  const { data: w } = carrier.weight.value
  if (isDense(carrier)) {
    return (da, dh) => timesTransposedInto(kernels, dh, da, carrier.weight.value)
  }
  if (!isConv2d(carrier)) return unreachable(WHERE, carrier)
  // A layer of its own: the patches of the carrier's forward pass are still wanted for its gradient.
  const { name, inputChannels, outputChannels, kernelSize, stride, padding, groups } = carrier
  const bare = conv2d({
    name,
    inputChannels,
    outputChannels,
    kernelSize,
    stride,
    padding,
    groups,
    bias: false,
    kernels,
  })
  return (da, dh) => {
    bare.weight.value.data.set(w)
    const { data } = bare.forward(da)
    if (data.length === dh.data.length) kernels.elementwise.copyInto(dh.data, data)
    else {
      throw new RuleRefused(WHERE,
        `layers above ${name} must keep its number of features up to the point, `
          + `got ${data.length / da.shape[0]} and ${dh.data.length / da.shape[0]}`)
    }
  }
}

/** Throws: RuleRefused unless each point has a dense or convolutional layer of its own below, fed by the point before. */
function segmentsOf({ points, order }: NetworkParts, kernels: Kernels): readonly Segment[] {
  const segments: Segment[] = []
  let carrier: Dense | Conv2d | undefined
  let between: Layer[] = []
  for (const layer of order) {
    if (layer === points[segments.length]) {
      if (carrier === undefined) {
        throw new RuleRefused(WHERE,
          `${layer.name} must have a dense or convolutional layer of its own below, got none`)
      }
      segments.push({ carrier, between, climb: climber(carrier, kernels) })
      carrier = undefined
      between = []
    } else if (segments.length === points.length) break
    else if (isDense(layer) || isConv2d(layer)) {
      if (carrier !== undefined) {
        throw new RuleRefused(WHERE,
          `there must be one dense or convolutional layer per point, got ${carrier.name} and ${layer.name}`)
      }
      carrier = layer
    } else if (layer.parameters.length > 0 || carrier === undefined) {
      throw new RuleRefused(WHERE,
        `other layers must follow a dense or convolutional one and have no parameters, got ${layer.name}`)
    } else between.unshift(layer)
  }
  return segments
}

/** Its description. */
export const indirectFeedbackAlignmentRule: RuleDescription = {
  name: 'indirect-feedback-alignment',
  abbreviation: 'IFA',
  equation: 'dh_1 = F e, dh_{l+1} = W_{l+1} da_l',
  // One matrix, at the first point: nothing to share.
  uses: /* @__PURE__ */ withoutOptions(DIRECT_OPTIONS, 'sharing'),
  make: (options) => indirectFeedbackAlignment(options),
}
