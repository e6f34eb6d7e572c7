// What sweeps know of what is trained: the files of its data, and the measure that tables and figures show.

import type { Score } from '../training/score.ts'
import type { TrainingConfiguration } from '../training/configuration.ts'
import { DATASETS, FILES, FILES_IF_PRESENT } from '../training/datasets.ts'

type Subject = Pick<TrainingConfiguration, 'dataset'>

/** Files of a data set: those that must be there, and those that are also read. */
export interface SubjectFiles {
  readonly files: readonly string[]
  readonly filesIfPresent: readonly string[]
}

/** The files that a training reads. */
export function filesOf({ dataset }: Subject): SubjectFiles {
  return { files: FILES[dataset], filesIfPresent: FILES_IF_PRESENT[dataset] }
}

/** The files of all data sets together. */
export function allFiles(): SubjectFiles {
  const all = DATASETS.map((dataset) => filesOf({ dataset }))
  return { files: [...new Set(all.flatMap(({ files }) => files))],
    filesIfPresent: [...new Set(all.flatMap(({ filesIfPresent }) => filesIfPresent))] }
}

/** What a score says first. */
export interface Measure {
  readonly word: string
  readonly unit: string
  readonly of: (score: Score) => number
  readonly best: 'highest' | 'lowest'
}

const ACCURACY: Measure = { word: 'accuracy', unit: '%', of: ({ accuracy }) => 100 * accuracy, best: 'highest' }

/** The measure of a training. */
export function measureOf(_configuration: Subject): Measure {
  return ACCURACY
}
