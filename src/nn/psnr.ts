// How far an image is from the one that it should be.

import { checkSameShape, log, type Tensor } from '../tensor/index.ts'

const LN10 = 2.302585092994046

/**
 * PSNR = −10·log₁₀(⟨(y − t)²⟩), the peak signal-to-noise ratio of values from 0 to 1; ∞ where they agree. Units: dB.
 * Order: elements ascending, in float64. Throws: RangeError for other shapes, and for no elements.
 */
export function psnr(output: Tensor, target: Tensor): number {
  checkSameShape('psnr', 'target', target, 'output', output)
  if (output.data.length === 0) throw new RangeError('psnr: output must hold values, got none')
  let total = 0
  for (let i = 0; i < output.data.length; i++) {
    const difference = output.data[i] - target.data[i]
    total += difference * difference
  }
  return -10 * (log(total / output.data.length) / LN10)
}
