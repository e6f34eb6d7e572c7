// Layers that say nothing any more: units that are 0 whatever the input.

import type { Batches } from '../../data/index.ts'
import { inMode, isConcatenation, type Layer } from '../../nn/index.ts'
import type { Tensor } from '../../tensor/index.ts'

interface Heard {
  readonly name: string
  readonly isSilent: boolean
}

/** The innermost layers, from below, and whether all their outputs on `input` are 0. */
function hear(layer: Layer, input: Tensor): readonly Heard[] {
  if (layer.children.length === 0) {
    return [{ name: layer.name, isSilent: layer.forward(input).data.every((value) => value === 0) }]
  }
  const heard: Heard[] = []
  let h = input
  for (const child of layer.children) {
    heard.push(...hear(child, h))
    if (!isConcatenation(layer)) h = child.forward(h)
  }
  return heard
}

/**
 * The lowest of the innermost layers whose outputs are 0 on all batches, undefined without one; in evaluation mode.
 * Cost: of a network in which every layer speaks, a few forward passes of one batch.
 */
export function silentLayer(network: Layer, reader: Batches): string | undefined {
  return inMode(network, false, () => {
    let layers = hear(network, reader.batch(0, 0).input)
    for (let index = 1; index < reader.perEpoch && layers.some(({ isSilent }) => isSilent); index++) {
      const now = hear(network, reader.batch(0, index).input)
      layers = layers.map(({ name, isSilent }, at) => ({ name, isSilent: isSilent && now[at].isSilent }))
    }
    return layers.find(({ isSilent }) => isSilent)?.name
  })
}
