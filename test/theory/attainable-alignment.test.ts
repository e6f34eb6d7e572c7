import { describe, expect, it } from 'vitest'
import { frobenius, innerProduct, type Matrix, matrix, multiply, normalInto, pseudoInverse, randomStream,
  transpose } from '../../src/tensor/index.ts'
import { attainableAlignment, type ConvolutionGeometry, convolutionMatrix, convolutionOutput,
  convolutionWeightAlignment, expectedAttainableAlignment, receptiveFields } from '../../src/theory/index.ts'
import { denseMatrix } from '../../src/theory/sparse-rows.ts'

const G: ConvolutionGeometry = { inputChannels: 2, outputChannels: 3, height: 6, width: 5, kernel: [3, 2] }

const gaussian = (rows: number, columns: number, name: string, seed = 0): Matrix => {
  const out = matrix(rows, columns)
  normalInto(out.data, randomStream(seed, name))
  return out
}

const rowsOf = (g: ConvolutionGeometry): readonly [number, number] => {
  const [h, w] = convolutionOutput(g)
  return [g.outputChannels * h * w, g.inputChannels * g.height * g.width]
}

const cosine = (a: Matrix, b: Matrix): number => innerProduct(a, b) / (frobenius(a) * frobenius(b))

describe('attainableAlignment', () => {
  const [n, m] = rowsOf(G)
  const left = gaussian(n, 4, 'left'), right = gaussian(m, 4, 'right')
  const target = multiply(left, transpose(right))
  const taps = G.outputChannels * G.inputChannels * 6

  it('is the cosine of the least-squares convolution and of the masked target', () => {
    // One column per weight: φ of a unit vector, written out.
    const basis = matrix(taps, n * m)
    for (let tap = 0; tap < taps; tap++) {
      const unit = new Float64Array(taps)
      unit[tap] = 1
      basis.data.set(denseMatrix(convolutionMatrix(unit, G)).data, tap * n * m)
    }
    const best = multiply(matrix(1, n * m, target.data), pseudoInverse(basis)).data
    const nearest = denseMatrix(convolutionMatrix(best, G))
    const { convolution, locallyConnected } = attainableAlignment(left, right, G)
    expect(convolution).toBeCloseTo(cosine(nearest, target), 12)
    expect(convolutionWeightAlignment(best, left, right, G)).toBeCloseTo(convolution, 12)
    const mask = denseMatrix(receptiveFields(G))
    expect(locallyConnected).toBeCloseTo(cosine(matrix(n, m, target.data.map((x, at) => x * mask.data[at])), target),
      12)
  })

  it('is not exceeded by any convolution, and met by the definition of weight alignment', () => {
    const { convolution } = attainableAlignment(left, right, G)
    for (let seed = 0; seed < 50; seed++) {
      const c = gaussian(1, taps, 'c', seed).data
      const wa = convolutionWeightAlignment(c, left, right, G)
      expect(wa, `seed ${seed}`).toBeLessThanOrEqual(convolution)
      expect(wa, `seed ${seed}`).toBeCloseTo(cosine(denseMatrix(convolutionMatrix(c, G)), target), 12)
    }
  })

  it('follows k/(d d′) and k/d in the mean over draws', () => {
    const g: ConvolutionGeometry = { inputChannels: 4, outputChannels: 4, height: 14, width: 14, kernel: [4, 4] }
    const [rows, columns] = rowsOf(g)
    const draws = Array.from({ length: 25 },
      (_, seed) => attainableAlignment(gaussian(rows, 10, 'l', seed), gaussian(columns, 10, 'r', seed), g))
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
    const expected = expectedAttainableAlignment(g)
    expect(expected.convolution).toBeCloseTo(4 / (14 * 11), 15)
    expect(Math.abs(mean(draws.map((d) => d.convolution)) / expected.convolution - 1)).toBeLessThan(0.05)
    expect(Math.abs(mean(draws.map((d) => d.locallyConnected)) / expected.locallyConnected - 1)).toBeLessThan(0.05)
  })

  it('is exactly k/d for feedback that is constant over the positions of a channel', () => {
    const [h, w] = convolutionOutput(G)
    const spread = (channels: number, positions: number, name: string): Matrix => {
      const values = gaussian(channels, 4, name)
      return matrix(channels * positions, 4,
        Float64Array.from({ length: channels * positions * 4 },
          (_, at) => values.data[Math.floor(at / (4 * positions)) * 4 + (at % 4)]))
    }
    const { convolution, locallyConnected } = attainableAlignment(spread(3, h * w, 'a'), spread(2, 30, 'b'), G)
    expect(convolution).toBeCloseTo(expectedAttainableAlignment(G).repeated, 13)
    expect(locallyConnected).toBeCloseTo(Math.sqrt(6 / 30), 13)
  })

  it('does not depend on scale: powers of two change no bit', () => {
    const c = normalInto(new Float64Array(36), randomStream(1, 'kernel'))
    const scaledBy = (k: number, a: Matrix): Matrix => ({ ...a, data: a.data.map((x) => x * 2 ** k) })
    for (const [i, j] of [[-900, -900], [900, 900], [-500, 900]]) {
      expect(attainableAlignment(scaledBy(i, left), scaledBy(j, right), G)).toEqual(attainableAlignment(left, right, G))
      expect(convolutionWeightAlignment(c.map((x) => x * 2 ** i), left, scaledBy(j, right), G)).toBe(
        convolutionWeightAlignment(c, left, right, G),
      )
    }
  })

  it('refuses factors that do not fit', () => {
    expect(() => attainableAlignment(right, left, G)).toThrow(
      /left and right must have shapes \[48, K\] and \[60, K\], got \[60, 4\] and \[48, 4\]/,
    )
    expect(() => convolutionWeightAlignment([1], left, right, G)).toThrow('c must have 36 elements, got 1')
  })
})
