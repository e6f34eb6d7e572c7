import { expReduced, nearestPower, powerOfTwo, scaleByPower } from './exponential.ts'

/** e^x. */
export function exp(x: number): number {
  if (x >= -708 && x <= 709) {
    const n = nearestPower(x)
    return expReduced(x, n) * powerOfTwo(n)
  }
  // Beyond [-746, 710] nothing but 0 and ∞ is left; NaN passes through.
  const clamped = Math.min(Math.max(x, -746), 710)
  const n = nearestPower(clamped)
  return scaleByPower(expReduced(clamped, n), n)
}
