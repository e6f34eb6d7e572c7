// Claims as text: for the terminal, the report, Markdown and JSON.

import { significant } from '../report/format.ts'
import type { ClaimRow } from '../report/html.ts'
import type { Table } from '../report/table.ts'
import { type Claim, countVerdicts, type Criterion, type Measured, type Method } from './claim.ts'

/** What is expected, with what is tolerated: `0.25 ± 0.04`, `≤ 0.05`, `0.078 … 0.72`, `falling`. */
export function expectedText(criterion: Criterion): string {
  switch (criterion.kind) {
    case 'near': {
      const { expected, tolerance, of } = criterion
      const values = expected.map(number).join(', ')
      if (tolerance === 0) return values
      return `${values} ± ${of === 'relative' ? `${significant(100 * tolerance, 2)} %` : significant(tolerance, 2)}`
    }
    case 'at most':
      return `≤ ${bound(criterion.bound)}`
    case 'below':
      return `< ${bound(criterion.bound)}`
    case 'at least':
      return `≥ ${bound(criterion.bound)}`
    case 'above':
      return `> ${bound(criterion.bound)}`
    case 'between':
      return `${bound(criterion.low)} … ${bound(criterion.high)}`
    case 'order':
      return criterion.margin === 0
        ? criterion.direction
        : `${criterion.direction} (${criterion.direction.startsWith('not') ? '±' : 'by'} ${bound(criterion.margin)})`
    default:
      throw new Error(`expectedText: unreachable: ${(criterion as { kind: string }).kind}`)
  }
}

/** Measured values; a mean with its standard error and the number of seeds; – where nothing was measured. */
export function measuredText(measured: readonly Measured[]): string {
  const one = (value: Measured): string => {
    if (value === null) return '–'
    if (typeof value === 'number') return number(value)
    return value.seeds < 2 ? number(value.mean) : `${number(value.mean)} ± ${significant(value.standardError, 2)}`
  }
  const seeds = new Set(measured.flatMap((value) => value === null || typeof value === 'number' ? [] : [value.seeds]))
  const [count] = seeds
  const counted = seeds.size === 1 ? ` (${count} ${count === 1 ? 'seed' : 'seeds'})` : ''
  return measured.length === 0 ? '–' : `${measured.map(one).join(', ')}${counted}`
}

function number(value: number): string {
  // Alignments near 1 differ in their last digits.
  return Math.abs(value) > 0.9 && Math.abs(value) < 1 ? significant(value, 4) : significant(value, 3)
}

function bound(value: number): string {
  return significant(value, Math.abs(value) > 0.9 && Math.abs(value) < 1 ? 3 : 2)
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

function statementOf({ statement, note }: Claim): string {
  return note === undefined ? statement : `${statement} [${note}]`
}

/** Claims as a table for the terminal; `verbose` adds where equation and tolerance come from. */
export function claimsTable(claims: readonly Claim[], verbose = false): Table {
  const columns = [{ name: 'claim' }, { name: 'statement', flexible: true }, { name: 'by' }, {
    name: 'expected',
    flexible: true,
  }, { name: 'measured', flexible: true }, { name: 'verdict', verdict: true }]
  return {
    columns: verbose
      ? [...columns, { name: 'source', flexible: true }, { name: 'tolerance', flexible: true }]
      : columns,
    rows: claims.map((claim) => {
      const { id, criterion, measured, method, verdict, source, why } = claim
      const row = [id, statementOf(claim), SHORT[method], expectedText(criterion), measuredText(measured), verdict]
      return verbose ? [...row, source, why] : row
    }),
  }
}

/** `43 claims hold, 1 fails, 2 undecided, 1 outside the theory`. */
export function verdictCounts(claims: readonly Claim[]): string {
  const { holds, fails, undecided, outside } = countVerdicts(claims)
  return `${holds} ${holds === 1 ? 'claim holds' : 'claims hold'}, ${fails} ${fails === 1 ? 'fails' : 'fail'}, `
    + `${undecided} undecided, ${outside} outside the theory`
}

/** A claim as a row of an HTML report. */
export function claimRow(claim: Claim): ClaimRow {
  return {
    id: claim.id,
    statement: `${claim.statement}${claim.note === undefined ? '' : ` (${claim.note})`}`,
    source: claim.source,
    method: claim.method,
    expected: expectedText(claim.criterion),
    measured: measuredText(claim.measured),
    tolerance: claim.why,
    verdict: claim.verdict,
  }
}

/** A claim as a plain object, its keys in one order. */
export function claimJson({ id, statement, source, method, criterion, measured, why, verdict, note }: Claim): object {
  return { id, statement, source, method, criterion, measured, why, verdict, ...(note === undefined ? {} : { note }) }
}

/** JSON text in which infinities are strings rather than the null that would read as "no value". Throws: RangeError for NaN. */
export function jsonText(content: unknown): string {
  return `${
    JSON.stringify(content, (key, value: unknown) => {
      if (Number.isNaN(value)) throw new RangeError(`jsonText: ${key} must be a number or null, got NaN`)
      return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
    }, 2)
  }\n`
}
