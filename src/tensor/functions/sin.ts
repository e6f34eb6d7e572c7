import { cosReduced, reduceQuarter, REMAINDER, sinReduced } from './trigonometric.ts'

/**
 * sin x, x in radians: ±sin r or ±cos r, x = n·π/2 + r.
 * Order: trigonometric.ts. Accuracy: below 0.8 ulp for every finite x. NaN at ±∞.
 * Float32: none of 204,800 sampled patterns of all exponents is wrongly rounded.
 */
export function sin(x: number): number {
  if (!(Math.abs(x) < Infinity)) return NaN
  if (x === 0) return x
  const n = reduceQuarter(x)
  const y = (n & 1) === 0 ? sinReduced(REMAINDER[0], REMAINDER[1]) : cosReduced(REMAINDER[0], REMAINDER[1])
  return n < 2 ? y : -y
}
