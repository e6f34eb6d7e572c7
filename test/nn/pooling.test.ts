import { describe, expect, it } from 'vitest'
import { pooling } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectNamedMisuse, expectPlannedBuffers, randomTensor } from './layer-laws.ts'

const image = (width: number, ...values: readonly number[]) =>
  tensor([1, 1, values.length / width, width], Float32Array.from(values))

describe('max pooling', () => {
  it('keeps the largest element of each window and sends the gradient there', () => {
    const layer = pooling({ name: 'p', kind: 'max', window: 2 })
    expect(layer.forward(image(4, 1, 2, -5, -4, 4, 3, -3, -2)).data).toEqual(Float32Array.of(4, -2))
    expect(layer.backward(image(2, 10, 20), true)?.data).toEqual(Float32Array.of(0, 0, 0, 0, 10, 0, 0, 20))
  })

  it('lets the first of equal maxima win', () => {
    const layer = pooling({ name: 'p', kind: 'max', window: 2 })
    layer.forward(image(2, 1, 3, 3, 3))
    expect(layer.backward(image(1, 5), true)?.data).toEqual(Float32Array.of(0, 5, 0, 0))
    layer.forward(image(2, 0, -0, 0, 0))
    expect(layer.backward(image(1, 5), true)?.data).toEqual(Float32Array.of(5, 0, 0, 0))
    layer.forward(image(2, -Infinity, -Infinity, -Infinity, -Infinity))
    expect(layer.backward(image(1, 5), true)?.data).toEqual(Float32Array.of(5, 0, 0, 0))
  })

  it('passes a NaN on, wherever it stands', () => {
    for (const at of [0, 1, 2, 3]) {
      const x = image(2, 1, 2, 3, 4)
      x.data[at] = NaN
      expect(pooling({ name: 'p', kind: 'max', window: 2 }).forward(x).data[0]).toBeNaN()
    }
  })

  it('adds up the gradients of overlapping windows, and forgets those of the step before', () => {
    const layer = pooling({ name: 'p', kind: 'max', window: [1, 2], stride: 1 })
    for (let step = 0; step < 2; step++) {
      expect(layer.forward(image(3, 1, 9, 2)).data).toEqual(Float32Array.of(9, 9))
      expect(layer.backward(image(2, 3, 4), true)?.data).toEqual(Float32Array.of(0, 7, 0))
    }
  })
})

describe('average pooling', () => {
  it('is the mean of each window, rounded once, and spreads the gradient evenly', () => {
    const layer = pooling({ name: 'p', kind: 'average', window: 2 })
    expect(layer.forward(image(4, 1, 2, 5, 6, 3, 4, 7, 8)).data).toEqual(Float32Array.of(2.5, 6.5))
    expect(layer.backward(image(2, 4, 8), true)?.data).toEqual(Float32Array.of(1, 1, 2, 2, 1, 1, 2, 2))
    expect(layer.forward(image(4, 2 ** 24, 1, 0, 0, 1, 2, 0, 0)).data[0]).toBe(2 ** 22 + 1)
  })

  it('adds up shares of overlapping windows in float64', () => {
    const layer = pooling({ name: 'p', kind: 'average', window: [1, 3], stride: 1 })
    layer.forward(image(5, 0, 0, 0, 0, 0))
    const dx = layer.backward(image(3, 3 * 2 ** 24, 3, 3), true)?.data
    expect(dx).toEqual(Float32Array.of(2 ** 24, 2 ** 24, 2 ** 24 + 2, 2, 1))
  })
})

describe.each(['max', 'average'] as const)('%s pooling', (kind) => {
  it('has windows as far apart as they are wide unless told, and leaves the rest of the image out', () => {
    const layer = pooling({ name: 'p', kind, window: [2, 3] })
    expect(layer.outputShape([7, 4, 5, 8])).toEqual([7, 4, 2, 2])
    layer.forward(randomTensor(1, [1, 1, 5, 8]))
    const dx = layer.backward(tensor([1, 1, 2, 2], Float32Array.of(1, 1, 1, 1)), true)?.data ?? new Float32Array(0)
    dx.forEach((v, at) => {
      if (at >= 32 || at % 8 >= 6) expect(v).toBe(0)
    })
    expect(dx.reduce((a, b) => a + b)).toBeCloseTo(4, 6)
  })

  it('plans its buffers, takes an empty batch, other channels and sizes', () => {
    expectPlannedBuffers((kernels) => pooling({ name: 'p', kind, window: 2, kernels }), [3, 4, 4], [3, 4, 6], [2, 6, 4])
    const layer = pooling({ name: 'p', kind, window: 2 })
    expectEmptyBatch(layer, [3, 4, 4])
    for (const shape of [[2, 3, 4, 4], [2, 1, 4, 4], [2, 1, 4, 6], [2, 1, 6, 6]]) {
      const x = randomTensor(2, shape), fresh = pooling({ name: 'p', kind, window: 2 })
      expect(layer.forward(x)).toEqual(fresh.forward(x))
      const dy = randomTensor(3, layer.outputShape(shape))
      expect(layer.backward(dy, true)).toEqual(fresh.backward(dy, true))
    }
  })

  it('names misuse, sizes and shapes', () => {
    expectNamedMisuse(pooling({ name: 'p', kind, window: 2 }), randomTensor(1, [2, 1, 4, 4]))
    expect(() => pooling({ name: 'p', kind, window: 0 })).toThrow(
      new RangeError('pooling p: window must be a whole number of at least 1, got 0'),
    )
    expect(() => pooling({ name: 'p', kind, window: 2, stride: 0 })).toThrow(RangeError)
    expect(() => pooling({ name: 'p', kind: 'median' as never, window: 2 })).toThrow(
      new RangeError('pooling p: kind must be one of max, average, got "median"'),
    )
    const layer = pooling({ name: 'p', kind, window: 3 })
    expect(() => layer.forward(tensor([1, 9]))).toThrow(
      new RangeError('pooling p: input must have shape [B, C, H, W], got [1, 9]'),
    )
    expect(() => layer.forward(tensor([1, 1, 2, 9]))).toThrow(RangeError)
  })
})
