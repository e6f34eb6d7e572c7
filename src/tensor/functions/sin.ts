import { cosReduced, reduceQuarter, REMAINDER, sinReduced } from './trigonometric.ts'

/** sin x, x in radians. */
export function sin(x: number): number {
  if (!(Math.abs(x) < Infinity)) return NaN
  if (x === 0) return x
  const n = reduceQuarter(x)
  const y = (n & 1) === 0 ? sinReduced(REMAINDER[0], REMAINDER[1]) : cosReduced(REMAINDER[0], REMAINDER[1])
  return n < 2 ? y : -y
}
