import { describe, expect, it } from 'vitest'
import { frequencyEncoding } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectFilledInput, expectNamedMisuse, expectPlannedBuffers,
  randomTensor } from './layer-laws.ts'

const made = (frequencies = 2) => frequencyEncoding({ name: 'f', inputs: 2, frequencies })

describe('frequencyEncoding', () => {
  it('begins with the point, then has sines and cosines of all coordinates, octave by octave', () => {
    const y = made().forward(tensor([1, 2], Float32Array.of(0.5, -1)))
    expect(y.shape).toEqual([1, 10])
    const want = [0.5, -1, Math.sin(0.5), Math.sin(-1), Math.cos(0.5), Math.cos(-1), Math.sin(1), Math.sin(-2),
      Math.cos(1), Math.cos(-2)]
    expect([...y.data]).toEqual(want.map(Math.fround))
  })

  it('leaves points as they are without waves', () => {
    const x = randomTensor(1, [3, 2])
    expect([...made(0).forward(x).data]).toEqual([...x.data])
  })

  it('plans its buffers, takes an empty batch, names misuse', () => {
    expectPlannedBuffers((kernels) => frequencyEncoding({ name: 'f', inputs: 2, frequencies: 3, kernels }), [2])
    expectEmptyBatch(made(), [2])
    expectFilledInput(made(), randomTensor(1, [3, 2]))
    expectNamedMisuse(made(), randomTensor(1, [3, 2]))
    expect(() => made().forward(tensor([3, 3]))).toThrow(
      new RangeError('frequencyEncoding f: input must have shape [B, 2], got [3, 3]'),
    )
    expect(() => made(25)).toThrow(new RangeError('frequencyEncoding f: frequencies must be at most 24, got 25'))
    expect(() => made(-1)).toThrow(RangeError)
    expect(() => frequencyEncoding({ name: 'f', inputs: 0, frequencies: 1 })).toThrow(RangeError)
  })
})
