import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, installRule, measureAlignment, mlp,
  weightAlignment } from '../../../../src/dfa/index.ts'
import { initialize, isDense, walk } from '../../../../src/nn/index.ts'
import { alignmentTargets, globalWeightAlignment, gradientAlignment, makeTransparent,
  meanCosines } from '../../../../src/lab/reproduce/refinetti2021/deep-alignment.ts'
import { normalInto, randomStream, type Tensor, tensor } from '../../../../src/tensor/index.ts'

function network(): { net: ReturnType<typeof mlp>; feedback: readonly Tensor[]; error: Tensor } {
  const net = mlp({ sizes: [6, 9, 7, 3], activation: 'tanh', bias: false })
  initialize(net, 'uniform', 5)
  const rule = directFeedbackAlignment({ kind: 'uniform', seed: 0 })
  installRule(net, rule)
  net.forward(tensor([8, 6], normalInto(new Float32Array(48), randomStream(2, 'x'))))
  return { net, feedback: rule.feedback, error: tensor([8, 3], normalInto(new Float32Array(24), randomStream(2, 'e'))) }
}

describe('gradientAlignment', () => {
  it('has the layers of measureAlignment and the same value on a network that is trained by exact gradients', () => {
    const { net, error } = network()
    const expected = measureAlignment(net, error).layerGradient.slice(0, -1).map(({ samples }) => samples.mean)
    const measured = gradientAlignment(net, error)
    measured.layers.forEach((value, l) => expect(value).toBeCloseTo(expected[l], 6))
    makeTransparent(net)
    expect(gradientAlignment(net, error)).toEqual(measured)
  })

  it('leaves the gradients and the points of a transparent network exact', () => {
    const { net, error } = network()
    makeTransparent(net)
    net.backward(error, false)
    const exact = walk(net).filter(isDense).map(({ weight }) => weight.gradient.data.slice())
    gradientAlignment(net, error)
    net.backward(error, false)
    expect(walk(net).filter(isDense).map(({ weight }) => weight.gradient.data)).toEqual(exact)
  })
})

describe('meanCosines', () => {
  it('joins layers before it takes the cosine, and averages over samples afterwards', () => {
    // Two layers of width 1 and 2, two samples.
    const x = [Float32Array.of(3, 1), Float32Array.of(0, 4, 1, 0)]
    const y = [Float32Array.of(3, -1), Float32Array.of(4, 0, 1, 0)]
    const { global, layers } = meanCosines(x, y, 2)
    expect(layers).toEqual([(1 - 1) / 2, (0 + 1) / 2])
    // (3·3 + 0)/(5·5) = 0.36 and (−1 + 1)/2 = 0.
    expect(global).toBeCloseTo(0.18, 12)
  })

  it('leaves samples without a direction out instead of scoring them', () => {
    const { global, layers } = meanCosines([Float32Array.of(0, 2)], [Float32Array.of(5, 2)], 2)
    expect([global, layers]).toEqual([1, [1]])
    expect(meanCosines([Float32Array.of(0)], [Float32Array.of(0)], 1)).toEqual({ global: null, layers: [null] })
  })
})

describe('globalWeightAlignment', () => {
  it('has the layers of weightAlignment and is 1 for weights that are their targets', () => {
    const { net, feedback } = network()
    const targets = alignmentTargets(feedback)
    const { global, layers } = globalWeightAlignment(net, targets)
    weightAlignment(net, feedback).forEach(({ cosine }, l) => expect(layers[l]).toBeCloseTo(cosine, 6))
    expect(Math.abs(global ?? 1)).toBeLessThan(0.6)
    walk(net).filter(isDense).slice(1).forEach(({ weight }, l) =>
      weight.value.data.set(targets[l].data.map((x) => 3 * x))
    )
    const aligned = globalWeightAlignment(net, targets)
    for (const value of [aligned.global, ...aligned.layers]) expect(value).toBeCloseTo(1, 6)
    for (const { weight } of walk(net).filter(isDense)) weight.value.data.fill(0)
    expect(globalWeightAlignment(net, targets).global).toBeNull()
  })
})
