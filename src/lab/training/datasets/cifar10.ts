// CIFAR-10, whole or in the parts that are there.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type LabeledImages, parseCifar10Files } from '../../../data/index.ts'
import { readData } from '../../files.ts'
import type { DatasetSource } from './source.ts'

/** Photographs of 32 × 32 in three colors. */
export const cifar10: DatasetSource = {
  sample: [3, 32, 32],
  classes: 10,
  files: ['cifar10/data_batch_1.bin'],
  filesIfPresent: [2, 3, 4, 5].map((k) => `cifar10/data_batch_${k}.bin`).concat(
    ['test_batch.bin', 'test_batch_first1000.bin', 'data_batch_5_last1000.bin'].map((name) => `cifar10/${name}`),
  ),
  read(directory) {
    const folder = join(directory, 'cifar10')
    const present = (name: string): boolean => [name, `${name}.gz`].some((file) => existsSync(join(folder, file)))
    const read = (names: readonly string[]): LabeledImages =>
      parseCifar10Files(names.map((name) => ({ name, bytes: readData(folder, name) })))
    const training = [1, 2, 3, 4, 5].map((k) => `data_batch_${k}.bin`).filter(present)
    // The whole test set where it is there; of a part of the data set everything that is not trained on.
    const held = ['test_batch.bin', 'test_batch_first1000.bin', 'data_batch_5_last1000.bin'].filter(present)
    const test = held[0] === 'test_batch.bin' ? held.slice(0, 1)
      : held.filter((name) => !(name.startsWith('data_batch_5') && training.includes('data_batch_5.bin')))
    return {
      training: read(training.length > 0 ? training : ['data_batch_1.bin']),
      test: read(test.length > 0 ? test : ['test_batch.bin']),
    }
  },
}
