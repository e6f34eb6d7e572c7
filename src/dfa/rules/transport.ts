// Random matrices R in the shape of a layer's weight.

import { choose, normalInto, randomOrthogonal, type RandomStream, randomStream, type Tensor, tensor,
  uniformInto } from '../../tensor/index.ts'
import { FEEDBACK_DRAWS, type FeedbackKind, ROOT_3 } from '../feedback.ts'
import type { Carrier } from './rule.ts'

/** How the matrices R are drawn; entries have the variance of the kind divided by I. */
export interface TransportOptions {
  readonly kind?: FeedbackKind
  readonly seed?: number
  /** k of the sparse kind: outputs that reach one input; 1 unless given. */
  readonly nonZero?: number
  /** r of the low-rank kind; 1 unless given. */
  readonly rank?: number
}

/** I, the terms of one output's sum: the weight is [O, …] with I numbers per output. */
export function fanIn({ weight: { value } }: Carrier): number {
  return value.data.length / value.shape[0]
}

/** The stream of a layer's transport. */
export function transportStream(seed: number, layer: Carrier): RandomStream {
  return randomStream(seed, `feedback/${layer.name}/transport`)
}

/** R of one layer, drawn from `transportStream`. Shapes: the weight's. Throws: RangeError for a kind that is unknown or shaped. */
export function randomTransport(rule: string, layer: Carrier, options: TransportOptions = {}): Tensor {
  const { kind = 'gaussian', seed = 0 } = options
  const fill = choose(rule, 'kind', kind as TransportKind, FILLS)
  const { shape } = layer.weight.value
  const outputs = shape[0]
  const inputs = fanIn(layer)
  const data = new Float32Array(outputs * inputs)
  fill(data, transportStream(seed, layer), inputs, outputs, options)
  return tensor(shape, data)
}

type Fill = (r: Float32Array, stream: RandomStream, inputs: number, outputs: number, options: TransportOptions) => void

/** A shape belongs to the outputs of the network: a transport between two hidden layers has none. */
type TransportKind = Exclude<FeedbackKind, 'shaped'>

const FILLS: Readonly<Record<TransportKind, Fill>> = {
  gaussian: (r, stream, inputs) => normalInto(r, stream, 1 / Math.sqrt(inputs)),
  uniform: (r, stream, inputs) => uniformInto(r, stream, -1 / Math.sqrt(inputs), 1 / Math.sqrt(inputs)),
  'unit-uniform': (r, stream, inputs) =>
    uniformInto(r, stream, -ROOT_3 / Math.sqrt(inputs), ROOT_3 / Math.sqrt(inputs)),
  orthogonal: (r, stream, inputs, outputs) => r.set(randomOrthogonal(stream, outputs, inputs).data),
  sparse: /* @__PURE__ */ fillTransposed('sparse'),
  'low-rank': /* @__PURE__ */ fillTransposed('low-rank'),
}

/** Rows of the drawn matrix are the units that the error reaches: the inputs. */
function fillTransposed(kind: FeedbackKind): Fill {
  const draw = FEEDBACK_DRAWS[kind]
  return (r, stream, inputs, outputs, options) => {
    const rows = draw(inputs, outputs, stream, options)
    const scale = 1 / Math.sqrt(inputs)
    for (let at = 0; at < r.length; at++) r[at] = scale * rows[(at % inputs) * outputs + Math.floor(at / inputs)]
  }
}
