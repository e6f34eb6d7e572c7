import { describe, expect, it } from 'vitest'
import { deliverNothing, directFeedbackAlignment, errorTap, feedbackPoint, installRule } from '../../src/dfa/index.ts'
import { activation, chain, concatenation, dense, flatten, initialize, type Layer, parametersOf, pooling,
  walk } from '../../src/nn/index.ts'
import { fromRows, tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectNamedMisuse, expectPlannedBuffers, notingKernels, randomTensor } from './layer-laws.ts'

const linear = (name: string): Layer => activation({ name, kind: 'linear' })

describe('concatenation', () => {
  it('puts what its branches make of one input side by side, and sums what they send back', () => {
    const a = dense({ name: 'a', inputs: 2, outputs: 1, bias: false })
    a.weight.value.data.set([10, 1])
    const layer = concatenation({ name: 'c', branches: [a, linear('b')] })
    expect(layer.forward(fromRows([[1, 2], [3, 4]]))).toEqual(fromRows([[12, 1, 2], [34, 3, 4]]))
    expect(layer.backward(fromRows([[1, 0, 5], [0, 7, 0]]), true)).toEqual(fromRows([[10, 6], [7, 0]]))
    expect(a.weight.gradient).toEqual(fromRows([[1, 2]]))
  })

  it('concatenates feature maps by channel, sample by sample', () => {
    const layer = concatenation({ name: 'c', branches: [linear('a'), pooling({ name: 'p', kind: 'max', window: 1 })] })
    const x = randomTensor(1, [2, 3, 2, 2])
    const y = layer.forward(x)
    expect(y.shape).toEqual([2, 6, 2, 2])
    for (const b of [0, 1]) {
      for (const half of [0, 1]) {
        expect(y.data.slice((2 * b + half) * 12, (2 * b + half + 1) * 12)).toEqual(x.data.slice(12 * b, 12 * b + 12))
      }
    }
  })

  it('shows its branches in order to whoever walks the tree', () => {
    const [a, b] = [dense({ name: 'a', inputs: 2, outputs: 1 }), dense({ name: 'b', inputs: 2, outputs: 3 })]
    const layer = concatenation({ name: 'c', branches: [a, b] })
    expect(walk(layer)).toEqual([layer, a, b])
    expect(parametersOf(layer)).toEqual([a.weight, a.bias, b.weight, b.bias])
    expect(layer.outputShape([7, 2])).toEqual([7, 4])
  })

  it('sums the branches’ gradients from the first to the last, rounded each time', () => {
    // 1 + 2⁻²⁵ + 2⁻²⁵ is 1 in this order; the other way around it would be 1 + 2⁻²³ after a rounding to even.
    const layer = concatenation({ name: 'c', branches: [linear('a'), linear('b'), linear('d')] })
    layer.forward(fromRows([[1]]))
    const tiny = 1.5 * 2 ** -25
    expect(layer.backward(fromRows([[1, tiny, tiny]]), true)?.data[0]).toBe(1)
    layer.forward(fromRows([[1]]))
    expect(layer.backward(fromRows([[tiny, tiny, 1]]), true)?.data[0]).toBe(1 + 2 ** -23)
  })

  it('asks for no gradient that nobody uses: not below, and not of branches that end in a point', () => {
    const { kernels, products } = notingKernels()
    const point = feedbackPoint('p', 2)
    const layer = concatenation({
      name: 'c',
      branches: [chain('one', [dense({ name: 'a', inputs: 2, outputs: 2, kernels }), point]), linear('b')],
    })
    expect(layer.usesOutputGradient).toBe(true)
    point.delivery = deliverNothing
    expect(layer.usesOutputGradient).toBe(true)
    layer.forward(fromRows([[1, 2]]))
    expect(layer.backward(fromRows([[1, 1, 1, 1]]), false)).toBeUndefined()
    expect(products.length).toBe(2)
    const both = concatenation({ name: 'c', branches: [point] })
    expect(both.usesOutputGradient).toBe(false)
    both.forward(fromRows([[1, 2]]))
    expect(both.backward(undefined, true)).toEqual(fromRows([[0, 0]]))
    point.transparent = true
    expect(both.usesOutputGradient).toBe(true)
  })

  it('lets a rule deliver inside each branch: F e below the points, the exact gradient above', () => {
    const { kernels, products } = notingKernels()
    const [one, other] = ['one', 'other'].map((name, i) =>
      chain(name, [dense({ name: `${name}/dense`, inputs: 3, outputs: 2 + i, kernels }),
        activation({ name: `${name}/tanh`, kind: 'tanh' }), feedbackPoint(`${name}/point`, 2 + i)])
    )
    const top = dense({ name: 'top', inputs: 5, outputs: 2, kernels })
    const both = concatenation({ name: 'both', branches: [one, other], kernels })
    const network = chain('net', [both, top, errorTap('tap')])
    initialize(network, 'uniform', 1)
    const rule = directFeedbackAlignment({ seed: 3 })
    installRule(network, rule)
    const x = tensor([4, 3], randomTensor(1, [4, 3]).data.map((v) => v / 1e5)), e = randomTensor(2, [4, 2])
    network.forward(x)
    products.length = 0
    network.backward(e, false)
    ;[one, other].forEach((branch, i) => {
      const { children: [below, , point] } = branch
      const delivered = (point as ReturnType<typeof feedbackPoint>).delivered
      const f = rule.feedback[i]
      expect(delivered?.shape).toEqual([4, 2 + i])
      delivered?.data.forEach((d, at) => {
        const [b, u] = [Math.floor(at / (2 + i)), at % (2 + i)]
        expect(d).toBe(Math.fround(e.data[2 * b] * f.data[2 * u] + e.data[2 * b + 1] * f.data[2 * u + 1]))
      })
      expect(parametersOf(below)[0].gradient.data.every((g) => g !== 0)).toBe(true)
    })
    // Three weight gradients and no input gradient: the layer on top was asked for none.
    expect(products).toEqual(['2×5×4', '2×3×4', '3×3×4'])
  })

  it('follows a new sample shape', () => {
    const layer = concatenation({ name: 'c', branches: [linear('a'), linear('b')] })
    expect(layer.forward(fromRows([[1, 2]])).data).toEqual(Float32Array.of(1, 2, 1, 2))
    expect(layer.forward(fromRows([[3]])).data).toEqual(Float32Array.of(3, 3))
    expect(layer.forward(tensor([1, 1, 2], Float32Array.of(4, 5))).shape).toEqual([1, 2, 2])
  })

  it('plans its buffers, takes an empty batch and names misuse', () => {
    const build = (kernels = notingKernels().kernels): Layer =>
      concatenation({
        name: 'c',
        kernels,
        branches: [dense({ name: 'd', inputs: 2, outputs: 3, kernels }),
          activation({ name: 'g', kind: 'tanh', kernels })],
      })
    expectPlannedBuffers(build, [2])
    expectPlannedBuffers((kernels) =>
      concatenation({
        name: 'c',
        kernels,
        branches: ['a', 'b'].map((name) => activation({ name, kind: 'tanh', kernels })),
      }), [2], [3], [2, 3])
    expectEmptyBatch(build(), [2])
    expectNamedMisuse(build(), fromRows([[1, 2]]))
    expect(() => concatenation({ name: 'c', branches: [] })).toThrow(
      new RangeError('concatenation c: branches must hold at least one layer, got none'),
    )
    const odd = concatenation({ name: 'c', branches: [linear('a'), flatten({ name: 'f' })] })
    const error = new RangeError(
      'concatenation c: outputs must agree in all axes but the second, got [2, 3, 4] of a and [2, 12] of f',
    )
    expect(() => odd.forward(tensor([2, 3, 4]))).toThrow(error)
    expect(() => odd.outputShape([2, 3, 4])).toThrow(error)
  })
})
