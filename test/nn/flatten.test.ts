import { describe, expect, it } from 'vitest'
import { flatten } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectNamedMisuse, randomTensor } from './layer-laws.ts'

describe('flatten', () => {
  it('changes the shape and shares the numbers, both ways', () => {
    const layer = flatten({ name: 'f' })
    const x = randomTensor(1, [2, 3, 4, 5]), dy = randomTensor(2, [2, 60])
    const y = layer.forward(x), dx = layer.backward(dy, true)
    expect(y).toEqual(tensor([2, 60], x.data))
    expect(y.data).toBe(x.data)
    expect(dx).toEqual(tensor([2, 3, 4, 5], dy.data))
    expect(dx?.data).toBe(dy.data)
    expect(layer.outputShape([7])).toEqual([7, 1])
    expect(layer.outputShape([7, 5])).toEqual([7, 5])
  })

  it('gives the same objects for the same tensors, and new ones for others', () => {
    const layer = flatten({ name: 'f' })
    const x = tensor([2, 3, 1]), dy = tensor([2, 3])
    const seen = [layer.forward(x), layer.backward(dy, true)]
    expect(layer.forward(x)).toBe(seen[0])
    expect(layer.backward(dy, true)).toBe(seen[1])
    const other = tensor([1, 3, 1])
    expect(layer.forward(other).data).toBe(other.data)
    expect(layer.backward(tensor([1, 3], dy.data.subarray(0, 3)), true)?.shape).toEqual([1, 3, 1])
    // The same upstream array under a new input: the shape is the new input's.
    layer.forward(tensor([2, 3, 1]))
    layer.backward(dy, true)
    layer.forward(tensor([2, 1, 3]))
    expect(layer.backward(dy, true)?.shape).toEqual([2, 1, 3])
  })

  it('takes an empty batch and names misuse', () => {
    expectEmptyBatch(flatten({ name: 'f' }), [2, 3])
    expectNamedMisuse(flatten({ name: 'f' }), tensor([2, 3, 4]))
  })
})
