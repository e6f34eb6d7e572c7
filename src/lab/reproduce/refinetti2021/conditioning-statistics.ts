// Correlations within strata, with intervals from a bootstrap over clusters.

import { randomStream, uniform } from '../../../tensor/index.ts'

/** One run as a pair of values, with what it is compared within, what is held fixed, and which runs it was drawn with. */
export interface Pairing {
  readonly x: number
  readonly y: number
  /** Held fixed by comparing runs of one stratum only. */
  readonly stratum: string
  /** Held fixed by taking out the linear part, after the same centring (and ranking) within strata. */
  readonly covariates: readonly number[]
  /** Drawn together: seeds of one configuration. */
  readonly cluster: string
  /** Clusters are drawn within their block, of which the design fixes the number. */
  readonly block: string
}

/** `rank`: Spearman; `value`: Pearson. */
export type CorrelationKind = 'rank' | 'value'

/** 1 … n in ascending order, equals sharing the mean of their places. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i] - values[j])
  const out = new Float64Array(values.length)
  for (let from = 0; from < order.length;) {
    let to = from + 1
    while (to < order.length && values[order[to]] === values[order[from]]) to++
    for (let k = from; k < to; k++) out[order[k]] = (from + to + 1) / 2
    from = to
  }
  return out
}

/**
 * ρ = ⟨x̃ ỹ⟩/√(⟨x̃²⟩⟨ỹ²⟩), x̃ and ỹ being values (or ranks over n + 1) minus their mean within the stratum, less their linear
 * parts in the covariates, treated alike. Without strata and covariates the ordinary coefficient. NaN where x̃ or ỹ vanishes.
 */
export function correlation(pairings: readonly Pairing[], kind: CorrelationKind): number {
  const columns = 2 + (pairings[0]?.covariates.length ?? 0)
  const value = (p: Pairing, column: number): number => (column === 0 ? p.x : column === 1 ? p.y : p.covariates[column - 2])
  const strata = new Map<string, number[]>()
  pairings.forEach(({ stratum }, i) => {
    const rows = strata.get(stratum)
    if (rows === undefined) strata.set(stratum, [i])
    else rows.push(i)
  })
  const centred = Array.from({ length: columns }, (_, column) => {
    const out = new Float64Array(pairings.length)
    for (const rows of strata.values()) {
      const values = Float64Array.from(rows, (i) => value(pairings[i], column))
      const used = kind === 'rank' ? ranks(values).map((rank) => rank / (rows.length + 1)) : values
      const mean = used.reduce((sum, v) => sum + v, 0) / rows.length
      rows.forEach((i, k) => { out[i] = used[k] - mean })
    }
    return out
  })
  const basis: Float64Array[] = []
  for (const covariate of centred.slice(2)) {
    const before = dot(covariate, covariate)
    for (const other of basis) remove(covariate, other)
    // A covariate that the strata or the others already fix.
    if (dot(covariate, covariate) > 1e-12 * before) basis.push(covariate)
  }
  const [x, y] = centred
  const sizes = [dot(x, x), dot(y, y)]
  for (const other of basis) {
    remove(x, other)
    remove(y, other)
  }
  const xx = dot(x, x)
  const yy = dot(y, y)
  return xx > 1e-12 * sizes[0] && yy > 1e-12 * sizes[1] ? dot(x, y) / Math.sqrt(xx * yy) : NaN
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

function remove(a: Float64Array, direction: Float64Array): void {
  const factor = dot(a, direction) / dot(direction, direction)
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
 * The correlation and its 95 % percentile interval: clusters are drawn with replacement within their block, all runs of a
 * cluster together, because seeds of one configuration are no independent evidence. NaN ends for fewer than 20 defined
 * draws.
 */
export function estimate(pairings: readonly Pairing[], kind: CorrelationKind, draws: number): Estimate {
  const blocks = new Map<string, Map<string, Pairing[]>>()
  for (const pairing of pairings) {
    const clusters = blocks.get(pairing.block) ?? new Map<string, Pairing[]>()
    blocks.set(pairing.block, clusters)
    clusters.set(pairing.cluster, [...clusters.get(pairing.cluster) ?? [], pairing])
  }
  const lists = [...blocks.values()].map((clusters) => [...clusters.values()])
  const stream = randomStream(0, 'conditioning/bootstrap')
  const drawn: number[] = []
  for (let draw = 0; draw < draws; draw++) {
    const sample = lists.flatMap((clusters) => clusters.flatMap(() => clusters[Math.floor(clusters.length * uniform(stream))]))
    const value = correlation(sample, kind)
    if (Number.isFinite(value)) drawn.push(value)
  }
  drawn.sort((a, b) => a - b)
  const quantile = (q: number): number => (drawn.length < 20 ? NaN : drawn[Math.min(drawn.length - 1, Math.floor(q * drawn.length))])
  return { value: correlation(pairings, kind), low: quantile(0.025), high: quantile(0.975), count: pairings.length }
}
