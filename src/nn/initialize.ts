// Initial weights. Each parameter draws from its own stream `init/<name>`, so that one layer more or less changes no
// other layer's weights.

import { checkFinite, choose, normalInto, randomOrthogonal, type RandomStream, randomStream, show, type Tensor,
  uniformInto } from '../tensor/index.ts'
import { isConv2d } from './conv2d.ts'
import { isDense } from './dense.ts'
import { isCrossLayer } from './cross-layer.ts'
import { isEmbedding } from './embedding.ts'
import { isFieldEmbedding } from './field-embedding.ts'
import { isFieldSum } from './field-sum.ts'
import { isGraphAttention } from './graph-attention.ts'
import { isGraphFilter } from './graph-filter.ts'
import { type Layer, type Parameter, walk } from './layer.ts'
import { isSparseDense } from './sparse-dense.ts'

/**
 * How weights start: `zero`; `uniform` U(±scale/√I), with scale 1 PyTorch's default for dense layers; `glorot`
 * U(±scale·√(6/(I + O))); `gaussian` N(0, scale²/I); `normal` N(0, scale²) whatever the width; `orthogonal` scale times a
 * matrix with orthonormal rows or columns. Biases start at zero, with `uniform` at U(±scale/√I).
 */
export type Initialization = 'zero' | 'uniform' | 'glorot' | 'gaussian' | 'normal' | 'orthogonal'

/** What initialization needs to know of a layer with weights. */
interface Weighted {
  readonly weights: readonly Parameter[]
  readonly bias: Parameter | undefined
  /** I: terms of one output's sum. */
  readonly fanIn: number
  /** O: sums that one input is a term of. */
  readonly fanOut: number
}

/**
 * The weights of a layer as matrices, if it has any of its own. A vector of an embedding is one term: a one-hot input's.
 * A score of graph attention is a sum over both of its vectors, and each feature is seen by all heads of one node.
 */
function weightedOf(layer: Layer): Weighted | undefined {
  if (isDense(layer) || isSparseDense(layer)) {
    return { weights: [layer.weight], bias: layer.bias, fanIn: layer.inputs, fanOut: layer.outputs }
  }
  if (isConv2d(layer)) {
    const { weight, bias, fanIn, outputChannels, groups, kernelSize: [height, width] } = layer
    return { weights: [weight], bias, fanIn, fanOut: outputChannels / groups * height * width }
  }
  if (isEmbedding(layer) || isFieldEmbedding(layer)) {
    return { weights: [layer.weight], bias: undefined, fanIn: 1, fanOut: layer.features }
  }
  // No sum of inputs belongs to these biases, so that they start at zero under every kind.
  if (isFieldSum(layer) || isCrossLayer(layer)) {
    return { weights: [], bias: layer.bias, fanIn: Infinity, fanOut: layer.bias.value.data.length }
  }
  if (isGraphFilter(layer)) {
    return { weights: [], bias: layer.bias, fanIn: layer.inputs, fanOut: layer.bias.value.data.length }
  }
  if (isGraphAttention(layer)) {
    const { source, target, bias, heads } = layer
    return { weights: [source, target], bias, fanIn: 2 * source.value.data.length / heads, fanOut: heads }
  }
  return undefined
}

/**
 * Sets every weight and bias of dense, convolutional (I = C/groups·kH·kW), embedding (I = 1), field and graph layers anew.
 * Throws: RangeError for an unknown kind, or a scale negative or not finite in float32.
 */
export function initialize(network: Layer, kind: Initialization, seed: number, scale = 1): void {
  const { draw, bound } = choose('initialize', 'kind', kind, FILLS)
  if (!(checkFinite('initialize', 'scale', scale) >= 0 && Math.fround(scale) < Infinity)) {
    throw new RangeError(`initialize: scale must be at least 0 and finite in float32, got ${show(scale)}`)
  }
  for (const layer of walk(network)) {
    const weighted = weightedOf(layer)
    if (weighted === undefined) continue
    const { weights, bias } = weighted
    // The stream is made even where nothing is drawn: a bad seed is refused under every kind.
    for (const weight of weights) draw(weight.value, streamOf(seed, weight), scale, weighted)
    if (bias === undefined) continue
    const limit = bound(scale, weighted)
    if (limit > 0) uniformInto(bias.value.data, streamOf(seed, bias), -limit, limit)
    else bias.value.data.fill(0)
  }
}

interface Fill {
  readonly draw: (weight: Tensor, stream: RandomStream, scale: number, layer: Weighted) => void
  /** Largest magnitude of a bias. */
  readonly bound: (scale: number, layer: Weighted) => number
}

const noBias = (): number => 0

const FILLS: Readonly<Record<Initialization, Fill>> = {
  zero: { draw: ({ data }) => data.fill(0), bound: noBias },
  uniform: {
    draw: ({ data }, stream, scale, { fanIn }) =>
      uniformInto(data, stream, -scale / Math.sqrt(fanIn), scale / Math.sqrt(fanIn)),
    bound: (scale, { fanIn }) => scale / Math.sqrt(fanIn),
  },
  glorot: {
    draw({ data }, stream, scale, { fanIn, fanOut }) {
      const bound = scale * Math.sqrt(6 / (fanIn + fanOut))
      uniformInto(data, stream, -bound, bound)
    },
    bound: noBias,
  },
  gaussian: {
    draw: ({ data }, stream, scale, { fanIn }) => normalInto(data, stream, scale / Math.sqrt(fanIn)),
    bound: noBias,
  },
  normal: { draw: ({ data }, stream, scale) => normalInto(data, stream, scale), bound: noBias },
  orthogonal: {
    draw({ data, shape: [rows] }, stream, scale) {
      data.set(randomOrthogonal(stream, rows, data.length / rows).data.map((x) => scale * x))
    },
    bound: noBias,
  },
}

function streamOf(seed: number, { name }: Parameter): RandomStream {
  return randomStream(seed, `init/${name}`)
}
