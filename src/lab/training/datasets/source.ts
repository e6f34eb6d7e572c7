// What a data set is: how its samples look, which files it is made of, and how they are read.

import type { LabeledImages } from '../../../data/index.ts'

/** The samples of a data set as its files hold them. */
export interface Raw {
  readonly training: LabeledImages
  readonly test: LabeledImages
}

/** A data set among others. Shape and number of classes are known before any file is read. */
export interface DatasetSource {
  /** [C, H, W] of one sample. */
  readonly sample: readonly [channels: number, height: number, width: number]
  readonly classes: number
  /** Files below the data directory, without `.gz`, that must be there; none for generated data. */
  readonly files: readonly string[]
  /** Files that are also read where they are there. */
  readonly filesIfPresent?: readonly string[]
  /** Throws: any error for a file that is missing or damaged. */
  readonly read: (directory: string) => Raw
}
