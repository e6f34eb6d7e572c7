// The former builders, for claims that are not yet stated by `claimsOf`.

import { type Claim, claimsOf, type Direction, type Head, undecided } from './claim.ts'

type Old = Head & { readonly id: string; readonly statement: string }

export function relative(h: Old, predicted: readonly number[], measured: readonly number[], tolerance: number): Claim {
  return claimsOf(h).relative(h.id, h.statement, measured, predicted, tolerance, 'to be stated')
}
export function absolute(h: Old, predicted: readonly number[], measured: readonly number[], tolerance: number): Claim {
  return claimsOf(h).absolute(h.id, h.statement, measured, predicted, tolerance, 'to be stated')
}
export function atMost(h: Old, measured: number, tolerance: number, _predicted?: number | string): Claim {
  return claimsOf(h).atMost(h.id, h.statement, measured, tolerance, 'to be stated')
}
export function atLeast(h: Old, measured: number, tolerance: number, _predicted?: number | string): Claim {
  return claimsOf(h).atLeast(h.id, h.statement, measured, tolerance, 'to be stated')
}
export function ordered(h: Old, direction: Direction, measured: readonly number[], margin = 0): Claim {
  return claimsOf(h).ordered(h.id, h.statement, measured, direction, margin, 'to be stated')
}
export function notCovered(claim: Claim, note: string): Claim {
  return undecided(claim, note)
}
