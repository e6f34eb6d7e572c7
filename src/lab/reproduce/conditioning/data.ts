// Small training sets with chosen class counts, for networks that are to be trained to their end many times.

import { fitStandardization, gatherRows, standardizeInto } from '../../../data/index.ts'
import type { Tensor } from '../../../tensor/index.ts'
import { readDataset, SHAPES, type Split } from '../../training/datasets.ts'
import { corrupted } from '../deep/data.ts'
import { areaAverage } from '../images/area-average.ts'
import { keepingLast } from '../../kept.ts'

/** Data sets and what they are trained on: `side` as after area averaging, 0 where inputs are no images. */
export const CONDITIONING_SETS = {
  mnist: { title: 'MNIST', side: 14 },
  cifar10: { title: 'CIFAR-10', side: 8 },
  optdigits: { title: 'optdigits', side: 8 },
  teacher: { title: 'teacher', side: 0 },
} as const
export type ConditioningSet = keyof typeof CONDITIONING_SETS

/** One training set. */
export interface ConditioningData {
  readonly dataset: ConditioningSet
  readonly samples: number
  /** ρ: the first class has ρ times the samples of the last, counts fall geometrically. */
  readonly imbalance: number
  /** p: share of labels drawn anew from all classes. */
  readonly noise: number
}

/** Samples of a file from which classes are drawn; enough for ρ = 20 and 1000 samples. */
const POOL = 4000
const CLASSES = 10

/** Standardized inputs (one mean, one deviation) and one-hot targets; `seed` draws the wrong labels alone. */
export function conditioningData(c: ConditioningData, seed: number, directory: string | undefined): Split {
  // The generated set is small and unevenly labeled, larger sets than 1000 want more than the pool: all of either.
  const all = c.samples > 1000 || c.dataset === 'teacher' || c.dataset === 'optdigits'
  const pool = poolOf(c.dataset, all ? 0 : POOL, directory)
  const rows = classRows(pool.targets, classCounts(c.samples, c.imbalance))
  const inputs = gatherRows(pool.inputs, rows)
  standardizeInto(inputs, inputs, fitStandardization(inputs))
  const targets = gatherRows(pool.targets, rows)
  return { inputs, targets: c.noise === 0 ? targets : corrupted(targets, c.noise, seed, 'training') }
}

// Runs come sorted by data set: one pool is enough.
const poolOf = keepingLast((dataset: ConditioningSet, size: number, directory: string | undefined): Split => {
  const options = { trainingSamples: size, validationSamples: 0, standardize: 'none' } as const
  const { training } = readDataset(dataset, directory, options)
  const { side } = CONDITIONING_SETS[dataset]
  const [channels, from] = SHAPES[dataset].sample
  const smaller = side > 0 && side < from
  return smaller ? { ...training, inputs: areaAverage(training.inputs, channels, from, side) } : training
})

/** n_k ∝ ρ^(−k/(K−1)), whole numbers with the given sum. */
export function classCounts(samples: number, imbalance: number): readonly number[] {
  const share = Array.from({ length: CLASSES }, (_, k) => Math.pow(imbalance, -k / (CLASSES - 1)))
  const total = share.reduce((sum, value) => sum + value, 0)
  let before = 0
  let taken = 0
  return share.map((value) => {
    before += value
    const count = Math.round(samples * before / total) - taken
    taken += count
    return count
  })
}

/**
 * The first rows of each class, ascending. A class that has fewer gives what it has, and the others make up for it in
 * the order of the rows. Throws: RangeError when all rows together are too few.
 */
export function classRows(targets: Tensor, counts: readonly number[]): Uint32Array {
  const [rows, classes] = targets.shape
  const left = [...counts]
  const chosen: number[] = []
  const others: number[] = []
  for (let i = 0; i < rows; i++) {
    const label = targets.data.subarray(i * classes, (i + 1) * classes).indexOf(1)
    if (left[label]-- > 0) chosen.push(i)
    else others.push(i)
  }
  const missing = counts.reduce((sum, count) => sum + count, 0) - chosen.length
  if (missing > others.length) {
    throw new RangeError(`classRows: targets must have ${chosen.length + missing} rows, got ${rows}`)
  }
  return Uint32Array.from([...chosen, ...others.slice(0, missing)].sort((a, b) => a - b))
}
