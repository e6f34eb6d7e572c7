// Which trainings: every data set, activation and label noise, with width, start, feedback and class counts dealt at
// random.

import { permutation, randomStream } from '../../../tensor/index.ts'
import { perSeed } from '../experiment.ts'
import type { ConditioningSet } from './data.ts'
import type { ExactConfiguration } from './exact-control.ts'
import { ACTIVATIONS, type ConditioningActivation, type ConditioningConfiguration } from './training.ts'

/** Trainings and the exact control. */
export type BeyondConfiguration = ConditioningConfiguration | ExactConfiguration

/** Sizes of a scale. */
export interface ConditioningSizes {
  readonly sets: readonly ConditioningSet[]
  readonly noises: readonly number[]
  readonly widths: readonly number[]
  /** Configurations for every data set, activation and noise, and seeds of each. */
  readonly each: number
  readonly seeds: number
  readonly samples: number
  /** Of sets of images, which have more. */
  readonly images: number
  /** Passes as a multiple of those of `PASSES`. */
  readonly passes: number
  readonly records: number
  readonly probe: number
  readonly exact: { readonly width: number; readonly steps: number }
}

/**
 * Rates and passes, from training losses alone (seed 100, width 100, p = 0 and 0.9, rates 0.02 … 0.8): the largest
 * tried at which no loss rose above its start; tanh bounds the forward pass and bears ten times the rate of the other
 * two. Passes until losses of noiseless runs are flat or near zero.
 */
const RATES: Readonly<Record<ConditioningActivation, number>> = { linear: 0.02, tanh: 0.2, relu: 0.02 }
const PASSES: Readonly<Record<ConditioningActivation, number>> = { linear: 200, tanh: 100, relu: 300 }

/** L − 1. */
const HIDDEN = 3
const BATCH = 32

/** `count` values of `levels`, each as often as the others (± 1), in an order of their own. */
export function dealt<T>(levels: readonly T[], count: number, name: string): readonly T[] {
  const order = permutation(randomStream(0, `conditioning/${name}`), count)
  return Array.from(order, (place) => levels[place % levels.length])
}

/** What is dealt to one configuration. */
type Dealt = Pick<ConditioningConfiguration, 'width' | 'start' | 'feedback' | 'imbalance'>

/**
 * Hands for all configurations of a data set and activation. Each factor has its own permutation, so that there each
 * has as many of every level and none goes with another; dealt again until no two configurations of a noise are the
 * same.
 */
function hands({ widths, noises, each }: ConditioningSizes, name: string): readonly Dealt[] {
  const count = noises.length * each
  for (let attempt = 0;; attempt++) {
    const deal = <T>(levels: readonly T[], factor: string): readonly T[] =>
      dealt(levels, count, `${factor}/${name}/${attempt}`)
    const width = deal(widths, 'width')
    const start = deal([0.1, 1], 'start')
    const feedback = deal(['orthogonal', 'uniform'] as const, 'feedback')
    const imbalance = deal([1, 20], 'imbalance')
    const all = Array.from({ length: count },
      (_, i): Dealt => ({ width: width[i], start: start[i], feedback: feedback[i], imbalance: imbalance[i] }))
    if (new Set(all.map((hand, i) => JSON.stringify([Math.floor(i / each), hand]))).size === count) return all
  }
}

/** Every data set × activation × noise has `each` configurations, each with `seeds` seeds; controls come first. */
export function plannedRuns(size: ConditioningSizes, seed: number): readonly BeyondConfiguration[] {
  const exact = (['orthogonal', 'uniform'] as const).map((feedback): ExactConfiguration => ({ kind: 'exact', feedback,
    hidden: HIDDEN, rate: 0.1, batch: 20, seed, ...size.exact })
  )
  const trainings = size.sets.flatMap((dataset) =>
    ACTIVATIONS.flatMap((activation) =>
      hands(size, `${dataset}/${activation}`).flatMap((hand, index) =>
        perSeed(seed, size.seeds,
          (own): ConditioningConfiguration => ({ kind: 'training', dataset,
            samples: dataset === 'mnist' || dataset === 'cifar10' ? size.images : size.samples,
            noise: size.noises[Math.floor(index / size.each)], activation, ...hand, hidden: HIDDEN,
            rate: RATES[activation], batch: BATCH, epochs: size.passes * PASSES[activation], records: size.records,
            probe: size.probe, seed: own }))
      )
    )
  )
  return [...exact, ...trainings]
}
