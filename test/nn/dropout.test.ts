import { describe, expect, it } from 'vitest'
import { type Dropout, dropout, stateOf } from '../../src/nn/index.ts'
import { type Tensor, tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectNamedMisuse, expectPlannedBuffers, randomTensor } from './layer-laws.ts'

const made = (name = 'o', seed = 3, probability = 0.25): Dropout => dropout({ name, probability, seed })
const ones = (shape: readonly number[]): Tensor =>
  tensor(shape, new Float32Array(shape.reduce((a, b) => a * b)).fill(1))
const mask = (layer: Dropout, shape: readonly number[] = [10, 21]): number[] => [...layer.forward(ones(shape)).data]

describe('dropout', () => {
  it('leaves out the share p and scales the rest by 1/(1 − p), exactly', () => {
    const values = mask(made(), [200, 500])
    const left = values.filter((v) => v === 0).length / values.length
    expect(new Set(values)).toEqual(new Set([0, Math.fround(4 / 3)]))
    // Five standard deviations of 100,000 draws.
    expect(Math.abs(left - 0.25)).toBeLessThan(5 * Math.sqrt(0.25 * 0.75 / 1e5))
  })

  it('leaves out every word of a block alike, and neighbors independently', () => {
    const values = mask(made('o', 3, 0.5), [100, 1000])
    for (const lag of [1, 2, 3, 4, 1000]) {
      const equal = values.filter((v, i) => i >= lag && v === values[i - lag]).length / (values.length - lag)
      expect(Math.abs(equal - 0.5), `lag ${lag}`).toBeLessThan(5 * 0.5 / Math.sqrt(1e5))
    }
    for (const word of [0, 1, 2, 3]) {
      const left = values.filter((v, i) => i % 4 === word && v === 0).length / (values.length / 4)
      expect(Math.abs(left - 0.5), `word ${word}`).toBeLessThan(5 * 0.5 / Math.sqrt(25e3))
    }
  })

  it('sends the gradient through the mask of its last forward pass, however often', () => {
    const layer = made()
    const x = ones([3, 7]), y = layer.forward(x).data.slice()
    expect(layer.backward(x, true)?.data).toEqual(y)
    expect(layer.backward(x, true)?.data).toEqual(y)
    layer.training = false
    expect(layer.backward(x, true)?.data).toEqual(y)
  })

  it('draws a new mask at every step, by seed and name', () => {
    const layer = made()
    const [first, second] = [mask(layer), mask(layer)]
    expect(second).not.toEqual(first)
    expect(mask(made())).toEqual(first)
    expect(mask(made('other'))).not.toEqual(first)
    expect(mask(made('o', 4))).not.toEqual(first)
  })

  it('resumes at any step with the same bits', () => {
    const layer = made()
    const masks = [0, 1, 2, 3].map(() => mask(layer))
    expect(stateOf(layer)).toEqual([{ name: 'o/steps', data: Float64Array.of(4) }])
    const resumed = made()
    resumed.steps.data[0] = 2
    expect([mask(resumed), mask(resumed)]).toEqual(masks.slice(2))
  })

  it('is the identity in evaluation, without a step', () => {
    const layer = made()
    layer.training = false
    const x = randomTensor(1, [2, 3]), dy = randomTensor(2, [2, 3])
    expect(layer.forward(x)).toBe(x)
    expect(layer.backward(dy, true)).toBe(dy)
    expect(layer.steps.data[0]).toBe(0)
  })

  it('leaves everything in place with probability 0', () => {
    expect(mask(made('o', 3, 0)).every((v) => v === 1)).toBe(true)
  })

  it('plans its buffers, takes an empty batch and other shapes, names misuse', () => {
    expectPlannedBuffers((kernels) => dropout({ name: 'o', probability: 0.5, seed: 1, kernels }), [3, 2], [3, 4], [6])
    expectEmptyBatch(made(), [3, 2])
    expectNamedMisuse(made(), ones([2, 3]))
    const layer = made()
    for (const shape of [[2, 3], [2, 4], [2, 4, 1]]) expect(layer.forward(ones(shape)).shape).toEqual(shape)
    for (const probability of [-0.1, 1]) {
      expect(() => made('o', 3, probability)).toThrow(
        new RangeError(`dropout o: probability must be at least 0 and below 1, got ${probability}`),
      )
    }
    expect(() => made('o', 3, NaN)).toThrow(RangeError)
    expect(() => made('o', -1)).toThrow(RangeError)
  })
})
