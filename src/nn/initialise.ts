// Initial weights. Each parameter draws from its own stream `init/<name>`, so that one layer more or less changes no
// other layer's weights.

import { checkFinite, normalInto, randomOrthogonal, randomStream, show, uniformInto } from '../tensor/index.ts'
import { isDense, type Dense } from './dense.ts'
import { walk, type Layer } from './layer.ts'

/**
 * How weights start: `zero`; `uniform` U(±scale/√I), with scale 1 PyTorch's default for dense layers; `gaussian`
 * N(0, scale²/I); `normal` N(0, scale²) whatever the width; `orthogonal` scale times a matrix with orthonormal rows or
 * columns. Biases start at zero, with `uniform` at U(±scale/√I).
 */
export type Initialisation = 'zero' | 'uniform' | 'gaussian' | 'normal' | 'orthogonal'

const KINDS: readonly Initialisation[] = ['zero', 'uniform', 'gaussian', 'normal', 'orthogonal']

/** Sets every dense weight and bias of a network anew. Throws: RangeError for an unknown kind or a scale not finite. */
export function initialise(network: Layer, kind: Initialisation, seed: number, scale = 1): void {
  if (!KINDS.includes(kind)) throw new RangeError(`initialise: kind must be one of ${KINDS.join(', ')}, got ${show(kind)}`)
  checkFinite('initialise', 'scale', scale)
  for (const layer of walk(network)) if (isDense(layer)) initialiseDense(layer, kind, seed, scale)
}

function initialiseDense(layer: Dense, kind: Initialisation, seed: number, scale: number): void {
  const { weight, bias, inputs, outputs } = layer
  const stream = randomStream(seed, `init/${weight.name}`)
  const values = weight.value.data
  const overRoot = scale / Math.sqrt(inputs)
  bias?.value.data.fill(0)
  if (kind === 'zero') values.fill(0)
  else if (kind === 'gaussian') normalInto(values, stream, overRoot)
  else if (kind === 'normal') normalInto(values, stream, scale)
  else if (kind === 'orthogonal') values.set(randomOrthogonal(stream, outputs, inputs).data.map((x) => scale * x))
  else {
    uniformInto(values, stream, -overRoot, overRoot)
    if (bias !== undefined) uniformInto(bias.value.data, randomStream(seed, `init/${bias.name}`), -overRoot, overRoot)
  }
}
