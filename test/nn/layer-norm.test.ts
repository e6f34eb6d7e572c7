import { describe, expect, it } from 'vitest'
import { layerNorm } from '../../src/nn/index.ts'
import { fromRows, tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectNamedMisuse, expectPlannedBuffers, randomTensor } from './layer-laws.ts'

describe('layer norm', () => {
  it('gives every row mean 0 and variance 1 before gain and bias', () => {
    const layer = layerNorm({ name: 'n', features: 4, epsilon: 1e-30 })
    const y = layer.forward(fromRows([[1, 1, 3, 3], [-10, 10, -10, 10]]))
    expect(y).toEqual(fromRows([[-1, -1, 1, 1], [-1, 1, -1, 1]]))
    layer.gain.value.data.set([1, 2, 3, 4])
    layer.bias.value.data.set([10, 20, 30, 40])
    expect(layer.forward(fromRows([[1, 1, 3, 3]]))).toEqual(fromRows([[9, 18, 33, 44]]))
  })

  it('finds the variance of a small spread on a large mean', () => {
    const layer = layerNorm({ name: 'n', features: 2, epsilon: 1e-30 })
    // E x² − (E x)² would have no digit left here, even in float64.
    expect(layer.forward(fromRows([[1e10, 1e10 + 1024]]))).toEqual(fromRows([[-1, 1]]))
  })

  it('turns a constant row into the bias, by epsilon', () => {
    const layer = layerNorm({ name: 'n', features: 3 })
    layer.bias.value.data.set([1, 2, 3])
    expect(layer.forward(fromRows([[7, 7, 7]]))).toEqual(fromRows([[1, 2, 3]]))
    layer.backward(fromRows([[1, -1, 0]]), true)?.data.forEach((v) => expect(Number.isFinite(v)).toBe(true))
  })

  it('overwrites the gradients of the step before, wanted or not', () => {
    const layer = layerNorm({ name: 'n', features: 3 })
    const x = randomTensor(1, [2, 3]), dy = randomTensor(2, [2, 3])
    layer.forward(x)
    const dx = layer.backward(dy, true)?.data.slice()
    const gain = layer.gain.gradient.data.slice(), bias = layer.bias.gradient.data.slice()
    layer.backward(randomTensor(3, [2, 3]), false)
    expect(layer.gain.gradient.data).not.toEqual(gain)
    layer.forward(x)
    expect(layer.backward(dy, true)?.data).toEqual(dx)
    expect([layer.gain.gradient.data, layer.bias.gradient.data]).toEqual([gain, bias])
  })

  it('plans its buffers, takes an empty batch and other shapes, names misuse', () => {
    expectPlannedBuffers((kernels) => layerNorm({ name: 'n', features: 3, kernels }), [2, 3], [4, 3], [3])
    expectEmptyBatch(layerNorm({ name: 'n', features: 3 }), [2, 3])
    expectNamedMisuse(layerNorm({ name: 'n', features: 3 }), randomTensor(1, [2, 3]))
    const layer = layerNorm({ name: 'n', features: 3 })
    for (const shape of [[2, 3], [2, 4, 3], [2, 1, 3]]) {
      expect(layer.forward(randomTensor(1, shape)).shape).toEqual(shape)
    }
    for (const shape of [[2, 4], [3]]) {
      expect(() => layer.forward(tensor(shape))).toThrow(
        new RangeError(`layerNorm n: input must have shape [B, …, 3], got [${shape.join(', ')}]`),
      )
    }
    expect(() => layerNorm({ name: 'n', features: 0 })).toThrow(
      new RangeError('layerNorm n: features must be a whole number of at least 1, got 0'),
    )
    expect(() => layerNorm({ name: 'n', features: 1, epsilon: 0 })).toThrow(
      new RangeError('layerNorm n: epsilon must be positive, got 0'),
    )
  })
})
