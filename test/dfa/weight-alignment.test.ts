import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, errorTap, feedbackAlignment, feedbackPoint, installRule, jointCosine,
  transportAlignment, weightAlignment, weightTargets } from '../../src/dfa/index.ts'
import { chain, conv2d, dense, flatten, type Layer, pooling } from '../../src/nn/index.ts'
import { fromRows, matmul } from '../../src/tensor/index.ts'
import { denseOf, network, plainCosine } from './networks.ts'

describe('weightAlignment', () => {
  it('is cos∠(W_l, F_l F_{l−1}ᵀ) and cos∠(W_L, F_{L−1}ᵀ), by hand', () => {
    const layer = network({ sizes: [1, 2, 2, 1], activation: 'linear', bias: false })
    const [, second, third] = denseOf(layer)
    second.weight.value.data.set([1, 0, 0, 0])
    third.weight.value.data.set([1, 1])
    // F_2 F_1ᵀ = (1, 2)ᵀ(3, 4) = [[3, 4], [6, 8]], norm √125; F_2ᵀ = (1, 2), norm √5.
    const found = weightAlignment(layer, [fromRows([[3], [4]]), fromRows([[1], [2]])])
    expect(found.map(({ name }) => name)).toEqual(['dense2', 'dense3'])
    expect(found[0].cosine).toBeCloseTo(3 / Math.sqrt(125), 15)
    expect(found[1].cosine).toBeCloseTo(3 / Math.sqrt(10), 15)
  })

  it('is 1 for W_l = c F_l F_{l−1}ᵀ, −1 for a negative c and NaN for a zero weight', () => {
    const layer = network({ sizes: [4, 9, 8, 3] })
    const rule = directFeedbackAlignment()
    installRule(layer, rule)
    const [, second, third] = denseOf(layer)
    const [f1, f2] = rule.feedback
    second.weight.value.data.set(matmul(f2, f1, { transposeB: true }).data.map((x) => -2 * x))
    third.weight.value.data.fill(0)
    const [hidden, last] = weightAlignment(layer, rule.feedback)
    expect(hidden.cosine).toBeCloseTo(-1, 7)
    const targets = weightTargets(layer, rule.feedback)
    expect(targets.map(({ weight }) => weight)).toEqual([second.weight.value.data, third.weight.value.data])
    third.weight.value.data.set(targets[1].target.map((x) => -2 * x))
    expect(jointCosine(targets.map(({ weight }) => weight), targets.map(({ target }) => target))).toBeCloseTo(-1, 7)
    third.weight.value.data.fill(0)
    expect(last.cosine).toBeNaN()
  })

  it('leaves out a stretch with two dense layers, for which there is no target', () => {
    const layer = chain('net', [dense({ name: 'a', inputs: 2, outputs: 2 }), feedbackPoint('p1', 2),
      dense({ name: 'b', inputs: 2, outputs: 3 }), dense({ name: 'c', inputs: 3, outputs: 2 }), feedbackPoint('p2', 2),
      dense({ name: 'd', inputs: 2, outputs: 2 }), errorTap('tap')])
    const f = fromRows([[1, 0], [0, 1]])
    expect(weightAlignment(layer, [f, f]).map(({ name }) => name)).toEqual(['d'])
  })

  it('leaves out convolutions, stretches that hold one, and layers above pooling', () => {
    const point = (name: string, shape: readonly number[]): Layer => feedbackPoint(name, shape)
    const layer = chain('net', [conv2d({ name: 'c1', inputChannels: 1, outputChannels: 2, kernelSize: 1 }),
      point('p1', [2, 2, 2]), conv2d({ name: 'c2', inputChannels: 2, outputChannels: 2, kernelSize: 1 }),
      flatten({ name: 'f1' }), dense({ name: 'a', inputs: 8, outputs: 8 }), point('p2', [8]),
      dense({ name: 'b', inputs: 8, outputs: 3 }), point('p3', [3]), dense({ name: 'd', inputs: 3, outputs: 2 }),
      errorTap('tap')])
    const rule = directFeedbackAlignment()
    installRule(layer, rule)
    expect(weightAlignment(layer, rule.feedback).map(({ name }) => name)).toEqual(['b', 'd'])
    const pooled = chain('net', [conv2d({ name: 'c1', inputChannels: 1, outputChannels: 2, kernelSize: 1 }),
      point('p1', [2, 2, 2]), pooling({ name: 'm', kind: 'max', window: 2 }), flatten({ name: 'f1' }),
      dense({ name: 'a', inputs: 2, outputs: 2 }), errorTap('tap')])
    installRule(pooled, rule)
    expect(weightAlignment(pooled, rule.feedback)).toEqual([])
  })
})

describe('transportAlignment', () => {
  it('is cos∠(W_l, R_l) for layers with a transport, and 1 when R = W', () => {
    const layer = network({ sizes: [4, 9, 8, 3] })
    expect(transportAlignment(layer)).toEqual([])
    installRule(layer, feedbackAlignment({ seed: 2 }))
    const [, second, third] = denseOf(layer)
    third.transport = third.weight.value
    const found = transportAlignment(layer)
    expect(found.map(({ name }) => name)).toEqual(['dense2', 'dense3'])
    expect(found[0].cosine).toBeCloseTo(plainCosine(second.weight.value.data, second.transport?.data ?? []), 12)
    expect(Math.abs(found[0].cosine)).toBeLessThan(0.5)
    expect(found[1].cosine).toBeCloseTo(1, 15)
  })
})
