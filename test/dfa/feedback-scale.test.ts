import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, type FeedbackNormalization, trainer } from '../../src/dfa/index.ts'
import { sgd, squaredError } from '../../src/nn/index.ts'
import { network, normals, relativeDistance, valuesOf } from './networks.ts'

/** What one step adds to each parameter. */
function step(normalization: FeedbackNormalization): ReadonlyMap<string, Float32Array> {
  const layer = network({ sizes: [5, 20, 30, 3] })
  const rule = directFeedbackAlignment({ sharing: 'shared', normalization, seed: 2 })
  const run = trainer({ network: layer, rule, loss: squaredError('mean'), optimizer: sgd(0.01) })
  const before = valuesOf(layer)
  run.step(normals(6, 5, 1, 'x'), normals(6, 3, 1, 'y'))
  return new Map([...valuesOf(layer)].map(([name, w]) => [name, w.map((x, i) => x - (before.get(name)?.[i] ?? NaN))]))
}

describe('the scale of feedback', () => {
  it('is the rate of hidden layers, theory (8.2), (8.3): √(n_l K) without normalization, 1 in the last layer', () => {
    const normalized = step('width-outputs'), none = step('none')
    const factors: Readonly<Record<string, number>> = {
      dense1: Math.sqrt(20 * 3),
      dense2: Math.sqrt(30 * 3),
      dense3: 1,
    }
    for (const [name, change] of none) {
      const factor = factors[name.split('/')[0]]
      expect(relativeDistance(change, normalized.get(name)?.map((x) => factor * x) ?? []), name).toBeLessThan(2e-3)
    }
    expect(none.get('dense3/weight')).toEqual(normalized.get('dense3/weight'))
  })
})
