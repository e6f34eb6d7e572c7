import { describe, expect, it } from 'vitest'
import { dense, embedding, initialize } from '../../src/nn/index.ts'
import { isEmbedding } from '../../src/nn/embedding.ts'
import { fromRows, normalAt, randomStream, tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectNamedMisuse, expectPlannedBuffers, randomTensor } from './layer-laws.ts'

describe('embedding', () => {
  it('looks vectors up, and gives each the sum of the gradients of its places', () => {
    const layer = embedding({ name: 'e', vocabulary: 4, features: 2 })
    layer.weight.value.data.set([0, 1, 10, 11, 20, 21, 30, 31])
    expect(layer.forward(fromRows([[3, 0], [1, 3]]))).toEqual(
      tensor([2, 2, 2], Float32Array.of(30, 31, 0, 1, 10, 11, 30, 31)),
    )
    for (let step = 0; step < 2; step++) {
      const dx = layer.backward(tensor([2, 2, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)), true)
      expect(dx).toEqual(tensor([2, 2]))
      expect([...layer.weight.gradient.data]).toEqual([3, 4, 5, 6, 0, 0, 8, 10])
    }
  })

  it('sums in float64 by ascending places, and rounds once', () => {
    const layer = embedding({ name: 'e', vocabulary: 2, features: 1 })
    layer.forward(tensor([1, 3], Float32Array.of(1, 1, 1)))
    layer.backward(tensor([1, 3, 1], Float32Array.of(2 ** 24, 1, 1)), false)
    expect(layer.weight.gradient.data[1]).toBe(2 ** 24 + 2)
    // Ascending: 2⁶⁰ absorbs the 1 before it is taken away; any other order keeps the 1.
    layer.backward(tensor([1, 3, 1], Float32Array.of(1, 2 ** 60, -(2 ** 60))), false)
    expect(layer.weight.gradient.data[1]).toBe(0)
  })

  it('is the product with one-hot rows', () => {
    const layer = embedding({ name: 'e', vocabulary: 6, features: 3 })
    const flat = dense({ name: 'd', inputs: 6, outputs: 3, bias: false })
    layer.weight.value.data.set(randomTensor(1, [6, 3]).data)
    flat.weight.value.data.forEach((_, at, w) => {
      w[at] = layer.weight.value.data[at % 6 * 3 + Math.floor(at / 6)]
    })
    const indices = [5, 0, 0, 3, 5, 5, 2, 0], dy = randomTensor(2, [8, 3])
    const y = layer.forward(tensor([2, 4], Float32Array.from(indices)))
    const oneHot = fromRows(indices.map((v) => [0, 1, 2, 3, 4, 5].map((i) => Number(i === v))))
    expect(y.data).toEqual(flat.forward(oneHot).data)
    layer.backward(tensor([2, 4, 3], dy.data), false)
    flat.backward(dy, false)
    flat.weight.gradient.data.forEach((v, at) =>
      expect(layer.weight.gradient.data[at % 6 * 3 + Math.floor(at / 6)]).toBe(v)
    )
  })

  it('is initialized as a layer with one term per sum, and recognized', () => {
    const layer = embedding({ name: 'e', vocabulary: 6, features: 3 })
    initialize(layer, 'gaussian', 7)
    expect(layer.weight.value.data[4]).toBe(Math.fround(normalAt(randomStream(7, 'init/e/weight'), 4)))
    expect(isEmbedding(layer)).toBe(true)
    expect(isEmbedding(dense({ name: 'd', inputs: 1, outputs: 1 }))).toBe(false)
  })

  it('plans its buffers, takes an empty batch and other lengths, names misuse', () => {
    expectPlannedBuffers((kernels) => embedding({ name: 'e', vocabulary: 2, features: 3, kernels }), [4], [5])
    expectEmptyBatch(embedding({ name: 'e', vocabulary: 2, features: 3 }), [4])
    expectNamedMisuse(embedding({ name: 'e', vocabulary: 2, features: 3 }), tensor([2, 4]))
    const layer = embedding({ name: 'e', vocabulary: 2, features: 3 })
    for (const length of [4, 1, 6]) expect(layer.forward(tensor([2, length])).shape).toEqual([2, length, 3])
  })

  it('names an index that is none, and keeps the last forward pass', () => {
    const layer = embedding({ name: 'e', vocabulary: 3, features: 1 })
    layer.forward(fromRows([[2]]))
    for (const index of [3, -1, 0.5, NaN, Infinity]) {
      expect(() => layer.forward(fromRows([[0, index]]))).toThrow(
        new RangeError(`embedding e: input[1] must be a whole number of at least 0 and below 3, got ${index}`),
      )
    }
    layer.backward(tensor([1, 1, 1], Float32Array.of(7)), false)
    expect([...layer.weight.gradient.data]).toEqual([0, 0, 7])
    expect(() => layer.forward(tensor([3]))).toThrow(
      new RangeError('embedding e: input must have shape [B, T], got [3]'),
    )
    expect(() => embedding({ name: 'e', vocabulary: 0, features: 1 })).toThrow(
      new RangeError('embedding e: vocabulary must be a whole number of at least 1, got 0'),
    )
    expect(() => embedding({ name: 'e', vocabulary: 1, features: 0 })).toThrow(RangeError)
  })
})
