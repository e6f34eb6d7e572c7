// The linear network from weights of three sizes: what it is run with, what is claimed, how it is drawn.

import type { Claim, ClaimBuilder } from '../../claims/claim.ts'
import type { LineFigure } from '../../report/figure.ts'
import { last, sample } from '../../statistics.ts'
import { perSeed, type Run } from '../experiment.ts'
import { meanSeries } from '../series.ts'
import type { LinearConfiguration, LinearResult } from './linear-flow.ts'

/** Ten unit inputs, twenty hidden units, five outputs; until errors are lost, and no longer: then cosines are rounding. */
const LINEAR = { sizes: [10, 20, 5], step: 1e-3, until: 6 } as const
/** Factors of the initial weights. */
export const LINEAR_SCALES: readonly number[] = [0, 0.1, 1]

/** All scales, seed by seed. */
export function planLinear(first: number, seeds: number): readonly LinearConfiguration[] {
  return LINEAR_SCALES.flatMap((scale) =>
    perSeed(first, seeds, (seed): LinearConfiguration => ({ part: 'linear', ...LINEAR, scale, seed }))
  )
}

/** Their results among others. */
export function linearGroups(runs: readonly Run<object, unknown>[]): Linear {
  const own = (runs as readonly Run<LinearConfiguration, LinearResult>[]).filter(({ configuration }) =>
    configuration.part === 'linear'
  )
  return LINEAR_SCALES.map((scale) => ({
    scale,
    results: own.filter(({ configuration }) => configuration.scale === scale).map(({ result }) => result),
  }))
}

/** Results by scale of the initial weights. */
export type Linear = readonly { readonly scale: number; readonly results: readonly LinearResult[] }[]

/** That larger weights align less, and that the loss falls to nothing all the same. */
export function linearClaims(claim: ClaimBuilder, linear: Linear): readonly Claim[] {
  const more = { source: 'theory (6.41), (6.46)', method: 'float64 network' } as const
  const atOne = linear.map(({ results }) =>
    sample(results.map(({ times, gradient }) => gradient[times.findIndex((t) => t >= 1)] ?? NaN))
  )
  return [
    claim.ordered('scale-linear-order',
      `linear network at t ≥ 1: alignment of W₁ from scales ${LINEAR_SCALES.join(', ')}`, atOne, 'falling', 0, 'order',
      more),
    claim.atMost('scale-linear-loss',
      'linear network from scale 1: loss at the end over that before, largest of the seeds',
      Math.max(...last(linear).results.map(({ loss }) => last(loss) / loss[0])), 1e-6, 'chosen before', more),
    claim.atMost('scale-linear-cosine', 'the same: alignment of W₁ at t ≥ 1', last(atOne), 0.3, 'chosen before', more),
  ]
}

/** One measure over time, by scale. */
export function linearFigure(title: string, of: 'loss' | 'gradient', linear: Linear): LineFigure {
  return {
    title,
    x: { label: 'time', scale: 'log' },
    y: of === 'loss' ? { label: title.toLowerCase(), scale: 'log' } : { label: 'cosine' },
    series: linear.map(({ scale, results }) =>
      meanSeries(`scale ${scale}`, results[0].times.slice(1), results.map((one) => one[of].slice(1)), { draw: 'line' })
    ),
  }
}
