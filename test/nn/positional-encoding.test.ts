import { describe, expect, it } from 'vitest'
import { parametersOf, positionalEncoding, sgd } from '../../src/nn/index.ts'
import { fromRows, tensor } from '../../src/tensor/index.ts'
import { expectEmptyBatch, expectNamedMisuse, notingKernels, randomTensor } from './layer-laws.ts'

describe('positionalEncoding', () => {
  it('is sine and cosine of waves from 2π to 2π·10000, the same for every sample', () => {
    const layer = positionalEncoding({ name: 'p', features: 4 })
    const { data } = layer.forward(tensor([2, 3, 4]))
    expect(data.slice(12)).toEqual(data.slice(0, 12))
    expect([...data.slice(0, 4)]).toEqual([0, 1, 0, 1])
    expect([...data.slice(8, 12)]).toEqual([Math.sin(2), Math.cos(2), Math.sin(0.02), Math.cos(0.02)].map(Math.fround))
  })

  it('has the law of relative places: P[t + 1] is P[t] turned, by one angle per wave for all t', () => {
    const { data } = positionalEncoding({ name: 'p', features: 6 }).forward(tensor([1, 50, 6]))
    for (let f = 0; f < 6; f += 2) {
      const angle = 10000 ** (-f / 6)
      for (let t = 0; t < 49; t++) {
        const [s, c] = [data[6 * t + f], data[6 * t + f + 1]]
        expect(data[6 * (t + 1) + f], `${t} ${f}`).toBeCloseTo(s * Math.cos(angle) + c * Math.sin(angle), 6)
      }
    }
  })

  it('gives a place its vector whatever the length of the sequence, back and forth', () => {
    const layer = positionalEncoding({ name: 'p', features: 5 })
    const short = layer.forward(tensor([1, 2, 5])).data.slice()
    const long = layer.forward(tensor([1, 7, 5])).data.slice()
    expect(long.slice(0, 10)).toEqual(short)
    expect(layer.forward(tensor([1, 2, 5])).data).toEqual(short)
  })

  it('learns one vector per place; places beyond the sequence get no gradient', () => {
    const layer = positionalEncoding({ name: 'p', features: 2, kind: 'learned', length: 3 })
    expect(layer.weight?.value).toEqual(tensor([3, 2]))
    layer.weight?.gradient.data.fill(9)
    const x = randomTensor(1, [2, 2, 2])
    expect(layer.forward(x)).toEqual(x)
    const dy = tensor([2, 2, 2], Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40))
    expect(layer.backward(dy, true)).toBe(dy)
    expect(layer.weight?.gradient).toEqual(fromRows([[11, 22], [33, 44], [0, 0]]))
    sgd(1).step(parametersOf(layer))
    expect([...layer.forward(tensor([1, 2, 2])).data]).toEqual([-11, -22, -33, -44])
    // A longer sequence after a shorter one: all places again.
    layer.forward(tensor([1, 3, 2]))
    layer.backward(tensor([1, 3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)), false)
    expect([...layer.weight?.gradient.data ?? []]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('plans its output per shape and copies no gradient', () => {
    for (const kind of ['sinusoidal', 'learned'] as const) {
      const { kernels, allocations } = notingKernels()
      const layer = positionalEncoding({ name: 'p', features: 4, kind, length: 3, kernels })
      const shapes = [[3, 3, 4], [2, 3, 4], [3, 2, 4]]
      const outputs = shapes.map((shape) => layer.forward(tensor(shape)))
      const count = allocations.length
      for (let i = 0; i < 3; i++) {
        for (const [which, shape] of shapes.entries()) expect(layer.forward(tensor(shape))).toBe(outputs[which])
      }
      expect(allocations.length).toBe(count)
    }
  })

  it('takes an empty batch and names misuse', () => {
    for (const kind of ['sinusoidal', 'learned'] as const) {
      expectEmptyBatch(positionalEncoding({ name: 'p', features: 4, kind, length: 3 }), [3, 4])
      expectNamedMisuse(positionalEncoding({ name: 'p', features: 4, kind, length: 3 }), tensor([1, 2, 4]))
    }
    const make = (options: object) => () => positionalEncoding({ name: 'p', features: 4, ...options })
    expect(make({ kind: 'rotary' })).toThrow(
      'positionalEncoding p: kind must be one of sinusoidal, learned, got "rotary"',
    )
    expect(make({ kind: 'learned' })).toThrow(TypeError)
    expect(make({ features: 0 })).toThrow('positionalEncoding p: features must be a whole number of at least 1, got 0')
    expect(() => make({})().forward(tensor([2, 4]))).toThrow(
      new RangeError('positionalEncoding p: input must have shape [B, T, 4], got [2, 4]'),
    )
    expect(() => make({ kind: 'learned', length: 3 })().forward(tensor([1, 4, 4]))).toThrow(
      new RangeError('positionalEncoding p: input must have shape [B, T, 4] with T at most 3, got [1, 4, 4]'),
    )
  })
})
