import { describe, expect, it } from 'vitest'
import { sequences, tokens } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectFilledInput, expectNamedMisuse, randomTensor } from './layer-laws.ts'

describe('tokens and sequences', () => {
  it('make a row of every token, and sequences of rows again, on the same numbers both ways', () => {
    const apart = tokens({ name: 't' }), together = sequences({ name: 's', length: 3 })
    const x = randomTensor(1, [2, 3, 4]), dy = randomTensor(2, [2, 3, 4])
    const rows = apart.forward(x)
    expect(rows).toEqual(tensor([6, 4], x.data))
    expect(together.forward(rows)).toEqual(x)
    const down = together.backward(dy, true) ?? tensor([0])
    expect(down).toEqual(tensor([6, 4], dy.data))
    expect(apart.backward(down, true)).toEqual(dy)
    expect([rows.data, together.forward(rows).data, down.data]).toEqual([x.data, x.data, dy.data])
    expect(rows.data).toBe(x.data)
    expect(down.data).toBe(dy.data)
  })

  it('keep axes beside the two', () => {
    expect(tokens({ name: 't' }).outputShape([2, 3])).toEqual([6])
    expect(tokens({ name: 't' }).outputShape([2, 3, 4, 5])).toEqual([6, 4, 5])
    expect(sequences({ name: 's', length: 2 }).outputShape([6])).toEqual([3, 2])
    expect(sequences({ name: 's', length: 2 }).outputShape([6, 4, 5])).toEqual([3, 2, 4, 5])
  })

  it('refuse what has no places, and rows that fill no sequence', () => {
    expect(() => tokens({ name: 't' }).forward(tensor([4]))).toThrow(
      new RangeError('tokens t: input must have shape [B, T, …], got [4]'),
    )
    const layer = sequences({ name: 's', length: 3 })
    const y = layer.forward(tensor([3, 2]))
    expect(() => layer.forward(tensor([4, 2]))).toThrow(
      new RangeError('sequences s: input must have shape [B·3, …], got [4, 2]'),
    )
    expect(layer.backward(y, true)?.shape).toEqual([3, 2])
    expect(() => sequences({ name: 's', length: 0 })).toThrow(
      'sequences s: length must be a whole number of at least 1',
    )
  })

  it('take an empty batch and name misuse', () => {
    expectEmptyBatch(tokens({ name: 't' }), [2, 3])
    expectEmptyBatch(sequences({ name: 's', length: 2 }), [3])
    expectNamedMisuse(tokens({ name: 't' }), tensor([2, 3, 4]))
    expectNamedMisuse(sequences({ name: 's', length: 2 }), tensor([2, 3]))
    expectFilledInput(tokens({ name: 't' }), tensor([2, 3, 4]))
  })
})
