// What judgments, figures and tables of the deep experiments have in common.

import type { Measured } from '../../../dfa/index.ts'
import { FILES } from '../../training/datasets.ts'
import { type Axis, last, type LineFigure, mean, meanSeries, type Run, type Sample, sample, type Series,
  spread } from '../index.ts'
import { keyOf } from '../records.ts'
import type { DeepCurves, DeepSetting, GroupResult } from './training.ts'

/** One of the curves of a training, one value per time. */
export interface Quantity {
  readonly name: string
  readonly of: (curves: DeepCurves) => readonly Measured[]
}

export const GA: Quantity = { name: 'global GA', of: ({ ga }) => ga }
export const WA: Quantity = { name: 'global WA', of: ({ wa }) => wa }
export const TRAINING_ERROR: Quantity = { name: 'training error', of: ({ error }) => error }
export const TEST_ERROR: Quantity = { name: 'test error', of: ({ testError }) => testError }
export const LOSS: Quantity = { name: 'loss', of: ({ loss }) => loss }

/** GA_l, l from 1. */
export function gaOf(l: number): Quantity {
  return { name: `GA_${l}`, of: ({ gaLayers }) => gaLayers[l - 1] }
}

/** WA_l, l from 2. */
export function waOf(l: number): Quantity {
  return { name: `WA_${l}`, of: ({ waLayers }) => waLayers[l - 2] }
}

/** Trainings that differ in nothing but their seeds, and the configuration of the first. */
export interface Trainings<C extends DeepSetting = DeepSetting> {
  readonly configuration: C
  readonly curves: readonly DeepCurves[]
}

/** Runs by a key, in the order of first appearance. */
export function grouped<T, K extends string | number>(items: readonly T[],
  key: (item: T) => K): readonly (readonly [K, readonly T[]])[]
{
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const name = key(item)
    groups.set(name, [...(groups.get(name) ?? []), item])
  }
  return [...groups]
}

/** Runs with the same settings together. */
export function trainings<C extends DeepSetting & { readonly seed: number }>(
  runs: readonly Run<C, DeepCurves>[],
): readonly Trainings<C>[] {
  return grouped(runs, ({ configuration }) => keyOf({ ...configuration, seed: 0 })).map(([, group]) => ({
    configuration: group[0].configuration,
    curves: group.map(({ result }) => result),
  }))
}

/** Epochs at the times of measurement; the start, which a log axis cannot show, is 0. */
export function epochsOf({ steps, perEpoch }: DeepCurves): readonly number[] {
  return steps.map((step) => step / perEpoch)
}

/** A quantity at one time of measurement, −1 for the last, one value per seed; NaN where nothing was measured. */
export function valuesAt(curves: readonly DeepCurves[], { of }: Quantity, time = -1): readonly number[] {
  return curves.map((one) => of(one).at(time) ?? NaN)
}

/** The same as mean with its standard error. */
export function sampleAt(curves: readonly DeepCurves[], quantity: Quantity, time = -1): Sample {
  return sample(valuesAt(curves, quantity, time))
}

/** Mean over the trainings in which something was measured, time by time; NaN where in none. */
export function meanCurve(curves: readonly DeepCurves[], quantity: Quantity): readonly number[] {
  return curves[0].steps.map((_, time) => mean(valuesAt(curves, quantity, time).filter((value) => value === value)))
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

/** Time axis of all dynamics. */
export const EPOCHS: Axis = { label: 'epoch', scale: 'log' }

/**
 * A quantity over time: the mean over seeds with its band, from the first step on, because a log axis has no place for
 * the start.
 */
export function lineOf(name: string, curves: readonly DeepCurves[], { of }: Quantity): Series {
  return meanSeries(name, epochsOf(curves[0]).slice(1), curves.map((one) => of(one).slice(1)), { draw: 'line' })
}

/** Trainings that differ in their seeds. */
interface Group {
  readonly name: string
  readonly curves: readonly DeepCurves[]
}

/** A quantity over time, one line per group of trainings. */
export function overTime(title: string, quantity: Quantity, groups: readonly Group[]): LineFigure {
  const isShare = quantity === TRAINING_ERROR
  return { title, x: EPOCHS, y: { label: quantity.name, ...(isShare ? { domain: [0, 1] } : {}) },
    series: groups.map(({ name, curves }) => lineOf(name, curves, quantity)) }
}

/** A quantity at the end against what groups of trainings differ in, seeds by their places. */
export function endsAgainst(name: string, x: readonly number[], groups: readonly Group[], quantity: Quantity): Series {
  const ends = groups.map(({ curves }) => valuesAt(curves, quantity))
  return meanSeries(name, x, ends[0].map((_, seed) => ends.map((values) => values[seed])), { draw: 'both' })
}

/** Mean cosine of the weights of seeds over time, one line per group. */
export function likenessOverTime(title: string,
  groups: readonly { readonly name: string; readonly result: GroupResult }[],
  scale: Axis['scale'] = 'linear'): LineFigure
{
  return {
    title,
    x: EPOCHS,
    y: { label: 'mean cosine of weights', scale },
    series: groups.map(({ name, result: { curves, cosine } }) => ({ name, draw: 'line',
      points: epochsOf(curves[0]).slice(1).map((epoch, time) => [epoch, cosine.mean[time + 1]] as const) })
    ),
  }
}

/** Mean ± deviation over seeds at one time, the last unless given. */
export function around(curves: readonly DeepCurves[], quantity: Quantity, time = -1): string {
  return spread(valuesAt(curves, quantity, time), 3)
}

/** Mean over seeds at the end in percent. */
export function percent(curves: readonly DeepCurves[], quantity: Quantity, digits = 1): string {
  return `${(100 * mean(valuesAt(curves, quantity))).toFixed(digits)} %`
}

/** Cosines of layers 1 … L at the end. */
export function layerCosines({ cosineLayers }: GroupResult): string {
  return cosineLayers.map((layer) => last(layer).toFixed(3)).join(', ')
}

/** Names as people write them. */
export const DATASET_TITLES: Readonly<Record<DeepSetting['data']['dataset'], string>> = { mnist: 'MNIST',
  cifar10: 'CIFAR-10', clusters: 'generated clusters', gaussian: 'Gaussian inputs' }

/** Heads of experiments that train on images; the quick scale generates its own. */
export const ON_IMAGES = { method: 'training', data: [...FILES.mnist, ...FILES.cifar10], quickData: [] } as const

/** Data and activation as people write them, and for ids. */
export function networkOf(
  { data: { dataset }, activation }: DeepSetting,
): { readonly id: string; readonly title: string } {
  return { id: `${dataset}-${activation}`, title: `${DATASET_TITLES[dataset]}, ${activation}` }
}

/** p of a training. */
export function noiseOf({ data }: DeepSetting): number {
  return data.dataset === 'gaussian' ? 0 : data.noise
}
