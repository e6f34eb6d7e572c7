import { describe, expect, it } from 'vitest'
import { embedding, fieldEmbedding, initialize } from '../../src/nn/index.ts'
import { isFieldEmbedding } from '../../src/nn/field-embedding.ts'
import { fromRows, normalAt, randomStream, tensor } from '../../src/tensor/index.ts'
import { expectNamedMisuse, expectPlannedBuffers, notingKernels, randomTensor } from './layer-laws.ts'

const made = (features = 2) => fieldEmbedding({ name: 'e', vocabularies: [2, 3], features })
const touchedRows = (
  { weight: { touched } }: ReturnType<typeof made>,
): readonly number[] => [...touched?.rows.subarray(0, touched.count) ?? []]

describe('fieldEmbedding', () => {
  it('looks each field up in its own rows, lists them ascending and once, and leaves the others’ gradients zero', () => {
    const layer = made()
    layer.weight.value.data.set([0, 1, 10, 11, 20, 21, 30, 31, 40, 41])
    expect(layer.offsets).toEqual([0, 2, 5])
    expect(layer.forward(fromRows([[1, 2], [1, 0]]))).toEqual(
      tensor([2, 2, 2], Float32Array.of(10, 11, 40, 41, 10, 11, 20, 21)),
    )
    expect(layer.backward(tensor([2, 2, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)), true)).toEqual(tensor([2, 2]))
    expect(touchedRows(layer)).toEqual([1, 2, 4])
    expect([...layer.weight.gradient.data]).toEqual([0, 0, 6, 8, 7, 8, 0, 0, 3, 4])
    layer.forward(fromRows([[0, 2]]))
    layer.backward(tensor([1, 2, 2], Float32Array.of(1, 1, 2, 2)), false)
    expect(touchedRows(layer)).toEqual([0, 4])
    expect([...layer.weight.gradient.data]).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 2, 2])
  })

  it('has the bits of one embedding whose indices are shifted', () => {
    const sizes = [7, 1, 40, 3], total = 51, features = 3
    const layer = fieldEmbedding({ name: 'e', vocabularies: sizes, features })
    const one = embedding({ name: 'e', vocabulary: total, features })
    layer.weight.value.data.set(randomTensor(1, [total, features]).data)
    one.weight.value.data.set(layer.weight.value.data)
    for (const [step, batch] of [5, 60, 2, 33].entries()) {
      const draws = randomTensor(step, [batch, 4]).data
      const x = tensor([batch, 4], draws.map((v, at) => Math.floor(Math.abs(v) * 1000) % sizes[at % 4]))
      const shifted = tensor([batch, 4], x.data.map((v, at) => v + layer.offsets[at % 4]))
      expect(layer.forward(x)).toEqual(one.forward(shifted))
      const dy = randomTensor(step + 10, [batch, 4, features])
      layer.backward(dy, false)
      one.backward(dy, false)
      expect(layer.weight.gradient).toEqual(one.weight.gradient)
      expect(touchedRows(layer)).toEqual([...new Set(shifted.data)].sort((a, b) => a - b))
    }
  })

  it('sums in float64 by ascending rows, and rounds once', () => {
    const layer = made(1)
    layer.forward(fromRows([[1, 0], [1, 0], [1, 0]]))
    layer.backward(tensor([3, 2, 1], Float32Array.of(1, 0, 2 ** 60, 0, -(2 ** 60), 0)), false)
    expect(layer.weight.gradient.data[1]).toBe(0)
    layer.backward(tensor([3, 2, 1], Float32Array.of(2 ** 24, 0, 1, 0, 1, 0)), false)
    expect(layer.weight.gradient.data[1]).toBe(2 ** 24 + 2)
  })

  it('is initialized as a layer with one term per sum, and recognized', () => {
    const layer = made()
    initialize(layer, 'gaussian', 7)
    expect(layer.weight.value.data[4]).toBe(Math.fround(normalAt(randomStream(7, 'init/e/weight'), 4)))
    expect(isFieldEmbedding(layer)).toBe(true)
    expect(isFieldEmbedding(embedding({ name: 'd', vocabulary: 1, features: 1 }))).toBe(false)
  })

  it('plans its buffers whatever the table, takes an empty batch, names misuse', () => {
    expectPlannedBuffers((kernels) => fieldEmbedding({ name: 'e', vocabularies: [2, 3], features: 3, kernels }), [2])
    const { kernels, allocations } = notingKernels()
    const layer = fieldEmbedding({ name: 'e', vocabularies: [1000, 5], features: 2, kernels })
    layer.forward(tensor([4, 2]))
    expect(allocations).toEqual([2010, 2010, 16, 8])
    const small = made()
    small.forward(tensor([1, 2]))
    small.backward(tensor([1, 2, 2], Float32Array.of(1, 1, 1, 1)), false)
    small.forward(tensor([0, 2]))
    expect(small.backward(tensor([0, 2, 2]), true)).toEqual(tensor([0, 2]))
    expect([touchedRows(small), small.weight.gradient]).toEqual([[], tensor([5, 2])])
    expectNamedMisuse(made(), tensor([2, 2]))
  })

  it('names a category that is none, and keeps the last forward pass', () => {
    const layer = made(1)
    layer.forward(fromRows([[1, 2]]))
    for (const category of [2, -1, 0.5, NaN, Infinity]) {
      expect(() => layer.forward(fromRows([[category, 0]]))).toThrow(
        new RangeError(`fieldEmbedding e: input[0] must be a whole number of at least 0 and below 2, got ${category}`),
      )
    }
    layer.backward(tensor([1, 2, 1], Float32Array.of(7, 8)), false)
    expect([...layer.weight.gradient.data]).toEqual([0, 7, 0, 0, 8])
    expect(() => layer.forward(tensor([3, 3]))).toThrow('fieldEmbedding e: input must have shape [B, 2], got [3, 3]')
    expect(() => fieldEmbedding({ name: 'e', vocabularies: [], features: 1 })).toThrow(
      'fieldEmbedding e: vocabularies must hold at least one field, got none',
    )
    expect(() => fieldEmbedding({ name: 'e', vocabularies: [2, 0], features: 1 })).toThrow(
      'fieldEmbedding e: vocabularies[1] must be a whole number of at least 1, got 0',
    )
  })
})
