// Initial weights. Each parameter draws from its own stream `init/<name>`, so that one layer more or less changes no
// other layer's weights.

import { checkFinite, normalInto, randomOrthogonal, randomStream, show, uniformInto } from '../tensor/index.ts'
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

const KINDS: readonly Initialization[] = ['zero', 'uniform', 'gaussian', 'normal', 'orthogonal']

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
 * Throws: RangeError for an unknown kind or a scale not finite.
 */
export function initialize(network: Layer, kind: Initialization, seed: number, scale = 1): void {
  if (!KINDS.includes(kind)) {
    throw new RangeError(`initialize: kind must be one of ${KINDS.join(', ')}, got ${show(kind)}`)
  }
  checkFinite('initialize', 'scale', scale)
  for (const layer of walk(network)) {
    const weighted = weightedOf(layer)
    if (weighted !== undefined) initializeWeighted(weighted, kind, seed, scale)
  }
}

function initializeWeighted(layer: Weighted, kind: Initialization, seed: number, scale: number): void {
  const { weight, bias, fanIn } = layer
  const stream = randomStream(seed, `init/${weight.name}`)
  const values = weight.value.data
  const rows = weight.value.shape[0]
  const overRoot = scale / Math.sqrt(fanIn)
  bias?.value.data.fill(0)
  if (kind === 'zero') values.fill(0)
  else if (kind === 'gaussian') normalInto(values, stream, overRoot)
  else if (kind === 'normal') normalInto(values, stream, scale)
  else if (kind === 'orthogonal') {
    values.set(randomOrthogonal(stream, rows, values.length / rows).data.map((x) => scale * x))
  } else {
    uniformInto(values, stream, -overRoot, overRoot)
    if (bias !== undefined) uniformInto(bias.value.data, randomStream(seed, `init/${bias.name}`), -overRoot, overRoot)
  }
}
