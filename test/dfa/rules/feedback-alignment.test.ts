import { describe, expect, it } from 'vitest'
import { backpropagation, feedbackAlignment, type FeedbackKind, installRule, trainer } from '../../../src/dfa/index.ts'
import { crossEntropy, sgd } from '../../../src/nn/index.ts'
import { fromRows } from '../../../src/tensor/index.ts'
import { denseOf, gradientsOf, network, normals, valuesOf } from '../networks.ts'

describe('feedbackAlignment', () => {
  it('with R = W is backpropagation bit for bit, over thirty steps of training', () => {
    const make = (rule: ReturnType<typeof backpropagation>): ReturnType<typeof trainer> =>
      trainer({ network: network(), rule, loss: crossEntropy('mean'), optimizer: sgd(0.2) })
    const exact = make(backpropagation())
    const aligned = make(feedbackAlignment())
    for (const layer of denseOf(aligned.network)) layer.transport = layer.weight.value
    const target = fromRows([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]])
    for (let step = 0; step < 30; step++) {
      const input = normals(4, 5, step, 'input')
      expect(aligned.step(input, target), `step ${step}`).toBe(exact.step(input, target))
    }
    expect(valuesOf(aligned.network)).toEqual(valuesOf(exact.network))
  })

  it('carries the error by R of every layer but the first: dh = da R, by hand', () => {
    const layer = network({ sizes: [2, 2, 2], activation: 'linear', bias: false })
    installRule(layer, feedbackAlignment())
    const [first, second] = denseOf(layer)
    expect(first.transport).toBeUndefined()
    second.transport = fromRows([[1, 2], [3, 4]])
    const gradients = gradientsOf(layer, fromRows([[1, 10]]), fromRows([[1, -1]]))
    // da_1 = (1, −1)·R = (−2, −2).
    expect([...gradients.get('dense1/weight') ?? []]).toEqual([-2, -20, -2, -20])
  })

  it('draws R in the shape of W, with entries of variance 1/I, and from its own seed', () => {
    const sizes = [4, 300, 200]
    const draw = (kind: FeedbackKind, seed: number, weights = 1): Float32Array => {
      const layer = network({ sizes, seed: weights })
      installRule(layer, feedbackAlignment({ kind, seed }))
      const { transport } = denseOf(layer)[1]
      expect(transport?.shape).toEqual([200, 300])
      return transport?.data ?? new Float32Array(0)
    }
    for (const [kind, variance] of [['gaussian', 1], ['uniform', 1 / 3], ['orthogonal', 1]] as const) {
      const r = draw(kind, 5)
      const measured = r.reduce((total, x) => total + x * x, 0) / r.length * 300
      expect(Math.abs(measured / variance - 1), kind).toBeLessThan(0.05)
      expect(draw(kind, 5, 2), kind).toEqual(r)
      expect(draw(kind, 6), kind).not.toEqual(r)
    }
  })

  it('refuses an unknown kind', () => {
    expect(() => installRule(network(), feedbackAlignment({ kind: 'cauchy' as FeedbackKind }))).toThrow(
      'feedbackAlignment: kind must be one of gaussian, uniform, unit-uniform, orthogonal, sparse, low-rank, got "cauchy"',
    )
  })
})
