// Initial weights. Each parameter draws from its own stream `init/<name>`, so that one layer more or less changes no
// other layer's weights.

import { checkFinite, choose, normalInto, randomOrthogonal, type RandomStream, randomStream, show,
  uniformInto } from '../tensor/index.ts'
import { isConv2d } from './conv2d.ts'
import { isDense } from './dense.ts'
import { isEmbedding } from './embedding.ts'
import { type Layer, type Parameter, walk } from './layer.ts'

/**
 * How weights start: `zero`; `uniform` U(±scale/√I), with scale 1 PyTorch's default for dense layers; `gaussian`
 * N(0, scale²/I); `normal` N(0, scale²) whatever the width; `orthogonal` scale times a matrix with orthonormal rows or
 * columns. Biases start at zero, with `uniform` at U(±scale/√I).
 */
export type Initialization = 'zero' | 'uniform' | 'gaussian' | 'normal' | 'orthogonal'

/** What initialization needs to know of a layer with weights. */
interface Weighted {
  readonly weight: Parameter
  readonly bias: Parameter | undefined
  /** I: terms of one output's sum. */
  readonly fanIn: number
}

/** The weights of a layer as a matrix, if it has any. A vector of an embedding is one term: a one-hot input's. */
function weightedOf(layer: Layer): Weighted | undefined {
  if (isDense(layer)) return { weight: layer.weight, bias: layer.bias, fanIn: layer.inputs }
  if (isConv2d(layer)) return layer
  if (isEmbedding(layer)) return { weight: layer.weight, bias: undefined, fanIn: 1 }
  return undefined
}

/**
 * Sets every weight and bias of dense, convolutional (I = C/groups·kH·kW) and embedding (I = 1) layers anew.
 * Throws: RangeError for an unknown kind, or a scale negative or not finite in float32.
 */
export function initialize(network: Layer, kind: Initialization, seed: number, scale = 1): void {
  const fill = choose('initialize', 'kind', kind, FILLS)
  if (!(checkFinite('initialize', 'scale', scale) >= 0 && Math.fround(scale) < Infinity)) {
    throw new RangeError(`initialize: scale must be at least 0 and finite in float32, got ${show(scale)}`)
  }
  for (const layer of walk(network)) {
    const weighted = weightedOf(layer)
    // The stream is made even where nothing is drawn: a bad seed is refused under every kind.
    if (weighted !== undefined) fill(weighted, scale, streamOf(seed, weighted.weight), seed)
  }
}

type Fill = (layer: Weighted, scale: number, stream: RandomStream, seed: number) => void

const FILLS: Readonly<Record<Initialization, Fill>> = {
  zero: ({ weight, bias }) => {
    weight.value.data.fill(0)
    bias?.value.data.fill(0)
  },
  uniform: ({ weight, bias, fanIn }, scale, stream, seed) => {
    const bound = scale / Math.sqrt(fanIn)
    uniformInto(weight.value.data, stream, -bound, bound)
    if (bias !== undefined) uniformInto(bias.value.data, streamOf(seed, bias), -bound, bound)
  },
  gaussian: ({ weight, bias, fanIn }, scale, stream) => {
    normalInto(weight.value.data, stream, scale / Math.sqrt(fanIn))
    bias?.value.data.fill(0)
  },
  normal: ({ weight, bias }, scale, stream) => {
    normalInto(weight.value.data, stream, scale)
    bias?.value.data.fill(0)
  },
  orthogonal: ({ weight, bias }, scale, stream) => {
    const { data, shape: [rows] } = weight.value
    data.set(randomOrthogonal(stream, rows, data.length / rows).data.map((x) => scale * x))
    bias?.value.data.fill(0)
  },
}

function streamOf(seed: number, { name }: Parameter): RandomStream {
  return randomStream(seed, `init/${name}`)
}
