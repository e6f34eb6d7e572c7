// Two stages: short trainings of the first seeds choose rate and feedback scale of every variant, long ones are judged.

import { perSeed, type Run } from '../experiment.ts'
import { keyOf } from '../records.ts'
import type { ShapedData } from './tasks.ts'
import type { ShapedCurves, ShapedSizes, ShapedTraining } from './training.ts'

/** A run of the experiment. */
export type ShapedRun = Run<ShapedTraining, ShapedCurves>

/** A task by its name in ids and the words of figures. */
export interface NamedTask extends ShapedData {
  readonly id: string
  readonly title: string
}

/** Sizes of a scale. */
export interface ShapedScale extends ShapedSizes {
  readonly tasks: readonly NamedTask[]
  readonly sweepEpochs: number
  /** Seeds of the short trainings: a rate that one seed stands may make another diverge. */
  readonly sweepSeeds: number
  readonly rates: readonly number[]
  readonly scales: readonly number[]
  readonly seeds: number
}

/** p of the shaped variants, rising, and backpropagation last. */
export const EXPONENTS: readonly number[] = [-1, -0.5, 0, 0.5]
export const VARIANTS: readonly (number | null)[] = [...EXPONENTS, null]

/** One pair of rate and scale. */
type Choice = Pick<ShapedTraining, 'rate' | 'scale'>

/** As many for backpropagation, which has no scale, as for a shape: a finer ladder over the same rates and beyond. */
export function choicesOf({ rates, scales }: ShapedScale, exponent: number | null): readonly Choice[] {
  if (exponent !== null) return rates.flatMap((rate) => scales.map((scale) => ({ rate, scale })))
  const count = rates.length * scales.length
  const [low, high] = [rates[0] / 2, rates[rates.length - 1] * 2]
  return Array.from({ length: count }, (_, i) => {
    const rate = low * Math.pow(high / low, count === 1 ? 0 : i / (count - 1))
    return { rate: Number(rate.toPrecision(3)), scale: 1 }
  })
}

function training({ hidden, batch, epochs, sweepEpochs }: ShapedScale, { id: _, title: __, ...data }: NamedTask,
  stage: ShapedTraining['stage'], exponent: number | null, choice: Choice, seed: number): ShapedTraining
{
  return { ...data, stage, exponent, ...choice, seed, hidden, batch, epochs: stage === 'sweep' ? sweepEpochs : epochs }
}

/**
 * The choice of least validation loss in the mean over the sweep's seeds, the first among equals; undefined while one is
 * open, or where each has diverged for some seed.
 */
function chosenOf(scale: ShapedScale, task: NamedTask, exponent: number | null, seed: number,
  results: ReadonlyMap<string, ShapedCurves>): Choice | undefined
{
  let best: { readonly choice: Choice; readonly loss: number } | undefined
  for (const choice of choicesOf(scale, exponent)) {
    const found = sweepsOf(scale, task, exponent, choice, seed).map((c) => results.get(keyOf(c)))
    let loss = 0
    for (const result of found) {
      if (result === undefined) return undefined
      loss += result.validation ?? Infinity
    }
    if (loss < (best?.loss ?? Infinity)) best = { choice, loss }
  }
  return best?.choice
}

/** The short trainings of one choice. */
function sweepsOf(scale: ShapedScale, task: NamedTask, exponent: number | null, choice: Choice,
  seed: number): readonly ShapedTraining[]
{
  return perSeed(seed, scale.sweepSeeds, (own) => training(scale, task, 'sweep', exponent, choice, own))
}

/** Every sweep, then the long trainings of every variant whose sweep is done. */
export function planShaped(scale: ShapedScale, seed: number, done: readonly ShapedRun[]): readonly ShapedTraining[] {
  const results = new Map(done.map(({ configuration, result }) => [keyOf(configuration), result]))
  const all = scale.tasks.flatMap((task) => VARIANTS.map((exponent) => ({ task, exponent })))
  return [
    ...all.flatMap(({ task, exponent }) =>
      choicesOf(scale, exponent).flatMap((choice) => sweepsOf(scale, task, exponent, choice, seed))
    ),
    ...all.flatMap(({ task, exponent }) => {
      const choice = chosenOf(scale, task, exponent, seed, results)
      return choice === undefined ? []
        : perSeed(seed, scale.seeds, (own) => training(scale, task, 'final', exponent, choice, own))
    }),
  ]
}

/** The long trainings of a task under one variant; empty where all of its sweep diverged. */
export function finalsOf(runs: readonly ShapedRun[], task: NamedTask, exponent: number | null): readonly ShapedRun[] {
  return runs.filter(({ configuration: c }) =>
    c.stage === 'final' && c.exponent === exponent && c.dataset === task.dataset && c.samples === task.samples
    && c.spread === task.spread
  )
}

/** Whether rate or scale is the first or last that was allowed: a better one may lie beyond. */
export function isAtEdge({ rates, scales }: ShapedScale, { exponent, rate, scale }: ShapedTraining): boolean {
  const ends = (values: readonly number[]): readonly number[] => [values[0], values[values.length - 1]]
  return exponent !== null && (ends(rates).includes(rate) || ends(scales).includes(scale))
}
