// From data to the unit interval, and where the ticks stand.

import { show } from '../../tensor/check.ts'
import { decade, decimal, superscript, typeset } from './format.ts'

export type ScaleKind = 'linear' | 'log'

/** A tick; minor ticks have no label. */
export interface Tick {
  readonly value: number
  readonly label: string
}

export interface Scale {
  readonly kind: ScaleKind
  readonly domain: readonly [number, number]
  /** Values without a place: NaN and infinities (and magnitudes above 10³⁰⁰); on a log axis also values ≤ 0. */
  readonly dropped: { readonly notFinite: number; readonly notPositive: number }
  /** 0 at the low end, 1 at the high end; NaN for a value without a place. */
  readonly at: (value: number) => number
  /** Ticks within the domain, labels for at most about `most` + 1 of them. */
  readonly ticks: (most: number) => Tick[]
}

// Beyond this a difference of two values may overflow, below its inverse a power of ten may vanish.
const LARGEST = 1e300

/**
 * A scale over `values` that ends on round numbers, or over exactly `domain` when one is given.
 * Constant data gets a little room on both sides, no data at all 0 … 1 (log: 1 … 10).
 * Throws: RangeError for a domain that is not finite, ascending and (log) positive.
 */
export function scaleOf(kind: ScaleKind, values: Iterable<number>, domain?: readonly [number, number]): Scale {
  let low = Infinity
  let high = -Infinity
  let notFinite = 0
  let notPositive = 0
  for (const value of values) {
    if (!(Math.abs(value) <= LARGEST)) notFinite++
    else if (kind === 'log' && value < 1 / LARGEST) notPositive++
    else {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  if (domain !== undefined) {
    checkDomain(kind, domain)
    ;[low, high] = domain
  } else {
    ;[low, high] = kind === 'log' ? roundLog(low, high) : roundLinear(low, high)
  }
  const log = kind === 'log'
  const from = log ? Math.log10(low) : low
  const span = (log ? Math.log10(high) : high) - from
  return {
    kind,
    domain: [low, high],
    dropped: { notFinite, notPositive },
    at: (value) => {
      if (!(Math.abs(value) <= LARGEST) || (log && value < 1 / LARGEST)) return NaN
      return ((log ? Math.log10(value) : value) - from) / span
    },
    ticks: (most) => (log ? logTicks(low, high, most) : linearTicks(low, high, most)),
  }
}

function checkDomain(kind: ScaleKind, domain: readonly [number, number]): void {
  const [low, high] = domain
  const placed = Math.abs(low) <= LARGEST && Math.abs(high) <= LARGEST && (kind === 'linear' || low >= 1 / LARGEST)
  if (placed && high - low > 1e-12 * Math.max(Math.abs(low), Math.abs(high), 1 / LARGEST)) return
  const wanted = kind === 'log' ? 'two positive ascending numbers' : 'two finite ascending numbers'
  throw new RangeError(`scaleOf: domain must be ${wanted}, got ${show(domain)}`)
}

/** A step of 1, 2 or 5 times 10ᵉ with span/step ≤ most. */
function niceStep(span: number, most: number): { m: number; e: number } {
  const raw = span / most
  const e = decade(raw)
  const lead = raw / decimal(1, e)
  const m = [1, 2, 5].find((candidate) => lead <= candidate * (1 + 1e-9))
  return m === undefined ? { m: 1, e: e + 1 } : { m, e }
}

/** Indices of the first and last multiple of the step inside the interval (1e-9 of a step counts as inside). */
function multiples(low: number, high: number, step: number): [number, number] {
  return [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)]
}

function roundLinear(low: number, high: number): [number, number] {
  if (!(low <= high)) return [0, 1]
  const size = Math.max(Math.abs(low), Math.abs(high))
  // Without 10⁻¹² of relative spread the labels of neighboring ticks could not be told apart.
  if (high - low <= 1e-12 * size || size < 1 / LARGEST) {
    const room = size < 1 / LARGEST ? 1 : size / 10
    low -= room
    high += room
  }
  const { m, e } = niceStep(high - low, 6)
  const step = decimal(m, e)
  return [decimal(m * Math.floor(low / step + 1e-9), e), decimal(m * Math.ceil(high / step - 1e-9), e)]
}

function roundLog(low: number, high: number): [number, number] {
  if (!(low <= high)) return [1, 10]
  const below = (x: number): number => [5, 2, 1].map((m) => decimal(m, decade(x))).find((v) => v <= x) ?? x
  const above = (x: number): number => [1, 2, 5, 10].map((m) => decimal(m, decade(x))).find((v) => v >= x) ?? x
  const ends: [number, number] = [below(low), above(high)]
  // Constant data on a round number: a factor of two on both sides.
  return ends[0] < ends[1] ? ends : [below(low / 1.9), above(high * 1.9)]
}

/** Ticks at multiples of 1, 2 or 5 times a power of ten, each the double nearest to its label. */
export function linearTicks(low: number, high: number, most: number): Tick[] {
  const { m, e } = niceStep(high - low, most)
  const [first, last] = multiples(low, high, decimal(m, e))
  const indices = Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => first + k)
  const size = Math.max(Math.abs(low), Math.abs(high))
  const power = decade(size)
  const plain = size < 1e6 && size >= 1e-3
  return indices.map((i) => {
    const value = decimal(i * m, e)
    if (i === 0) return { value: 0, label: '0' }
    if (plain) return { value, label: typeset(value.toFixed(Math.max(0, -e))) }
    const mantissa = typeset(decimal(i * m, e - power).toFixed(Math.max(0, power - e)))
    return { value, label: `${mantissa}×10${superscript(power)}` }
  })
}

/**
 * Decades with unlabeled ticks between; 1, 2, 5 over few decades; every 2nd, 3rd, … decade over many.
 * A domain inside one gap of 1, 2, 5 falls back to linear ticks.
 */
export function logTicks(low: number, high: number, most: number): Tick[] {
  const inside = (value: number): boolean => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)
  const all: { m: number; e: number; value: number }[] = []
  for (let e = decade(low); e <= decade(high); e++) {
    for (let m = 1; m < 10; m++) {
      const value = decimal(m, e)
      if (inside(value)) all.push({ m, e, value })
    }
  }
  const fine = all.filter(({ m }) => m === 1 || m === 2 || m === 5)
  const decades = all.filter(({ m }) => m === 1)
  if (fine.length < 2) return linearTicks(low, high, most)
  let labeled = fine
  let minor = all
  if (fine.length > most + 1 && decades.length >= 2) {
    let stride = 1
    while (decades.filter(({ e }) => e % stride === 0).length > most + 1) stride++
    labeled = decades.filter(({ e }) => e % stride === 0)
    minor = stride > 1 || decades.length > 8 ? decades : all
  }
  const plain = labeled.every(({ value }) => value >= 1e-3 && value <= 1e4)
  const names = new Map(labeled.map(({ m, e, value }) => [value, logLabel(m, e, plain)]))
  return (minor.length > 60 ? labeled : minor).map(({ value }) => ({ value, label: names.get(value) ?? '' }))
}

function logLabel(m: number, e: number, plain: boolean): string {
  if (plain) return typeset(decimal(m, e).toFixed(Math.max(0, -e)))
  return `${m === 1 ? '' : `${m}×`}10${superscript(e)}`
}
