import { describe, expect, it } from 'vitest'
import { psnr } from '../../src/nn/index.ts'
import { tensor } from '../../src/tensor/index.ts'

const of = (...values: number[]) => tensor([1, values.length], Float32Array.from(values))

describe('psnr', () => {
  it('is 20 dB for an error of a tenth everywhere, 6 dB more for half of it, and without end for none', () => {
    expect(psnr(of(0.5, 0.25), of(0.625, 0.125))).toBeCloseTo(-20 * Math.log10(0.125), 12)
    expect(psnr(of(0, 1), of(1, 1))).toBeCloseTo(10 * Math.log10(2), 12)
    expect(psnr(of(0, 1), of(1, 0))).toBeCloseTo(0, 15)
    expect(psnr(of(0.5), of(0.5))).toBe(Infinity)
  })

  it('refuses other shapes and nothing at all', () => {
    expect(() => psnr(of(1, 2), of(1))).toThrow('psnr: target must have the shape of output [1, 2], got [1, 1]')
    expect(() => psnr(of(), of())).toThrow(new RangeError('psnr: output must hold values, got none'))
  })
})
