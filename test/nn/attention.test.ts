import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { type Attention, attention, isDense, parametersOf, walk } from '../../src/nn/index.ts'
import type { AttentionOptions } from '../../src/nn/attention.ts'
import { blockedKernels, type Kernels, referenceKernelsFloat32, tensor } from '../../src/tensor/index.ts'
import { simdKernels } from '../../src/tensor/tiers/simd.ts'
import { firstDifference, xorshift } from '../tensor/bits.ts'
import { expectEmptyBatch, expectNamedMisuse, expectPlannedBuffers } from './layer-laws.ts'

const small = (seed: number, shape: readonly number[]) => {
  const random = xorshift(seed)
  return tensor(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random()))
}

function made(options: Partial<AttentionOptions> = {}): Attention {
  const layer = attention({ name: 'a', features: 4, heads: 2, ...options })
  parametersOf(layer).forEach(({ value }, i) => value.data.set(small(i + 1, value.shape).data))
  return layer
}

describe('attention', () => {
  it('is the mean over the places it sees when all keys are alike', () => {
    const layer = attention({ name: 'a', features: 2, heads: 1, causal: true })
    for (const { weight } of [layer.value, layer.output]) weight.value.data.set([1, 0, 0, 1])
    const y = layer.forward(tensor([1, 4, 2], Float32Array.of(8, 0, 4, 2, 0, 4, 4, 2)))
    expect([...y.data]).toEqual([8, 0, 6, 1, 4, 2, 4, 2])
    const open = attention({ name: 'a', features: 2, heads: 1 })
    for (const { weight } of [open.value, open.output]) weight.value.data.set([1, 0, 0, 1])
    expect([...open.forward(tensor([1, 2, 2], Float32Array.of(8, 0, 4, 2))).data]).toEqual([6, 1, 6, 1])
  })

  it('has weights that add up to one, none of them on later places when causal', () => {
    for (const causal of [true, false]) {
      const layer = made({ causal })
      expect(layer.probabilities).toBeUndefined()
      layer.forward(small(20, [3, 5, 4]))
      const { shape, data } = layer.probabilities ?? tensor([0])
      expect(shape).toEqual([3, 2, 5, 5])
      for (let row = 0; row < 30; row++) {
        const weights = [...data.slice(row * 5, row * 5 + 5)]
        expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 6)
        weights.forEach((w, j) => expect(w > 0, `row ${row}, ${j}`).toBe(!causal || j <= row % 5))
      }
    }
  })

  it('lets no later place change an earlier one when causal, and no earlier gradient reach a later one', () => {
    const layer = made({ causal: true })
    const x = small(20, [1, 5, 4])
    const y = layer.forward(x).data.slice()
    x.data.fill(9, 12)
    expect(layer.forward(x).data.slice(0, 12)).toEqual(y.slice(0, 12))
    const dy = small(21, [1, 5, 4])
    dy.data.fill(0, 12)
    const dx = layer.backward(dy, true)?.data ?? new Float32Array(0)
    expect(dx.slice(12).every((v) => v === 0)).toBe(true)
    expect(dx.slice(0, 12).every((v) => v !== 0)).toBe(true)
  })

  it('has the bits of sequences where every token is a row, and names rows that fill none', () => {
    const apart = made({ causal: true }), rows = made({ causal: true, length: 5 })
    const x = small(20, [3, 5, 4]), dy = small(21, [3, 5, 4])
    const y = apart.forward(x).data.slice(), dx = apart.backward(dy, true)?.data.slice()
    expect(rows.forward(tensor([15, 4], x.data))).toEqual(tensor([15, 4], y))
    expect(rows.backward(tensor([15, 4], dy.data), true)).toEqual(tensor([15, 4], dx))
    expect(rows.probabilities?.shape).toEqual([3, 2, 5, 5])
    expect(() => rows.forward(tensor([14, 4]))).toThrow(
      new RangeError('attention a: input must have shape [B·5, 4], got [14, 4]'),
    )
    expect(() => rows.forward(x)).toThrow(RangeError)
    expect(() => made({ length: 0 })).toThrow('attention a: length must be a whole number of at least 1, got 0')
    expectEmptyBatch(made({ length: 5 }), [4])
  })

  it('treats samples apart', () => {
    const layer = made(), alone = made()
    const x = small(20, [3, 5, 4])
    const y = layer.forward(x)
    for (const b of [0, 1, 2]) {
      const part = alone.forward(tensor([1, 5, 4], x.data.slice(20 * b, 20 * b + 20)))
      expect(part.data).toEqual(y.data.slice(20 * b, 20 * b + 20))
    }
  })

  it('shows its four dense layers to learning rules, whose transports it follows', () => {
    const layer = made()
    expect(walk(layer).filter(isDense)).toEqual([layer.query, layer.key, layer.value, layer.output])
    expect(parametersOf(layer).map(({ name }) => name)).toEqual(
      ['query/weight', 'query/bias', 'key/weight', 'value/weight', 'value/bias', 'output/weight', 'output/bias'].map((
        part,
      ) => `a/${part}`),
    )
    expect(parametersOf(made({ bias: false })).length).toBe(4)
    layer.forward(small(20, [2, 3, 4]))
    const dy = small(21, [2, 3, 4])
    const exact = layer.backward(dy, true)?.data.slice()
    layer.query.transport = small(22, [4, 4])
    expect(layer.backward(dy, true)?.data).not.toEqual(exact)
    layer.query.transport = undefined
    expect(layer.backward(dy, true)?.data).toEqual(exact)
  })

  it('has the same bits in vector instructions, for both accumulations', () => {
    for (const accumulation of ['float64', 'float32'] as const) {
      const simd = simdKernels({ accumulation })
      if (!('kernels' in simd)) throw new Error(simd.reason)
      const run = (kernels: Kernels): readonly (Float32Array | undefined)[] => {
        const layer = made({ features: 6, causal: true, kernels })
        const y = layer.forward(small(20, [2, 7, 6]))
        const dx = layer.backward(small(21, [2, 7, 6]), true)
        return [y.data, dx?.data, ...parametersOf(layer).map(({ gradient }) => gradient.data)]
      }
      const want = run(accumulation === 'float32' ? referenceKernelsFloat32 : blockedKernels)
      run(simd.kernels).forEach((got, i) =>
        expect(firstDifference(got ?? new Float32Array(0), want[i] ?? new Float32Array(1)), `${accumulation} ${i}`)
          .toBe('')
      )
    }
  })

  it('holds the memory of the longest sequence for all lengths up to it, in every tier', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const lengths = Array.from({ length: 50 }, (_, i) => 3 * i + 3)
    /** Bytes of typed arrays outside and inside of WebAssembly after these lengths. */
    const bytes = (kernels: Kernels, those: readonly number[]): readonly [number, number] => {
      collect()
      const before = process.memoryUsage().arrayBuffers
      const layer = attention({ name: 'a', features: 32, heads: 4, kernels })
      for (const length of those) {
        layer.forward(tensor([2, length, 32]))
        layer.backward(tensor([2, length, 32]), true)
      }
      for (let i = 0; i < 3; i++) collect()
      const grown = process.memoryUsage().arrayBuffers - before
      return [grown, layer.forward(tensor([2, 1, 32])).data.buffer.byteLength]
    }
    const simd = (): Kernels => {
      const made = simdKernels()
      if ('reason' in made) throw new Error(`attention test: this runtime must have vectors, got ${made.reason}`)
      return made.kernels
    }
    // P and its gradient alone, 8·B·H·T² bytes, are 1.4 MB. A set for each of 50 lengths would be 17 times the longest.
    const [longest] = bytes(blockedKernels, [150])
    expect(longest).toBeGreaterThan(1.4e6)
    expect(bytes(blockedKernels, lengths)[0]).toBeLessThan(2.2 * longest)
    // Four times the arrays, and the products' own space in steps of 1 MiB.
    expect(bytes(simd(), lengths)[1]).toBeLessThan(6 * bytes(simd(), [150])[1])
  })

  it('plans its buffers, takes an empty batch and other lengths, names misuse', () => {
    expectPlannedBuffers((kernels) => made({ kernels }), [3, 4], [4, 4])
    expectEmptyBatch(made(), [3, 4])
    expectNamedMisuse(made(), small(20, [2, 3, 4]))
    const layer = made()
    for (const length of [3, 1, 6]) {
      const x = small(20, [2, length, 4])
      expect(layer.forward(x)).toEqual(made().forward(x))
    }
    expect(() => layer.forward(tensor([2, 4]))).toThrow(
      new RangeError('attention a: input must have shape [B, T, 4], got [2, 4]'),
    )
    expect(() => made({ heads: 3 })).toThrow(new RangeError('attention a: heads must divide features 4, got 3'))
    expect(() => made({ heads: 0 })).toThrow(RangeError)
    expect(() => made({ features: 0 })).toThrow(RangeError)
  })
})
