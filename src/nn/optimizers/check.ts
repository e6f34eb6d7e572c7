// Checks of numbers that several optimizers take.

import { checkFinite } from '../../tensor/index.ts'

/** Throws: RangeError, TypeError unless 0 ≤ value < 1. */
export function checkFraction(where: string, name: string, value: number): void {
  if (checkFinite(where, name, value) >= 0 && value < 1) return
  throw new RangeError(`${where}: ${name} must be at least 0 and below 1, got ${value}`)
}

/** Throws: RangeError, TypeError unless value ≥ 0. */
export function checkDecay(where: string, name: string, value: number): void {
  if (checkFinite(where, name, value) >= 0) return
  throw new RangeError(`${where}: ${name} must not be negative, got ${value}`)
}
