// What judgments and figures of the deep experiments have in common.

import { meanAndDeviation, type Measured } from '../../../dfa/index.ts'
import { type Claim } from '../../claims/claim.ts'
import { notCovered, ordered } from '../../claims/legacy.ts'
import type { Series } from '../../report/figure.ts'
import type { Axis } from '../../report/plot.ts'
import { FILES } from '../../training/datasets.ts'
import type { Scale } from '../experiment.ts'
import { meanSeries } from '../series.ts'
import type { DeepCurves, DeepSetting } from './deep-run.ts'

/** Which of the curves: a function from a training to one value per time. */
export type Quantity = (curves: DeepCurves) => readonly Measured[]

export const GA: Quantity = ({ ga }) => ga
export const WA: Quantity = ({ wa }) => wa
export const TRAIN_ERROR: Quantity = ({ error }) => error
export const TEST_ERROR: Quantity = ({ testError }) => testError
export const LOSS: Quantity = ({ loss }) => loss

/** GA_l, l from 1. */
export function gaOf(l: number): Quantity {
  return ({ gaLayers }) => gaLayers[l - 1]
}

/** WA_l, l from 2. */
export function waOf(l: number): Quantity {
  return ({ waLayers }) => waLayers[l - 2]
}

/** Time axis of all dynamics. */
export const EPOCHS: Axis = { label: 'epoch', scale: 'log' }

/** Shares of wrong answers; bands may leave the range. */
export const TRAINING_ERROR_AXIS: Axis = { label: 'training error', domain: [0, 1] }

/** Epochs at the times of measurement; the start, which a log axis cannot show, is 0. */
export function epochsOf({ steps, perEpoch }: DeepCurves): readonly number[] {
  return steps.map((step) => step / perEpoch)
}

/** Mean over trainings, time by time; NaN where nothing was measured. */
export function meanCurve(curves: readonly DeepCurves[], quantity: Quantity): readonly number[] {
  return curves[0].steps.map((_, time) => {
    const values = curves.flatMap((one) => quantity(one)[time] ?? [])
    return meanAndDeviation(values).mean
  })
}

/** The last value of each training. */
export function finals(curves: readonly DeepCurves[], quantity: Quantity): readonly number[] {
  return curves.map((one) => quantity(one)[one.steps.length - 1] ?? NaN)
}

/** Mean line over seeds with its band, from the first step on: a log axis has no place for the start. */
export function timeSeries(
  name: string,
  curves: readonly DeepCurves[],
  quantity: Quantity,
  look: Partial<Series> = {},
): Series {
  const from = curves[0].steps[0] === 0 ? 1 : 0
  return meanSeries(name, epochsOf(curves[0]).slice(from), curves.map((one) => quantity(one).slice(from)), {
    draw: 'line',
    ...look,
  })
}

/** Index of the largest value that is a number; −1 where there is none. */
export function argmax(values: readonly number[]): number {
  return values.reduce(
    (best, value, index) => (Number.isFinite(value) && (best < 0 || value > values[best]) ? index : best),
    -1,
  )
}

/**
 * The first time at which the curve reaches `level`, between two times of measurement by a straight line over log time.
 * NaN when it never does.
 */
export function reaches(times: readonly number[], values: readonly number[], level: number): number {
  const index = values.findIndex((value) => value >= level)
  if (index < 0) return NaN
  if (index === 0 || times[index - 1] <= 0) return times[index]
  const part = (level - values[index - 1]) / (values[index] - values[index - 1])
  return times[index - 1] * Math.pow(times[index] / times[index - 1], part)
}

/** Each value at least (`rising`) or at most (`falling`) its predecessor. */
export function monotone(
  head: Parameters<typeof ordered>[0],
  direction: 'rising' | 'falling',
  measured: readonly number[],
): Claim {
  return ordered(head, direction === 'rising' ? 'not falling' : 'not rising', measured)
}

/** Runs by a key, in the order of first appearance. */
export function grouped<T, K extends string | number>(
  items: readonly T[],
  key: (item: T) => K,
): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const name = key(item)
    groups.set(name, [...(groups.get(name) ?? []), item])
  }
  return groups
}

/** The middle of a list of figures as text with its spread: `0.81 ± 0.01`. */
export function around(values: readonly number[], digits = 3): string {
  const { mean, deviation } = meanAndDeviation(values)
  return values.length > 1 ? `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}` : mean.toFixed(digits)
}

/** A share as percent. */
export function percent(x: number, digits = 1): string {
  return `${(100 * x).toFixed(digits)} %`
}

/** First `count` seeds from `seed`. */
export function seedsFrom(seed: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => seed + index)
}

/** Names as people write them. */
export const DATASET_TITLES: Readonly<Record<string, string>> = {
  mnist: 'MNIST',
  cifar10: 'CIFAR-10',
  clusters: 'generated clusters',
  gaussian: 'Gaussian inputs',
}

/** Files of image data sets, for `Experiment.data`. */
export const IMAGE_FILES: readonly string[] = [...FILES.mnist, ...FILES.cifar10]

/** At quick scale only claims whose id begins with `decided` are decided; the others are left open. */
export function openAtQuick(claims: readonly Claim[], scale: Scale, decided?: string): readonly Claim[] {
  if (scale !== 'quick') return claims
  const note = 'quick scale: generated data, too few seeds and epochs to decide'
  return claims.map((claim) => decided !== undefined && claim.id.startsWith(decided) ? claim : notCovered(claim, note))
}

/** What all claims of an experiment begin with: ids `<prefix>-<part>-<id>`, statements `<name>: <statement>`. */
export function claimHead(
  source: string,
  prefix: string,
  id: string,
  name: string,
): (part: string, statement: string) => Parameters<typeof ordered>[0] {
  return (part, statement) => ({
    id: `${prefix}-${part}${id === '' ? '' : `-${id}`}`,
    statement: `${name}: ${statement}`,
    source,
    method: 'training',
  })
}

/** Data and activation as people write them. */
export function networkTitle({ data, activation }: DeepSetting): string {
  return `${DATASET_TITLES[data.dataset]}, ${activation}`
}

/** The same for ids. */
export function networkId({ data, activation }: DeepSetting): string {
  return `${data.dataset}-${activation}`
}

/** p of a training. */
export function noiseOf({ data }: DeepSetting): number {
  return data.dataset === 'gaussian' ? 0 : data.noise
}
