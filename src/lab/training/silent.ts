// Layers that say nothing any more: units that are 0 whatever the input.

import { inMode, type Layer, walk } from '../../nn/index.ts'
import type { Source } from './tasks/task.ts'

/**
 * The lowest of the innermost layers whose outputs are 0 on all batches, undefined without one; in evaluation mode.
 * The network runs as it is, whatever its containers do with what they hold: each innermost layer is listened to.
 * Cost: of a network in which every layer speaks, a forward pass of one batch.
 */
export function silentLayer(network: Layer, reader: Source): string | undefined {
  const innermost = walk(network).filter(({ children }) => children.length === 0)
  const heard = new Set<Layer>()
  const speaking = new Set<Layer>()
  const ends = innermost.map((layer) =>
    listen(layer, (values) => {
      heard.add(layer)
      if (!speaking.has(layer) && values.some((value) => value !== 0)) speaking.add(layer)
    })
  )
  try {
    return inMode(network, false, () => {
      for (let index = 0; index < reader.perEpoch; index++) {
        network.forward(reader.batch(0, index).input)
        if (speaking.size === heard.size) return undefined
      }
      return innermost.find((layer) => heard.has(layer) && !speaking.has(layer))?.name
    })
  } finally {
    for (const end of ends) end()
  }
}

/** Shows the outputs of a layer until the returned function is called. */
function listen(layer: { forward: Layer['forward'] }, show: (values: Float32Array) => void): () => void {
  const { forward } = layer
  layer.forward = (input) => {
    const output = forward(input)
    show(output.data)
    return output
  }
  return () => {
    layer.forward = forward
  }
}
