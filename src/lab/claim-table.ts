// Claims as text: for the terminal, the report and JSON.

import { type Claim, type Method, verdict } from './claim.ts'
import { significant } from './report/format.ts'
import type { ClaimRow } from './report/html.ts'
import type { Cell, Table } from './report/table.ts'

/** A prediction or measurement as one cell: significant digits. */
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
  return `${compare === 'at most' ? '≤' : '≥'} ${
    tolerance === 0 ? 0 : significant(tolerance, tolerance > 0.9 && tolerance < 1 ? 3 : 2)
  }`
}

const SHORT: Readonly<Record<Method, string>> = {
  'float64 network': 'float64',
  'float32 engine': 'engine',
  recursion: 'recursion',
  'random draws': 'draws',
  simulation: 'simulation',
  'order parameters': 'ODE',
  training: 'training',
}

/** Claims as a table for the terminal. */
export function claimsTable(claims: readonly Claim[]): Table {
  return {
    columns: [{ name: 'claim' }, { name: 'statement', flexible: true }, { name: 'source' }, { name: 'by' }, {
      name: 'predicted',
      flexible: true,
    }, { name: 'measured', flexible: true }, { name: 'tolerance' }, { name: 'verdict' }],
    rows: claims.map((
      claim,
    ) => [claim.id, claim.note === undefined ? claim.statement : `${claim.statement} [${claim.note}]`,
      claim.source.replaceAll('refinetti2021', 'R21').replaceAll('chu2023', 'C23'), SHORT[claim.method],
      claimCell(claim.predicted), claimCell(claim.measured), toleranceCell(claim), verdict(claim)]
    ),
  }
}

/** A claim as a row of an HTML report. */
export function claimRow(claim: Claim): ClaimRow {
  const word = verdict(claim)
  return {
    statement: `${claim.statement}${claim.note === undefined ? '' : ` (${claim.note})`} [${claim.id}; ${claim.method}]`,
    source: claim.source,
    predicted: claimCell(claim.predicted),
    measured: claimCell(claim.measured),
    tolerance: toleranceCell(claim),
    verdict: word === 'FAILS' ? 'fails' : word,
  }
}

/** A claim as a plain object, its keys in one order. */
export function claimJson(
  { id, statement, source, method, predicted, measured, tolerance, compare, holds, note }: Claim,
): object {
  return {
    id,
    statement,
    source,
    method,
    predicted,
    measured,
    tolerance,
    compare,
    holds,
    ...(note === undefined ? {} : { note }),
  }
}

/** JSON text in which infinities and NaN are strings rather than the null that would read as "no value". */
export function jsonText(content: unknown): string {
  return `${
    JSON.stringify(content,
      (_key, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value), 2)
  }\n`
}
