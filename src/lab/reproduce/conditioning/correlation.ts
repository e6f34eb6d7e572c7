// Correlations within strata, with intervals from a bootstrap over clusters.

import { choose, randomStream, uniform } from '../../../tensor/index.ts'

/** One run as a pair of values, with what is held fixed and which runs it was drawn with. */
export interface Pairing {
  readonly x: number
  readonly y: number
  /** Held fixed by comparing runs of one stratum only. */
  readonly stratum: string
  /** Held fixed by taking out the linear part, after the same centering (and ranking) within strata. */
  readonly covariates: readonly number[]
  /** Drawn together: seeds of one configuration. */
  readonly cluster: string
  /** Clusters are drawn within their block, of which the design fixes the number. */
  readonly block: string
}

/** `rank`: Spearman; `value`: Pearson. */
export type CorrelationKind = 'rank' | 'value'

/** Pairings in columns, ready to be weighed anew many times. */
interface Prepared {
  /** x, y, covariates. */
  readonly columns: readonly Float64Array[]
  /** For each stratum its rows, once for each column, in ascending order of that column. */
  readonly strata: readonly (readonly Int32Array[])[]
}

/** Positions of equal keys together, keys in the order in which they come first. */
function groups(keys: readonly string[]): readonly (readonly number[])[] {
  const found = new Map<string, number[]>()
  keys.forEach((key, i) => {
    const own = found.get(key)
    if (own === undefined) found.set(key, [i])
    else own.push(i)
  })
  return [...found.values()]
}

function prepare(pairings: readonly Pairing[]): Prepared {
  const covariates = pairings[0]?.covariates.map((_, k) => Float64Array.from(pairings, (p) => p.covariates[k])) ?? []
  const columns = [Float64Array.from(pairings, ({ x }) => x), Float64Array.from(pairings, ({ y }) => y), ...covariates]
  const strata = groups(pairings.map(({ stratum }) => stratum)).map((rows) =>
    columns.map((column) => Int32Array.from(rows).sort((i, j) => column[i] - column[j]))
  )
  return { columns, strata }
}

/**
 * ρ = ⟨x̃ ỹ⟩/√(⟨x̃²⟩⟨ỹ²⟩), x̃ and ỹ being values (or ranks over n + 1) minus their mean within the stratum, less their
 * linear parts in the covariates, treated alike; equals share the mean of their ranks. Without strata and covariates
 * the ordinary coefficient. NaN where x̃ or ỹ vanishes.
 */
export function correlation(pairings: readonly Pairing[], kind: CorrelationKind): number {
  return weighted(prepare(pairings), choose('correlation', 'kind', kind, INTO),
    new Float64Array(pairings.length).fill(1))
}

/**
 * Row i counts weights[i] times.
 * Why: the draws of a bootstrap differ in weights alone, and then nothing is sorted again (four times faster).
 */
function weighted({ columns, strata }: Prepared, into: Fill, weights: Float64Array): number {
  const centered = columns.map(() => new Float64Array(weights.length))
  for (const orders of strata) {
    let size = 0
    for (const i of orders[0]) size += weights[i]
    if (size === 0) continue
    orders.forEach((order, column) => into(centered[column], columns[column], order, weights, size))
  }
  const basis: Float64Array[] = []
  for (const covariate of centered.slice(2)) {
    const before = dot(covariate, covariate, weights)
    for (const other of basis) remove(covariate, other, weights)
    // A covariate that the strata or the others already fix is left out.
    if (dot(covariate, covariate, weights) > 1e-12 * before) basis.push(covariate)
  }
  const [x, y] = centered
  const sizes = [dot(x, x, weights), dot(y, y, weights)]
  for (const other of basis) {
    remove(x, other, weights)
    remove(y, other, weights)
  }
  const xx = dot(x, x, weights)
  const yy = dot(y, y, weights)
  return xx > 1e-12 * sizes[0] && yy > 1e-12 * sizes[1] ? dot(x, y, weights) / Math.sqrt(xx * yy) : NaN
}

/** Fills the rows of one stratum, `size` of them by weight, in ascending order of their values. */
type Fill = (out: Float64Array, values: Float64Array, order: Int32Array, weights: Float64Array, size: number) => void

/** (rank − (n + 1)/2)/(n + 1), equals sharing the mean of their places. */
const rankInto: Fill = (out, values, order, weights, size) => {
  let before = 0
  for (let from = 0; from < order.length;) {
    let to = from
    let count = 0
    while (to < order.length && values[order[to]] === values[order[from]]) count += weights[order[to++]]
    const rank = before + (count + 1) / 2
    for (let k = from; k < to; k++) out[order[k]] = (rank - (size + 1) / 2) / (size + 1)
    before += count
    from = to
  }
}

/** Value less mean. */
const centerInto: Fill = (out, values, order, weights, size) => {
  let sum = 0
  for (const i of order) sum += weights[i] * values[i]
  for (const i of order) out[i] = values[i] - sum / size
}

const INTO: Readonly<Record<CorrelationKind, Fill>> = { rank: rankInto, value: centerInto }

function dot(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += weights[i] * a[i] * b[i]
  return sum
}

function remove(a: Float64Array, direction: Float64Array, weights: Float64Array): void {
  const factor = dot(a, direction, weights) / dot(direction, direction, weights)
  for (let i = 0; i < a.length; i++) a[i] -= factor * direction[i]
}

/** A coefficient with the interval that holds 95 % of its bootstrap draws. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
  /** Runs behind it. */
  readonly count: number
}

/**
 * The correlation and its 95 % percentile interval: clusters are drawn with replacement within their block, all runs of
 * a cluster together, because seeds of one configuration are no independent evidence. NaN ends for fewer than 20
 * defined draws.
 */
export function estimate(pairings: readonly Pairing[], kind: CorrelationKind, draws: number): Estimate {
  const lists = groups(pairings.map(({ block }) => block)).map((rows) =>
    groups(rows.map((i) => pairings[i].cluster)).map((own) => own.map((k) => rows[k]))
  )
  const stream = randomStream(0, 'conditioning/bootstrap')
  const prepared = prepare(pairings)
  const into = choose('estimate', 'kind', kind, INTO)
  const weights = new Float64Array(pairings.length)
  const drawn: number[] = []
  for (let draw = 0; draw < draws; draw++) {
    weights.fill(0)
    for (const clusters of lists) {
      for (let k = 0; k < clusters.length; k++) {
        for (const i of clusters[Math.floor(clusters.length * uniform(stream))]) weights[i]++
      }
    }
    const value = weighted(prepared, into, weights)
    if (Number.isFinite(value)) drawn.push(value)
  }
  drawn.sort((a, b) => a - b)
  const at = (q: number): number =>
    drawn.length < 20 ? NaN : drawn[Math.min(drawn.length - 1, Math.floor(q * drawn.length))]
  return { value: correlation(pairings, kind), low: at(0.025), high: at(0.975), count: pairings.length }
}
