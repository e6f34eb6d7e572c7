// Claims as text, for the terminal and the report.

import type { Claim } from '../claim.ts'
import { significant } from '../report/format.ts'
import type { Cell } from '../report/table.ts'

/** A prediction or measurement as one cell: up to four values, significant digits. */
export function claimCell(value: Claim['measured']): Cell {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return number(value)
  return value.map(number).join(', ')
}

function number(value: number): string {
  // Alignments near 1 differ in their last digits.
  return Math.abs(value) > 0.9 && Math.abs(value) < 1 ? significant(value, 4) : significant(value, 3)
}

/** The tolerance with what it is a tolerance of. */
export function toleranceCell({ tolerance, compare }: Claim): string {
  if (compare === 'relative') return `± ${significant(100 * tolerance, 2)} %`
  if (compare === 'absolute') return `± ${significant(tolerance, 2)}`
  if (compare === 'order') return 'order'
  return `${compare === 'at most' ? '≤' : '≥'} ${tolerance === 0 ? 0 : significant(tolerance, tolerance > 0.9 && tolerance < 1 ? 3 : 2)}`
}
