// Claims as text: for the terminal, the report, Markdown and JSON.

import { significant, stated, typeset } from '../report/format.ts'
import type { ClaimRow } from '../report/html.ts'
import type { Column, Table } from '../report/table.ts'
import { type Claim, countVerdicts, type Criterion, type Measured, type Method, valueOf } from './claim.ts'

/** What is expected, with what is tolerated: `0.25 ± 0.04`, `≤ 0.05`, `0.078 … 0.72`, `falling`. */
export function expectedText(criterion: Criterion): string {
  switch (criterion.kind) {
    case 'near': {
      const { expected, tolerance, of } = criterion
      const values = list(expected).join(', ')
      if (tolerance === 0) return values
      return `${values} ± ${of === 'relative' ? `${stated(100 * tolerance)} %` : stated(tolerance)}`
    }
    case 'at most':
      return `≤ ${stated(criterion.bound)}`
    case 'below':
      return `< ${stated(criterion.bound)}`
    case 'at least':
      return `≥ ${stated(criterion.bound)}`
    case 'above':
      return `> ${stated(criterion.bound)}`
    case 'between':
      return `${stated(criterion.low)} … ${stated(criterion.high)}`
    case 'order':
      return criterion.margin === 0 ? criterion.direction
        : `${criterion.direction} (${criterion.direction.startsWith('not') ? '±' : 'by'} ${stated(criterion.margin)})`
    default:
      throw new Error(`expectedText: unreachable: ${(criterion as { kind: string }).kind}`)
  }
}

/** Measured values; a mean with its standard error and the number of seeds; – where nothing was measured. */
export function measuredText(measured: readonly Measured[]): string {
  const values = measured.map(valueOf)
  const text = values.some(Number.isNaN) ? values.map((value) => Number.isNaN(value) ? '–' : list([value])[0])
    : list(values)
  const one = (value: Measured, index: number): string =>
    value === null || typeof value === 'number' || value.seeds < 2 ? text[index]
      : `${text[index]} ± ${significant(value.standardError, 2)}`
  const counts = new Set(measured.flatMap((value) => {
    if (value === null || typeof value === 'number') return []
    const { seeds, of = 'seeds' } = value
    return [seeds === 1 ? `1 ${of.slice(0, -1)}` : `${seeds} ${of}`]
  }))
  const counted = counts.size === 1 ? ` (${[...counts][0]})` : ''
  return measured.length === 0 ? '–' : `${measured.map(one).join(', ')}${counted}`
}

/** Values of one list with the same digits: four decimals where one of them is an alignment near 1. */
function list(values: readonly number[]): readonly string[] {
  const near = values.some((value) => Math.abs(value) > 0.9 && Math.abs(value) < 1)
  const fixed = near && values.every((value) => Math.abs(value) <= 1)
  return values.map((value) => fixed ? typeset(value.toFixed(4)) : significant(value, 3))
}

const SHORT: Readonly<Record<Method, string>> = { 'float64 network': 'float64', 'float32 engine': 'engine',
  recursion: 'recursion', 'random draws': 'draws', simulation: 'simulation', 'order parameters': 'ODE',
  training: 'training' }

function statementOf({ statement, note }: Claim): string {
  return note === undefined ? statement : `${statement} [${note}]`
}

/** Below so many columns a table of claims has no room for their statements. */
const ROOM_FOR_STATEMENTS = 116

/**
 * Claims as a table for a terminal of `width` columns, without statements where there is no room for them; `verbose` has
 * everything, with where equation and tolerance come from.
 */
export function claimsTable(claims: readonly Claim[], verbose = false, width: number = ROOM_FOR_STATEMENTS): Table {
  const isNarrow = !verbose && width < ROOM_FOR_STATEMENTS
  const columns: readonly (Column & { readonly of: (claim: Claim) => string })[] = [{ name: 'claim',
    of: ({ id }) => id },
    ...(isNarrow ? []
      : [{ name: 'statement', flexible: true, of: statementOf }, { name: 'by',
        of: ({ method }: Claim) => SHORT[method] }]), { name: 'expected', flexible: true,
    of: ({ criterion }) => expectedText(criterion) }, { name: 'measured', flexible: true,
    of: ({ measured }) => measuredText(measured) }, { name: 'verdict', verdict: true, of: ({ verdict }) => verdict },
    ...(verbose
      ? [{ name: 'source', flexible: true, of: ({ source }: Claim) => source }, { name: 'tolerance', flexible: true,
        of: ({ why }: Claim) => why }] : [])]
  return { columns, rows: claims.map((claim) => columns.map((column) => column.of(claim))) }
}

/** `43 claims hold, 1 fails, 2 undecided, 1 outside the theory`. */
export function verdictCounts(claims: readonly Claim[]): string {
  const { holds, fails, undecided, outside } = countVerdicts(claims)
  return `${holds} ${holds === 1 ? 'claim holds' : 'claims hold'}, ${fails} ${fails === 1 ? 'fails' : 'fail'}, `
    + `${undecided} undecided, ${outside} outside the theory`
}

/** A claim as a row of an HTML report. */
export function claimRow(claim: Claim): ClaimRow {
  return { id: claim.id, statement: `${claim.statement}${claim.note === undefined ? '' : ` (${claim.note})`}`,
    source: claim.source, method: claim.method, expected: expectedText(claim.criterion),
    measured: measuredText(claim.measured), tolerance: claim.why, verdict: claim.verdict }
}

/** A claim as a plain object, its keys in one order. */
export function claimJson({ id, statement, source, method, criterion, measured, why, verdict, note }: Claim): object {
  return { id, statement, source, method, criterion, measured, why, verdict, ...(note === undefined ? {} : { note }) }
}

/** JSON text in which infinities are strings rather than the null that would read as "no value". Throws: RangeError for NaN. */
export function jsonText(content: unknown): string {
  const text = JSON.stringify(content, (key, value: unknown) => {
    if (Number.isNaN(value)) throw new RangeError(`jsonText: ${key} must be a number or null, got NaN`)
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
  }, 2)
  return `${text}\n`
}
