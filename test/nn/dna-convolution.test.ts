import { describe, expect, it } from 'vitest'
import { type DnaConvolution, dnaConvolution, parametersOf } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'
import { neighbors, UNDIRECTED } from './graph-rows.ts'
import { expectFilledInput, expectNamedMisuse, expectSteadyBuffers, randomTensor } from './layer-laws.ts'

const graph = neighbors(UNDIRECTED)
const made = (more: Partial<Parameters<typeof dnaConvolution>[0]> = {}): DnaConvolution => {
  const layer = dnaConvolution({ name: 'd', graph, channels: 4, heads: 2, groups: 2, ...more })
  parametersOf(layer).forEach(({ value }, i) => value.data.set(randomTensor(i + 1, value.shape).data))
  return layer
}

describe('DNA convolution', () => {
  it('gathers half of the values where nothing is known: as much goes to the share that is dropped', () => {
    const layer = dnaConvolution({ name: 'd', graph: neighbors([[], []]), channels: 2, heads: 1 })
    layer.value.weight.value.data.set([1, 0, 0, 1])
    expect([...layer.forward(tensor([2, 1, 2], Float32Array.of(2, 4, 6, 8))).data]).toEqual([1, 2, 3, 4])
    // Two representations: a third of each.
    expect([...layer.forward(tensor([2, 2, 2], Float32Array.of(3, 0, 6, 9, 0, 0, 0, 3))).data]).toEqual([3, 3, 0, 1])
  })

  it('drops weights of attention in training alone', () => {
    const x = randomTensor(9, [5, 3, 4])
    const plain = made().forward(x).data.slice()
    const layer = made({ dropout: 0.5, seed: 3 })
    expect(layer.forward(x).data).not.toEqual(plain)
    layer.dropout.training = false
    expect(layer.forward(x).data).toEqual(plain)
  })

  it('plans its buffers and names misuse', () => {
    expectSteadyBuffers((kernels) => made({ kernels }), [5, 3, 4])
    expectNamedMisuse(made(), randomTensor(9, [5, 3, 4]))
    expectFilledInput(made(), randomTensor(9, [5, 3, 4]))
    expect(() => made().forward(tensor([5, 4]))).toThrow(
      new RangeError('dnaConvolution d: input must have shape [5, L, 4], got [5, 4]'),
    )
    expect(() => made({ heads: 3 })).toThrow(new RangeError('dnaConvolution d: heads must divide channels 4, got 3'))
    expect(() => made({ groups: 3 })).toThrow(RangeError)
  })
})
