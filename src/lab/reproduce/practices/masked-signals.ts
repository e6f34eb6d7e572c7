// How a comparison of masked signals comes to its cosines.

import type { CosineStatistics } from '../../../dfa/index.ts'
import { rowCosines } from '../../../dfa/alignment.ts'
import { partsOf } from '../../../dfa/rules/rule.ts'
import { exactly } from '../../../dfa/exact-pass.ts'
import type { Layer } from '../../../nn/index.ts'
import { randomStream, type Tensor, uniformInto } from '../../../tensor/index.ts'

/** m ⊙ u, m of ones with probability p and zeros; `name` names the stream of m. */
export function masked({ shape, data }: Tensor, p: number, seed: number, name: string): Tensor {
  const draws = uniformInto(new Float64Array(data.length), randomStream(seed, `compared/${name}`))
  return { shape, data: data.map((x, i) => (draws[i] < p ? x : 0)) }
}

/**
 * Per point the cosines of what the rule delivers with the exact signal, on the network's last forward pass, each of
 * the two under a mask of its own: p times the cosine without masks, up to the draw. Equation: theory (8.12).
 */
export function maskedSignals(network: Layer, error: Tensor, p: number, seed: number): readonly CosineStatistics[] {
  const parts = partsOf(network)
  const signals = (): readonly Tensor[] => {
    network.backward(error, false)
    return parts.points.map(({ name, delivered }) => {
      if (delivered === undefined) throw new Error(`maskedSignals: ${name} must have delivered something`)
      return { shape: delivered.shape, data: delivered.data.slice() }
    })
  }
  const exact = exactly(parts, signals)
  return signals().map((own, l) =>
    rowCosines(masked(own, p, seed, `rule/${l}`), masked(exact[l], p, seed, `exact/${l}`))
  )
}
