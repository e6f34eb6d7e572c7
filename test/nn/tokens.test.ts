import { describe, expect, it } from 'vitest'
import { tokens } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectFilledInput, expectNamedMisuse, randomTensor } from './layer-laws.ts'

describe('tokens', () => {
  it('makes a row of every token, on the same numbers both ways', () => {
    const layer = tokens({ name: 't' })
    const x = randomTensor(1, [2, 3, 4]), dy = randomTensor(2, [6, 4])
    expect(layer.forward(x)).toEqual(tensor([6, 4], x.data))
    expect(layer.forward(x).data).toBe(x.data)
    expect(layer.backward(dy, true)).toEqual(tensor([2, 3, 4], dy.data))
    expect(layer.backward(dy, true)?.data).toBe(dy.data)
    expect(layer.outputShape([2, 3])).toEqual([6])
    expect(layer.outputShape([2, 3, 4, 5])).toEqual([6, 4, 5])
  })

  it('takes an empty batch, and names misuse and what has no places', () => {
    expectEmptyBatch(tokens({ name: 't' }), [2, 3])
    expectNamedMisuse(tokens({ name: 't' }), tensor([2, 3, 4]))
    expectFilledInput(tokens({ name: 't' }), tensor([2, 3, 4]))
    expect(() => tokens({ name: 't' }).forward(tensor([4]))).toThrow(
      new RangeError('tokens t: input must have shape [B, T, …], got [4]'),
    )
  })
})
