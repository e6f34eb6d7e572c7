// A claim of the theory, put to the test. Its criterion is stated before the run and decides alone: no verdict depends on
// anything but the criterion, the measured value and its standard error.

import type { Sample } from '../statistics.ts'

/** Which computation a measurement comes from. */
export type Method =
  | 'float64 network'
  | 'float32 engine'
  | 'recursion'
  | 'random draws'
  | 'simulation'
  | 'order parameters'
  | 'training'

/**
 * holds, fails: the criterion decides. undecided: this run is too small, or the value lies within twice its standard
 * error of the border; a larger scale decides. outside: the theory makes no statement here, or the numbers leave the range
 * of their type.
 */
export type Verdict = 'holds' | 'fails' | 'undecided' | 'outside'

/** All verdicts, in the order of counts. */
export const VERDICTS: readonly Verdict[] = ['holds', 'fails', 'undecided', 'outside']

/** Each value against its predecessor; strictly so for `rising` and `falling`. */
export type Direction = 'rising' | 'falling' | 'not rising' | 'not falling'

/** What is expected and how much of a deviation is tolerated: one statement. */
export type Criterion =
  | { readonly kind: 'near'; readonly expected: readonly number[]; readonly tolerance: number;
    readonly of: 'relative' | 'absolute' }
  | { readonly kind: 'at most' | 'below' | 'at least' | 'above'; readonly bound: number }
  | { readonly kind: 'between'; readonly low: number; readonly high: number }
  | { readonly kind: 'order'; readonly direction: Direction; readonly margin: number }

/** One value; a mean over seeds with its standard error; null where nothing could be measured. */
export type Measured = number | Sample | null

/** One row of the tables that commands print and write. */
export interface Claim {
  readonly id: string
  readonly statement: string
  /** Equations of docs/theory, or paper key and section. */
  readonly source: string
  readonly method: Method
  readonly criterion: Criterion
  readonly measured: readonly Measured[]
  /** Where the tolerance comes from, in a short phrase: rounding, step size, finite N, number of draws. */
  readonly why: string
  readonly verdict: Verdict
  /** Why it is undecided or outside, or another remark worth reading. */
  readonly note?: string
}

/** What claims of one computation have in common. */
export interface Head {
  readonly source: string
  readonly method: Method
  readonly note?: string
}

/** The builders of claims under one head; `more` replaces parts of the head for one claim. Arrays must hold in every element. */
export interface ClaimBuilder {
  /** |measured − expected| ≤ tolerance. */
  readonly absolute: (id: string, statement: string, measured: Values, expected: Numbers, tolerance: number,
    why: string, more?: Partial<Head>) => Claim
  /** |measured − expected| ≤ tolerance·|expected|. */
  readonly relative: (id: string, statement: string, measured: Values, expected: Numbers, tolerance: number,
    why: string, more?: Partial<Head>) => Claim
  /** measured ≤ bound. */
  readonly atMost: OneSided
  /** measured < bound. */
  readonly below: OneSided
  /** measured ≥ bound. */
  readonly atLeast: OneSided
  /** measured > bound. */
  readonly above: OneSided
  /** low ≤ measured ≤ high. */
  readonly between: (id: string, statement: string, measured: Values, low: number, high: number, why: string,
    more?: Partial<Head>) => Claim
  /** Each value above or below its predecessor by more than `margin`; by at least −margin for `not falling` and `not rising`. */
  readonly ordered: (id: string, statement: string, measured: Values, direction: Direction, margin: number, why: string,
    more?: Partial<Head>) => Claim
}

type Values = Measured | readonly Measured[]
type Numbers = number | readonly number[]
type OneSided = (id: string, statement: string, measured: Values, bound: number, why: string,
  more?: Partial<Head>) => Claim

