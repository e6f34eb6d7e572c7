import { describe, expect, it } from 'vitest'
import { batchNorm, stateOf } from '../../src/nn/index.ts'
import { fromRows, tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectNamedMisuse, expectPlannedBuffers, randomTensor } from './layer-laws.ts'

describe('batch norm', () => {
  it('gives every channel mean 0 and variance 1 over batch and places while training', () => {
    const layer = batchNorm({ name: 'n', channels: 2, epsilon: 1e-30 })
    expect(layer.forward(fromRows([[1, 10], [3, -10]]))).toEqual(fromRows([[-1, 1], [1, -1]]))
    const maps = tensor([2, 2, 2], Float32Array.of(1, 1, 0, 8, 3, 3, 8, 0))
    expect(layer.forward(maps).data).toEqual(Float32Array.of(-1, -1, -1, 1, 1, 1, 1, -1))
  })

  it('moves its running statistics by the momentum, the variance unbiased', () => {
    const layer = batchNorm({ name: 'n', channels: 1, momentum: 0.25 })
    layer.forward(fromRows([[1], [3], [5]]))
    // mean 3, biased variance 8/3, unbiased 4
    expect(layer.runningMean.data[0]).toBe(0.75)
    expect(layer.runningVariance.data[0]).toBe(0.75 + 1)
    layer.forward(fromRows([[2]]))
    expect(layer.runningMean.data[0]).toBe(0.75 * 0.75 + 0.5)
    expect(layer.runningVariance.data[0]).toBe(0.75 * 1.75)
  })

  it('uses them in evaluation and leaves them alone', () => {
    const layer = batchNorm({ name: 'n', channels: 1, epsilon: 1e-30 })
    layer.runningMean.data[0] = 3
    layer.runningVariance.data[0] = 4
    layer.training = false
    expect(layer.forward(fromRows([[5], [1]]))).toEqual(fromRows([[1], [-1]]))
    expect([layer.runningMean.data[0], layer.runningVariance.data[0]]).toEqual([3, 4])
    expect(layer.backward(fromRows([[2], [4]]), true)).toEqual(fromRows([[1], [2]]))
  })

  it('goes backward in the mode of its last forward pass', () => {
    const layer = batchNorm({ name: 'n', channels: 2 })
    const x = randomTensor(1, [4, 2]), dy = randomTensor(2, [4, 2])
    layer.forward(x)
    const dx = layer.backward(dy, true)?.data.slice()
    layer.training = false
    expect(layer.backward(dy, true)?.data).toEqual(dx)
    layer.forward(x)
    expect(layer.backward(dy, true)?.data).not.toEqual(dx)
  })

  it('resumes with the same bits from parameters and state', () => {
    const one = batchNorm({ name: 'n', channels: 2 }), other = batchNorm({ name: 'n', channels: 2 })
    for (const seed of [1, 2, 3]) one.forward(randomTensor(seed, [4, 2]))
    expect(stateOf(one).map(({ name }) => name)).toEqual(['n/mean', 'n/variance'])
    stateOf(other).forEach(({ data }, i) => data.set(stateOf(one)[i].data))
    for (const layer of [one, other]) {
      layer.forward(randomTensor(4, [4, 2]))
      layer.training = false
    }
    expect(one.forward(randomTensor(5, [4, 2]))).toEqual(other.forward(randomTensor(5, [4, 2])))
  })

  it('leaves its running statistics alone for an empty batch', () => {
    const layer = batchNorm({ name: 'n', channels: 3 })
    expectEmptyBatch(layer, [3, 2])
    expect([...layer.runningMean.data, ...layer.runningVariance.data]).toEqual([0, 0, 0, 1, 1, 1])
  })

  it('plans its buffers, takes other shapes, names misuse', () => {
    expectPlannedBuffers((kernels) => batchNorm({ name: 'n', channels: 3, kernels }), [3, 2], [3, 4], [3])
    expectNamedMisuse(batchNorm({ name: 'n', channels: 3 }), randomTensor(1, [2, 3]))
    const layer = batchNorm({ name: 'n', channels: 3 })
    for (const shape of [[2, 3], [2, 3, 4, 2], [2, 3, 1]]) {
      const fresh = batchNorm({ name: 'n', channels: 3 })
      expect(layer.forward(randomTensor(1, shape))).toEqual(fresh.forward(randomTensor(1, shape)))
    }
    for (const shape of [[2, 4], [3]]) {
      expect(() => layer.forward(tensor(shape))).toThrow(
        new RangeError(`batchNorm n: input must have shape [B, 3, …], got [${shape.join(', ')}]`),
      )
    }
    expect(() => batchNorm({ name: 'n', channels: 0 })).toThrow(
      new RangeError('batchNorm n: channels must be a whole number of at least 1, got 0'),
    )
    expect(() => batchNorm({ name: 'n', channels: 1, epsilon: -1 })).toThrow(RangeError)
    for (const momentum of [-0.1, 1.1]) {
      expect(() => batchNorm({ name: 'n', channels: 1, momentum })).toThrow(
        new RangeError(`batchNorm n: momentum must be between 0 and 1, got ${momentum}`),
      )
    }
  })
})
