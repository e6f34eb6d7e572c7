import { describe, expect, it } from 'vitest'
import { conv2d, initialize } from '../../src/nn/index.ts'
import { matrix, normalInto, randomStream, tensor } from '../../src/tensor/index.ts'
import { type ConvolutionGeometry, convolutionMatrix, convolutionOutput, receptiveFields,
  sparseTimes } from '../../src/theory/index.ts'
import { denseMatrix, sparseTransposeTimes } from '../../src/theory/sparse-rows.ts'

const geometry = (inputChannels: number, outputChannels: number, height: number, width: number,
  kernel: readonly [number, number]): ConvolutionGeometry => ({ inputChannels, outputChannels, height, width, kernel })

describe('convolutionMatrix', () => {
  it('is block-Toeplitz: one row of a 1-D case written out', () => {
    const g = geometry(1, 1, 1, 5, [1, 3])
    expect([...denseMatrix(convolutionMatrix([1, 2, 3], g)).data]).toEqual([1, 2, 3, 0, 0, 0, 1, 2, 3, 0, 0, 0, 1, 2,
      3])
    expect(convolutionOutput(g)).toEqual([1, 3])
  })

  it.each([geometry(1, 1, 4, 4, [4, 4]), geometry(2, 3, 6, 5, [3, 2]), geometry(4, 2, 7, 7, [1, 1]),
    geometry(3, 3, 8, 10, [4, 4])])('does forwards and backwards what the layer does: %o', (g) => {
      const seed = 5, batch = 3
      const layer = conv2d({ name: 'c', ...g, kernelSize: g.kernel, bias: false })
      initialize(layer, 'uniform', seed)
      const { inputChannels, outputChannels, height, width } = g
      const h = tensor([batch, inputChannels, height, width])
      normalInto(h.data, randomStream(seed, 'h'))
      const a = convolutionMatrix(layer.weight.value.data, g)
      const out = layer.forward(h)
      const columns = (data: Float32Array, rows: number): Float64Array =>
        Float64Array.from({ length: data.length }, (_, at) => data[(at % batch) * rows + Math.floor(at / batch)])
      const expected = sparseTimes(a, matrix(a.columns, batch, columns(h.data, a.columns)))
      columns(out.data, a.rows).forEach((value, at) => expect(value, `seed ${seed}`).toBeCloseTo(expected.data[at], 5))
      const da = tensor([batch, outputChannels, ...convolutionOutput(g)])
      normalInto(da.data, randomStream(seed, 'da'))
      const dh = layer.backward(da, true)
      const back = sparseTransposeTimes(a, matrix(a.rows, batch, columns(da.data, a.rows)))
      columns(dh?.data ?? new Float32Array(0), a.columns).forEach((value, at) =>
        expect(value, `seed ${seed}`).toBeCloseTo(back.data[at], 5)
      )
    })

  it('refuses windows beyond the image and weights of another size', () => {
    expect(() => convolutionOutput(geometry(1, 1, 3, 3, [4, 1]))).toThrow(
      'convolutionOutput: kernel must fit into the image [3, 3], got [4, 1]',
    )
    expect(() => convolutionMatrix([1, 2], geometry(1, 1, 3, 3, [1, 3]))).toThrow(
      'convolutionMatrix: c must have 3 elements, got 2',
    )
  })
})

describe('receptiveFields', () => {
  it('has a one for each weight that an output sees, k² per input channel', () => {
    const g = geometry(2, 3, 5, 5, [3, 3])
    const r = denseMatrix(receptiveFields(g))
    for (let row = 0; row < r.rows; row++) {
      expect(r.data.subarray(row * r.columns, (row + 1) * r.columns).reduce((a, b) => a + b, 0)).toBe(18)
    }
    expect(r.data.every((value) => value === 0 || value === 1)).toBe(true)
  })
})