/** Builders for claims of one source and method. */
export function claimsOf(head: Head): ClaimBuilder {
  const claim = (id: string, statement: string, values: Values, criterion: Criterion, why: string,
    more: Partial<Head> = {}): Claim =>
  {
    const measured = (isList(values) ? values : [values]).map(defined)
    return { id, statement, ...head, ...more, criterion, measured, why, verdict: judge(criterion, measured) }
  }
  const near =
    (of: 'relative' | 'absolute'): ClaimBuilder['absolute'] =>
    (id, statement, measured, expected, tolerance, why, more) =>
      claim(id, statement, measured, { kind: 'near', expected: typeof expected === 'number' ? [expected] : expected,
        tolerance, of }, why, more)
  const oneSided =
    (kind: 'at most' | 'below' | 'at least' | 'above'): OneSided => (id, statement, measured, bound, why, more) =>
      claim(id, statement, measured, { kind, bound }, why, more)
  return {
    absolute: near('absolute'),
    relative: near('relative'),
    atMost: oneSided('at most'),
    below: oneSided('below'),
    atLeast: oneSided('at least'),
    above: oneSided('above'),
    between: (id, statement, measured, low, high, why, more) =>
      claim(id, statement, measured, { kind: 'between', low, high }, why, more),
    ordered: (id, statement, measured, direction, margin, why, more) =>
      claim(id, statement, measured, { kind: 'order', direction, margin }, why, more),
  }
}

/** The same claim where this run cannot decide it, whatever its outcome. */
export function undecided(claim: Claim, note: string): Claim {
  return { ...claim, verdict: 'undecided', note }
}

/** The same claim where the theory makes no statement, whatever its outcome. */
export function outside(claim: Claim, note: string): Claim {
  return { ...claim, verdict: 'outside', note }
}

/** How many claims have each verdict. */
export function countVerdicts(claims: readonly Claim[]): Readonly<Record<Verdict, number>> {
  const counts = { holds: 0, fails: 0, undecided: 0, outside: 0 }
  for (const { verdict } of claims) counts[verdict]++
  return counts
}

/** The mean of a measured value; NaN where there is none. */
export function valueOf(measured: Measured): number {
  return measured === null ? NaN : typeof measured === 'number' ? measured : measured.mean
}

/** Twice the standard error: what a mean over seeds may be off. */
function uncertainty(measured: Measured): number {
  return measured === null || typeof measured === 'number' ? 0 : 2 * measured.standardError
}

/** What was not measured is null: tables, JSON and pages have no NaN. */
function defined(measured: Measured): Measured {
  return Number.isNaN(valueOf(measured)) || Number.isNaN(uncertainty(measured)) ? null : measured
}

function isList(values: Values): values is readonly Measured[] {
  return Array.isArray(values)
}

/** The verdict of a criterion: every element must hold; one that fails decides. Nothing measured fails. */
function judge(criterion: Criterion, measured: readonly Measured[]): Verdict {
  const room = margins(criterion, measured)
  if (room.length === 0 || room.some(({ least }) => Number.isNaN(least))) return 'fails'
  const isMet = (margin: number, strict: boolean): boolean => (strict ? margin > 0 : margin >= 0)
  const strict = criterion.kind === 'below' || criterion.kind === 'above'
    || (criterion.kind === 'order' && (criterion.direction === 'rising' || criterion.direction === 'falling'))
  if (room.some(({ least, unsure }) => !isMet(least + unsure, strict))) return 'fails'
  return room.every(({ least, unsure }) => isMet(least - unsure, strict)) ? 'holds' : 'undecided'
}

/** How far inside of the criterion each element lies, negative outside, and how uncertain that is. */
function margins(criterion: Criterion,
  measured: readonly Measured[]): readonly { readonly least: number; readonly unsure: number }[]
{
  const each = (inside: (value: number, index: number) => number) =>
    measured.map((one, index) => ({ least: inside(valueOf(one), index), unsure: uncertainty(one) }))
  switch (criterion.kind) {
    case 'near': {
      const { expected, tolerance, of } = criterion
      if (expected.length !== measured.length) return []
      return each((value, i) =>
        tolerance * (of === 'relative' ? Math.abs(expected[i]) : 1) - Math.abs(value - expected[i])
      )
    }
    case 'at most':
    case 'below':
      return each((value) => criterion.bound - value)
    case 'at least':
    case 'above':
      return each((value) => value - criterion.bound)
    case 'between':
      return each((value) => Math.min(value - criterion.low, criterion.high - value))
    case 'order': {
      const { direction, margin } = criterion
      const sign = direction === 'rising' || direction === 'not falling' ? 1 : -1
      const strict = direction === 'rising' || direction === 'falling'
      return measured.slice(1).map((one, i) => ({
        least: sign * (valueOf(one) - valueOf(measured[i])) + (strict ? -margin : margin),
        unsure: Math.hypot(uncertainty(one), uncertainty(measured[i])),
      }))
    }
    default:
      throw new Error(`margins: unreachable: ${(criterion as { kind: string }).kind}`)
  }
}
