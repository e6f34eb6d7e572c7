import { describe, expect, it } from 'vitest'
import { type GraphAttention, graphAttention, parametersOf } from '../../src/nn/index.ts'
import { segmentSumInto, tensor } from '../../src/tensor/index.ts'
import { neighbors, UNDIRECTED } from './graph-rows.ts'
import { expectFilledInput, expectNamedMisuse, expectSteadyBuffers, randomTensor } from './layer-laws.ts'

const graph = neighbors(UNDIRECTED)
const made = (more: Partial<Parameters<typeof graphAttention>[0]> = {}): GraphAttention => {
  const layer = graphAttention({ name: 'a', graph, inputs: 3, outputs: 4, heads: 2, ...more })
  parametersOf(layer).forEach(({ value }, i) => value.data.set(randomTensor(i + 1, value.shape).data))
  return layer
}

describe('graph attention', () => {
  it('is the mean over neighbors and the node itself where scores do not differ', () => {
    const layer = graphAttention({ name: 'a', graph, inputs: 1, outputs: 1, heads: 1 })
    layer.linear.weight.value.data[0] = 1
    const y = layer.forward(tensor([5, 1], Float32Array.of(3, 6, 9, 2, 7)))
    expect([...y.data]).toEqual([6, 6, 5, 5.5, 7])
  })

  it('has weights that add up to one for each node and head', () => {
    const layer = made()
    expect(layer.weights).toBeUndefined()
    layer.forward(randomTensor(9, [5, 3]))
    const { shape, data } = layer.weights ?? tensor([0])
    expect(shape).toEqual([13, 2])
    const starts = Int32Array.from(graph.rowStarts, (start, i) => start + i)
    for (const sum of segmentSumInto(new Float32Array(10), starts, data, 2)) expect(sum).toBeCloseTo(1, 6)
  })

  it('drops weights of attention in training alone, with the masks of its seed', () => {
    const x = randomTensor(9, [5, 3])
    const plain = made().forward(x).data.slice()
    const layer = made({ dropout: 0.5, seed: 3 })
    expect(layer.forward(x).data).not.toEqual(plain)
    layer.dropout.training = false
    expect(layer.forward(x).data).toEqual(plain)
    expect(made({ dropout: 0.5, seed: 3 }).forward(x)).toEqual(made({ dropout: 0.5, seed: 3 }).forward(x))
    expect(made({ dropout: 0.5, seed: 4 }).forward(x)).not.toEqual(made({ dropout: 0.5, seed: 3 }).forward(x))
  })

  it('plans its buffers and names misuse', () => {
    expectSteadyBuffers((kernels) => made({ kernels }), [5, 3])
    expectNamedMisuse(made(), randomTensor(9, [5, 3]))
    expectFilledInput(made(), randomTensor(9, [5, 3]))
    expect(() => made().forward(tensor([4, 3]))).toThrow(
      new RangeError('graphAttention a: input must have 5 rows, one per node, got [4, 3]'),
    )
    expect(() => made({ heads: 3 })).toThrow(new RangeError('graphAttention a: heads must divide outputs 4, got 3'))
    expect(() => made({ graph: neighbors([[0]]) })).toThrow(
      new RangeError('graphAttention a: graph must have no loops, got one at node 0'),
    )
  })
})
