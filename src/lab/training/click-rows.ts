// Rows to train, validate and test recommenders on.

import { join } from 'node:path'
import { bayesScore, categoriesOf, clickTeacher, type FieldRows, fitCategories, gatherRows, joinRows,
  parseCriteo } from '../../data/index.ts'
import { areaUnderCurve, binaryCrossEntropy } from '../../nn/index.ts'
import { choose, permutation, randomStream, type Tensor, tensor } from '../../tensor/index.ts'
import { readData } from '../files.ts'
import { keepingLast } from '../kept.ts'

/** Where rows come from: a teacher drawn by the seed, or the sample of Criteo split by the seed. */
export type RowsName = 'clicks' | 'criteo'

/** Files of the sample below the data directory, without `.gz`. */
export const CRITEO_FILES: readonly string[] = ['train', 'dev', 'test'].map((part) => `criteo/criteo8k.${part}.tsv`)

/** Inputs [N, F] and targets [N, 1]. */
export interface Part {
  readonly input: Tensor
  readonly target: Tensor
}

/** How scores tell clicks. */
export interface Score {
  readonly auc: number
  readonly logLoss: number
}

/** The parts of a data set. */
export interface RecommenderTask {
  readonly training: Part
  readonly validation: Part
  readonly test: Part
  readonly vocabularies: readonly number[]
  /** What the teacher's own probabilities score on test rows, in the mean over labels; null where nobody knows them. */
  readonly bayes: Score | null
}

/** Rows of the three parts. */
export type PartSizes = readonly [training: number, validation: number, test: number]

const READERS: Readonly<Record<RowsName, (directory: string, sizes: PartSizes, seed: number) => RecommenderTask>> = {
  clicks(_directory, sizes, seed) {
    const [training, validation, test] = sizes
    const { input, target, logits, vocabularies } = clickTeacher({ rows: training + validation + test, seed })
    const part = (from: number, count: number): Part => {
      const rows = Array.from({ length: count }, (_, i) => from + i)
      return { input: gatherRows(input, rows), target: gatherRows(target, rows) }
    }
    return {
      training: part(0, training),
      validation: part(training, validation),
      test: part(training + validation, test),
      vocabularies,
      bayes: bayesScore(logits.slice(training + validation)),
    }
  },
  criteo(directory, sizes, seed) {
    const rows = sample(directory)
    const [training, validation, test] = sizes
    const count = rows.labels.length
    if (training + validation + test > count) {
      throw new Error(`readRows: parts must have at most ${count} rows together, got ${training + validation + test}`)
    }
    // The files' own parts of 400 rows are too small to score anything.
    const order = permutation(randomStream(seed, 'criteo/split'), count)
    const fit = fitCategories(rows, order.subarray(0, training), THRESHOLD)
    const part = (from: number, end: number): Part => {
      const own = order.subarray(from, end)
      return {
        input: categoriesOf(rows, fit, own),
        target: tensor([own.length, 1], Float32Array.from(own, (row) => rows.labels[row])),
      }
    }
    return {
      training: part(0, training),
      validation: part(training, training + validation),
      test: part(training + validation, training + validation + test),
      vocabularies: fit.vocabularies,
      bayes: null,
    }
  },
}

/** Training rows that a token must be in to have a category. */
const THRESHOLD = 10

const sample = keepingLast((directory: string): FieldRows =>
  joinRows(CRITEO_FILES.map((name) => parseCriteo(readData(directory, name), join(directory, name))))
)

/** The rows of a seed. Throws: UsageError for a missing file, Error naming file and line for a bad one. */
export const readRows: (name: RowsName, directory: string, sizes: PartSizes, seed: number) => RecommenderTask =
  keepingLast((name: RowsName, directory: string, sizes: PartSizes, seed: number) =>
    choose('readRows', 'name', name, READERS)(directory, sizes, seed)
  )

/** AUC and mean log loss of logits. */
export function scoreOf(logits: Float32Array, { target }: Part): Score {
  const error = tensor(target.shape)
  const logLoss = binaryCrossEntropy('mean').evaluateInto(error, tensor(target.shape, logits), target)
  return { auc: areaUnderCurve(logits, target.data), logLoss }
}
