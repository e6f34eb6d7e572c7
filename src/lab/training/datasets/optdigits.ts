// The optical digits of the UCI repository.

import { join } from 'node:path'
import { type LabeledImages, parseOptdigits } from '../../../data/index.ts'
import { readData } from '../../files.ts'
import type { DatasetSource } from './source.ts'

/** Handwritten digits of 8 × 8. */
export const optdigits: DatasetSource = {
  sample: [1, 8, 8],
  classes: 10,
  files: ['optdigits/optdigits.tra.csv', 'optdigits/optdigits.tes.csv'],
  read(directory) {
    const read = (name: string): LabeledImages => parseOptdigits(readData(join(directory, 'optdigits'), name), name)
    return { training: read('optdigits.tra.csv'), test: read('optdigits.tes.csv') }
  },
}
