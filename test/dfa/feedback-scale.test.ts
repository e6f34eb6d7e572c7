import { describe, expect, it } from 'vitest'
import { backpropagation, directFeedbackAlignment, type FeedbackNormalization, indirectFeedbackAlignment, installRule,
  trainer } from '../../src/dfa/index.ts'
import { type ActivationName, adam, initialize, type Optimizer, sgd, squaredError } from '../../src/nn/index.ts'
import { matmul, type Tensor } from '../../src/tensor/index.ts'
import { denseOf, network, normals, relativeDistance, valuesOf } from './networks.ts'

/** What one step adds to each parameter. */
function step(normalization: FeedbackNormalization,
  optimizer: Optimizer = sgd(0.01)): ReadonlyMap<string, Float32Array>
{
  const layer = network({ sizes: [5, 20, 30, 3] })
  const rule = directFeedbackAlignment({ sharing: 'shared', normalization, seed: 2 })
  const run = trainer({ network: layer, rule, loss: squaredError('mean'), optimizer })
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

const norm = ({ data }: Tensor): number => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0))

describe('feedback as large as backpropagation', () => {
  const sizes = [50, 300, 200, 400, 10]
  const cases: readonly (readonly ['uniform' | 'gaussian', number, ActivationName, number])[] = [['uniform', 1 / 3,
    'relu', 0.5], ['gaussian', 1, 'relu', 0.5], ['uniform', 1 / 3, 'linear', 1]]
  it.each(cases)('delivers errors of the exact size, theory (8.19), (8.20): %s weights, v = %d, %s, γ = %d',
    (kind, weightGain, activation, slopeGain) => {
      const layer = network({ sizes, activation })
      initialize(layer, kind, 3)
      installRule(layer, backpropagation())
      const e = normals(200, 10, 2, 'e')
      layer.forward(normals(200, 50, 1, 'x'))
      layer.backward(e, false)
      const carriers = denseOf(layer)
      // dh_l = W_{l+1}ᵀ da_{l+1}, samples as rows.
      const exact = carriers.slice(1).map(({ weight, outputGradient }) => {
        if (outputGradient === undefined) throw new Error('no gradient')
        return norm(matmul(outputGradient, weight.value))
      })
      const options = { normalization: 'backward', weightGain, slopeGain, seed: 5 } as const
      const rule = directFeedbackAlignment(options)
      installRule(layer, rule)
      // Products of 10 columns over 300 units scatter by some percent; one layer's factor is 0.41 to 0.71.
      rule.feedback.forEach(({ shape: [n, k], data }, l) => {
        const size = norm(e) * Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / k)
        expect(Math.abs(size / exact[l] - 1), `${n} units`).toBeLessThan(0.15)
      })
      const indirect = indirectFeedbackAlignment(options)
      installRule(layer, indirect)
      expect(indirect.feedback?.data).toEqual(rule.feedback[0].data)
    })

  it('changes nothing that Adam does, theory (8.21)', () => {
    const wide = step('width', adam({ rate: 0.01, epsilon: 1e-30 }))
    const backward = step('backward', adam({ rate: 0.01, epsilon: 1e-30 }))
    for (const [name, change] of backward) {
      expect(relativeDistance(change, wide.get(name) ?? []), name).toBeLessThan(1e-4)
    }
  })
})
