import { describe, expect, it } from 'vitest'
import { type Conv2d, conv2d, dense, initialize, isConv2d } from '../../src/nn/index.ts'
import type { Conv2dOptions } from '../../src/nn/conv2d.ts'
import { blockedKernels, type Kernels, matmul, normalAt, randomStream, referenceKernelsFloat32, type Tensor, tensor,
  uniformAt } from '../../src/tensor/index.ts'
import { simdKernels } from '../../src/tensor/tiers/simd.ts'
import { firstDifference } from '../tensor/bits.ts'
import { expectEmptyBatch, expectNamedMisuse, expectPlannedBuffers, notingKernels, randomTensor } from './layer-laws.ts'

function made(options: Partial<Conv2dOptions> = {}): Conv2d {
  const layer = conv2d({ name: 'c', inputChannels: 2, outputChannels: 4, kernelSize: 3, padding: 1, ...options })
  layer.parameters.forEach(({ value }, i) => value.data.set(randomTensor(i + 1, value.shape).data))
  return layer
}

describe('conv2d', () => {
  it('slides its window without turning it round, with the bias inside the one rounding', () => {
    const layer = conv2d({ name: 'c', inputChannels: 1, outputChannels: 1, kernelSize: [1, 2] })
    layer.weight.value.data.set([1, 10])
    layer.bias?.value.data.set([100])
    expect(layer.forward(tensor([1, 1, 1, 3], Float32Array.of(1, 2, 3)))).toEqual(
      tensor([1, 1, 1, 2], Float32Array.of(121, 132)),
    )
    // 2²⁴ + 1 + 1: rounding the product before the bias would lose both ones.
    layer.weight.value.data.set([2 ** 24, 1])
    layer.bias?.value.data.set([1])
    expect(layer.forward(tensor([1, 1, 1, 2], Float32Array.of(1, 1))).data[0]).toBe(2 ** 24 + 2)
  })

  it('sums the weight gradient over the whole batch with one rounding', () => {
    const layer = conv2d({ name: 'c', inputChannels: 1, outputChannels: 1, kernelSize: 1, bias: false })
    layer.forward(tensor([3, 1, 1, 1], Float32Array.of(2 ** 24, 1, 1)))
    layer.backward(tensor([3, 1, 1, 1], Float32Array.of(1, 1, 1)), false)
    expect(layer.weight.gradient.data[0]).toBe(2 ** 24 + 2)
  })

  it('is a dense layer for an image that its window covers', () => {
    const layer = made({ padding: 0 })
    const flat = dense({ name: 'd', inputs: 18, outputs: 4 })
    layer.parameters.forEach(({ value }, i) => flat.parameters[i].value.data.set(value.data))
    const h = randomTensor(7, [5, 2, 3, 3]), da = randomTensor(8, [5, 4, 1, 1])
    const y = layer.forward(h), want = flat.forward(tensor([5, 18], h.data))
    expect(firstDifference(y.data, want.data)).toBe('')
    const dh = layer.backward(da, true), wanted = flat.backward(tensor([5, 4], da.data), true)
    expect(firstDifference(dh?.data ?? new Float32Array(0), wanted?.data ?? new Float32Array(1))).toBe('')
    expect(firstDifference(layer.weight.gradient.data, flat.weight.gradient.data)).toBe('')
  })

  it('keeps its groups apart: it is one layer per group, bit for bit', () => {
    const layer = made({ groups: 2 })
    const h = randomTensor(7, [3, 2, 4, 5]), da = randomTensor(8, [3, 4, 4, 5])
    const y = layer.forward(h), dh = layer.backward(da, true)
    const part = (x: Tensor, from: number, count: number): Tensor => {
      const out = tensor([3, count, 4, 5])
      for (let b = 0; b < 3; b++) {
        const start = (b * x.shape[1] + from) * 20
        out.data.set(x.data.subarray(start, start + count * 20), b * count * 20)
      }
      return out
    }
    for (const g of [0, 1]) {
      const alone = conv2d({ name: 'c', inputChannels: 1, outputChannels: 2, kernelSize: 3, padding: 1 })
      alone.weight.value.data.set(layer.weight.value.data.subarray(g * 18, g * 18 + 18))
      alone.bias?.value.data.set(layer.bias?.value.data.subarray(2 * g, 2 * g + 2) ?? [])
      expect(alone.forward(part(h, g, 1))).toEqual(part(y, 2 * g, 2))
      expect(alone.backward(part(da, 2 * g, 2), true)).toEqual(part(dh ?? h, g, 1))
      expect(alone.weight.gradient.data).toEqual(layer.weight.gradient.data.slice(g * 18, g * 18 + 18))
    }
  })

  it('carries the error by its transport when it has one, all else unchanged', () => {
    for (const groups of [1, 2]) {
      const layer = made({ groups })
      const h = randomTensor(7, [3, 2, 4, 5]), da = randomTensor(8, [3, 4, 4, 5])
      layer.forward(h)
      const exact = layer.backward(da, true)?.data.slice()
      const dW = layer.weight.gradient.data.slice()
      const other = made({ groups })
      other.weight.value.data.set(randomTensor(9, other.weight.value.shape).data)
      other.forward(h)
      layer.transport = other.weight.value
      expect(layer.backward(da, true)).toEqual(other.backward(da, true))
      expect(layer.weight.gradient.data).toEqual(dW)
      expect(layer.outputGradient).toBe(da)
      layer.transport = undefined
      expect(layer.backward(da, true)?.data).toEqual(exact)
    }
  })

  it('has the same gradients in every backward pass on one forward pass', () => {
    const layer = made()
    layer.forward(randomTensor(7, [3, 2, 4, 5]))
    const da = randomTensor(8, [3, 4, 4, 5])
    const first = layer.backward(da, true)?.data.slice()
    const dW = layer.weight.gradient.data.slice()
    layer.weight.gradient.data.fill(NaN)
    expect(layer.backward(da, true)?.data).toEqual(first)
    expect(firstDifference(layer.weight.gradient.data, dW)).toBe('')
  })

  it('makes one product per group each way, and none for an input gradient that nobody wants', () => {
    const { kernels, products } = notingKernels()
    const layer = made({ groups: 2, kernels })
    layer.forward(randomTensor(7, [3, 2, 4, 5]))
    layer.backward(randomTensor(8, [3, 4, 4, 5]), false)
    expect(products).toEqual(['2×60×9', '2×60×9', '2×9×60', '2×9×60'])
    layer.backward(randomTensor(8, [3, 4, 4, 5]), true)
    expect(products.slice(6)).toEqual(['9×60×2', '9×60×2'])
  })

  it('makes the input gradient in blocks of samples, each as if it were the whole batch', () => {
    const { kernels, products } = notingKernels()
    const options = { inputChannels: 8, outputChannels: 2, kernelSize: 5, padding: 2, kernels } as const
    const layer = made(options)
    const h = randomTensor(7, [11, 8, 16, 16]), da = randomTensor(8, [11, 2, 16, 16])
    layer.forward(h)
    // 200·256 patch elements per sample, at most 2^18 of them at a time.
    for (const upstream of [randomTensor(9, da.shape), da]) {
      products.length = 0
      layer.backward(upstream, true)
      expect(products).toEqual(['2×200×2816', '200×1280×2', '200×1280×2', '200×256×2'])
    }
    const dh = layer.backward(da, true)?.data ?? new Float32Array(0)
    for (let b = 0; b < 11; b++) {
      const alone = made(options)
      alone.forward(tensor([1, 8, 16, 16], h.data.slice(2048 * b, 2048 * (b + 1))))
      const want = alone.backward(tensor([1, 2, 16, 16], da.data.slice(512 * b, 512 * (b + 1))), true)
      expect(firstDifference(dh.slice(2048 * b, 2048 * (b + 1)), want?.data ?? h.data), `sample ${b}`).toBe('')
    }
  })

  it('plans its buffers; a shorter batch works in the space of the longest', () => {
    expectPlannedBuffers((kernels) => made({ kernels }), [2, 4, 5], [2, 5, 4], [2, 4, 6])
    const { kernels, allocations } = notingKernels()
    const layer = made({ kernels })
    const since = (pass: () => void): readonly number[] => {
      allocations.length = 0
      pass()
      return [...allocations]
    }
    const forward = (batch: number) => since(() => layer.forward(tensor([batch, 2, 4, 5])))
    const backward = (batch: number, wantInput: boolean) =>
      since(() => layer.backward(tensor([batch, 4, 4, 5]), wantInput))
    // Patches, maps and the output; for the input gradient the same for a block, and itself.
    expect(forward(3)).toEqual([18 * 60, 240, 240])
    expect(backward(3, false)).toEqual([])
    expect(backward(3, true)).toEqual([120, 18 * 60, 240])
    expect(forward(2)).toEqual([])
    expect(backward(2, true)).toEqual([])
  })

  it('takes images of another size, and a shorter batch after a longer one', () => {
    const layer = made(), fresh = made()
    layer.forward(randomTensor(1, [4, 2, 6, 6]))
    for (const shape of [[2, 2, 6, 6], [2, 2, 3, 7], [1, 2, 3, 7]]) {
      const h = randomTensor(2, shape)
      expect(layer.forward(h)).toEqual(fresh.forward(h))
      const da = randomTensor(3, layer.outputShape(shape))
      expect(layer.backward(da, true)).toEqual(fresh.backward(da, true))
      expect(layer.weight.gradient).toEqual(fresh.weight.gradient)
    }
  })

  it('has the same bits in vector instructions, for both accumulations', () => {
    for (const accumulation of ['float64', 'float32'] as const) {
      const simd = simdKernels({ accumulation })
      if (!('kernels' in simd)) throw new Error(simd.reason)
      const run = (kernels: Kernels): readonly (Tensor | undefined)[] => {
        const layer = made({ outputChannels: 6, kernels })
        const y = layer.forward(randomTensor(7, [3, 2, 9, 8]))
        return [y, layer.backward(randomTensor(8, y.shape), true), ...layer.parameters.map(({ gradient }) => gradient)]
      }
      const want = run(accumulation === 'float32' ? referenceKernelsFloat32 : blockedKernels)
      run(simd.kernels).forEach((got, i) =>
        expect(firstDifference(got?.data ?? new Float32Array(0), want[i]?.data ?? new Float32Array(1)),
          `${accumulation} ${i}`).toBe('')
      )
    }
  })

  it('is a product of channels at every place when its window is 1×1', () => {
    const layer = made({ kernelSize: 1, padding: 0, bias: false })
    const h = randomTensor(7, [1, 2, 3, 4])
    const want = matmul(tensor([4, 2], layer.weight.value.data), tensor([2, 12], h.data))
    expect(layer.forward(h).data).toEqual(want.data)
  })

  it('takes an empty batch, and is recognized by isConv2d', () => {
    expectEmptyBatch(made(), [2, 4, 5])
    expect(isConv2d(made())).toBe(true)
    expect(isConv2d(dense({ name: 'd', inputs: 1, outputs: 1 }))).toBe(false)
  })

  it('is initialized by its fan-in, C/groups·kH·kW', () => {
    const layer = made({ inputChannels: 6, groups: 2, kernelSize: [2, 3] })
    expect(layer.fanIn).toBe(18)
    initialize(layer, 'uniform', 7)
    const root = 1 / Math.sqrt(18)
    const at = (name: string, i: number): number => Math.fround(-root + 2 * root * uniformAt(randomStream(7, name), i))
    expect(layer.weight.value.data[5]).toBe(at('init/c/weight', 5))
    expect(layer.bias?.value.data[1]).toBe(at('init/c/bias', 1))
    initialize(layer, 'gaussian', 7)
    expect(layer.weight.value.data[5]).toBe(Math.fround(root * normalAt(randomStream(7, 'init/c/weight'), 5)))
    expect([...layer.bias?.value.data ?? []]).toEqual([0, 0, 0, 0])
    initialize(layer, 'orthogonal', 7)
    const rows = tensor([4, 18], layer.weight.value.data)
    matmul(rows, rows, { transposeB: true }).data.forEach((v, i) => expect(v).toBeCloseTo(i % 5 === 0 ? 1 : 0, 6))
  })
})

