import { describe, expect, it } from 'vitest'
import { fitStandardization, standardizeInto } from '../../src/data/index.ts'
import { standardize } from '../../src/data/standardize.ts'
import { tensor } from '../../src/tensor/index.ts'
import { xorshift } from '../tensor/bits.ts'

const random = (seed: number, shape: readonly number[]): ReturnType<typeof tensor> => {
  const next = xorshift(seed)
  return tensor(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 3 + 5 * next()))
}

describe('fitStandardization', () => {
  it('gives the mean and the population deviation of everything, or of each channel', () => {
    const x = tensor([2, 4], Float32Array.of(1, 3, 10, 10, 5, 7, 30, 50))
    expect(fitStandardization(x)).toEqual({
      mean: [14.5],
      deviation: [Math.sqrt((13.5 ** 2 + 11.5 ** 2 + 2 * 4.5 ** 2 + 9.5 ** 2 + 7.5 ** 2 + 15.5 ** 2 + 35.5 ** 2) / 8)],
    })
    expect(fitStandardization(x, 2)).toEqual({ mean: [4, 25], deviation: [Math.sqrt(5), Math.sqrt(275)] })
    expect(fitStandardization(x, 4).mean).toEqual([3, 5, 20, 30])
    expect(fitStandardization(tensor([2, 2, 1, 2], x.data), 2)).toEqual(fitStandardization(x, 2))
  })

  it('sums rows ascending and the places of a row ascending, twice', () => {
    const x = random(1, [50, 6])
    for (const channels of [1, 2, 3, 6]) {
      const { mean, deviation } = fitStandardization(x, channels)
      const block = 6 / channels
      for (let c = 0; c < channels; c++) {
        const values = [...x.data].filter((_, i) => Math.floor(i % 6 / block) === c)
        const center = values.reduce((total, value) => total + value, 0) / values.length
        expect(mean[c]).toBe(center)
        expect(deviation[c]).toBe(
          Math.sqrt(values.reduce((total, v) => total + (v - center) * (v - center), 0) / values.length),
        )
      }
    }
  })

  it('finds a constant channel to have no deviation at all, whatever the constant', () => {
    for (const constant of [0, 0.1, 1 / 3, 255, 1e-40, 3e38]) {
      const { mean, deviation } = fitStandardization(tensor([1013, 7], new Float32Array(7091).fill(constant)))
      expect([mean[0], deviation[0]]).toEqual([Math.fround(constant), 0])
    }
  })

  it('refuses what has no figures', () => {
    expect(() => fitStandardization(tensor([0, 4]))).toThrow(
      new RangeError('fitStandardization: x must not be empty, got shape [0, 4]'),
    )
    expect(() => fitStandardization(tensor([4]))).toThrow(
      new RangeError('fitStandardization: x must have rows of values, got shape [4]'),
    )
    expect(() => fitStandardization(tensor([2, 4]), 3)).toThrow(
      new RangeError('fitStandardization: x must have rows of 3 equal channels, got shape [2, 4]'),
    )
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(() => fitStandardization(tensor([1, 4], Float32Array.of(0, 0, bad, 0)), 2)).toThrow(
        new RangeError(`fitStandardization: x must be finite, got a sum of ${bad} in channel 1`),
      )
    }
    for (const channels of [0, -1, 1.5]) expect(() => fitStandardization(tensor([2, 4]), channels)).toThrow(RangeError)
  })
})

describe('standardize', () => {
  it('gives mean 0 and deviation 1 to the set that was fitted', () => {
    for (const channels of [1, 2, 3]) {
      const x = random(channels, [200, 12])
      const again = fitStandardization(standardize(x, fitStandardization(x, channels)), channels)
      for (let c = 0; c < channels; c++) {
        expect(Math.abs(again.mean[c])).toBeLessThan(1e-7)
        expect(Math.abs(again.deviation[c] - 1)).toBeLessThan(1e-7)
      }
    }
  })

  it('rounds once, in place or into another tensor, and keeps the shape', () => {
    const x = random(9, [5, 2, 3, 1])
    const fitted = { mean: [0.1, -7], deviation: [3, 1 / 3] }
    const expected = x.data.map((value, i) =>
      (value - fitted.mean[Math.floor(i / 3) % 2]) / fitted.deviation[Math.floor(i / 3) % 2]
    )
    const before = x.data.slice()
    const out = standardize(x, fitted)
    expect(out).toEqual({ shape: [5, 2, 3, 1], data: expected })
    expect(x.data).toEqual(before)
    expect(standardizeInto(x, x, fitted).data).toEqual(expected)
  })

  it('survives JSON with the same bits', () => {
    const x = random(4, [30, 9])
    const fitted = fitStandardization(x, 3)
    expect(standardize(x, JSON.parse(JSON.stringify(fitted)))).toEqual(standardize(x, fitted))
  })

  it('only centers a channel that did not vary', () => {
    const fitted = fitStandardization(tensor([3, 2], Float32Array.of(5, 1, 5, 2, 5, 3)), 2)
    expect(fitted.deviation[0]).toBe(0)
    const { data } = standardize(tensor([2, 2], Float32Array.of(5, 2, 5.5, 2)), fitted)
    expect([...data]).toEqual([0, 0, 0.5, 0])
  })

  it('refuses shapes and figures that do not fit, changing nothing', () => {
    const x = random(2, [2, 4]), out = tensor([2, 4])
    const cases: [() => unknown, string][] = [[() => standardizeInto(out, x, { mean: [], deviation: [] }),
      'channels must be a whole number of at least 1, got 0'], [
      () => standardizeInto(out, x, { mean: [1], deviation: [1, 2] }),
      'deviation must have 1 elements like mean, got 2',
    ], [() => standardizeInto(out, x, { mean: [1, NaN], deviation: [1, 2] }),
      'mean[1] must be a finite number, got NaN'], [() => standardizeInto(out, x, { mean: [1, 2], deviation: [1, -2] }),
      'deviation[1] must not be negative, got -2'], [
      () => standardizeInto(out, x, { mean: [1, 2, 3], deviation: [1, 2, 3] }),
      'x must have rows of 3 equal channels, got shape [2, 4]',
    ], [() => standardizeInto(tensor([2, 2]), x, { mean: [1], deviation: [1] }),
      'out must have the shape of x [2, 4], got [2, 2]']]
    for (const [call, message] of cases) expect(call).toThrow(new RangeError(`standardizeInto: ${message}`))
    expect([...out.data]).toEqual(new Array(8).fill(0))
    expect(standardize(tensor([0, 4]), { mean: [1, 2], deviation: [1, 1] }).shape).toEqual([0, 4])
  })
})
