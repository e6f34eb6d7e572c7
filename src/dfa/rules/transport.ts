// Random matrices R in the shape of a layer's weight.

import { normalInto, randomOrthogonal, type RandomStream, randomStream, show, type Tensor, tensor,
  uniformInto } from '../../tensor/index.ts'
import { FEEDBACK_KINDS, type FeedbackKind, unitFeedback } from '../feedback.ts'
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

/** R of one layer, drawn from `transportStream`. Shapes: the weight's. Throws: RangeError for an unknown kind. */
export function randomTransport(rule: string, layer: Carrier, options: TransportOptions = {}): Tensor {
  const { kind = 'gaussian', seed = 0 } = options
  const { shape } = layer.weight.value
  const outputs = shape[0]
  const inputs = fanIn(layer)
  const stream = transportStream(seed, layer)
  const data = new Float32Array(outputs * inputs)
  const scale = 1 / Math.sqrt(inputs)
  if (kind === 'gaussian') normalInto(data, stream, scale)
  else if (kind === 'uniform') uniformInto(data, stream, -scale, scale)
  else if (kind === 'orthogonal') data.set(randomOrthogonal(stream, outputs, inputs).data)
  else if (FEEDBACK_KINDS.includes(kind)) {
    // Rows of the drawn matrix are the units that the error reaches: the inputs.
    const rows = unitFeedback(kind, inputs, outputs, stream, options)
    for (let at = 0; at < data.length; at++) {
      data[at] = scale * rows[(at % inputs) * outputs + Math.floor(at / inputs)]
    }
  } else throw new RangeError(`${rule}: kind must be one of ${FEEDBACK_KINDS.join(', ')}, got ${show(kind)}`)
  return tensor(shape, data)
}