describe('the errors of conv2d', () => {
  it('name the layer and the option', () => {
    const wrong = (options: Partial<Conv2dOptions>): () => Conv2d => () => made(options)
    expect(wrong({ inputChannels: 0 })).toThrow(
      new RangeError('conv2d c: inputChannels must be a whole number of at least 1, got 0'),
    )
    expect(wrong({ outputChannels: 1.5 })).toThrow(RangeError)
    expect(wrong({ kernelSize: 0 })).toThrow(
      new RangeError('conv2d c: kernelSize must be a whole number of at least 1, got 0'),
    )
    expect(wrong({ stride: [1, 0] })).toThrow(
      new RangeError('conv2d c: stride[1] must be a whole number of at least 1, got 0'),
    )
    expect(wrong({ padding: -1 })).toThrow(
      new RangeError('conv2d c: padding must be a whole number of at least 0, got -1'),
    )
    expect(wrong({ groups: 3 })).toThrow(
      new RangeError('conv2d c: groups must divide inputChannels 2 and outputChannels 4, got 3'),
    )
    expect(wrong({ inputChannels: '2' as never })).toThrow(TypeError)
  })

  it('name the input shape, and keep the last forward pass', () => {
    const layer = made(), h = randomTensor(7, [3, 2, 4, 5]), da = randomTensor(8, [3, 4, 4, 5])
    layer.forward(h)
    const dh = layer.backward(da, true)?.data.slice()
    for (const shape of [[3, 1, 4, 5], [3, 40], [2, 4, 5]]) {
      const message = `conv2d c: input must have shape [B, 2, H, W], got [${shape.join(', ')}]`
      expect(() => layer.forward(tensor(shape))).toThrow(new RangeError(message))
      expect(() => layer.outputShape(shape)).toThrow(new RangeError(message))
    }
    expect(layer.backward(da, true)?.data).toEqual(dh)
  })

  it('name misuse and a transport that does not fit, before any gradient is written', () => {
    expectNamedMisuse(made(), randomTensor(7, [3, 2, 4, 5]))
    const layer = made()
    layer.forward(randomTensor(7, [3, 2, 4, 5]))
    layer.transport = tensor([4, 18])
    expect(() => layer.backward(randomTensor(8, [3, 4, 4, 5]), true)).toThrow(
      new RangeError('conv2d c: transport must have shape [4, 2, 3, 3], got [4, 18]'),
    )
    expect(layer.weight.gradient.data.every((v) => v === 0)).toBe(true)
  })
})
