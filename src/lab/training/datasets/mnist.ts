// MNIST, in the four files in which it is distributed.

import { join } from 'node:path'
import { type LabeledImages, labeledImages, parseIdx } from '../../../data/index.ts'
import { readData } from '../../files.ts'
import type { DatasetSource } from './source.ts'

function pair(directory: string, prefix: string): LabeledImages {
  const read = (kind: string): ReturnType<typeof parseIdx> =>
    parseIdx(readData(join(directory, 'mnist'), `${prefix}-${kind}`), `${prefix}-${kind}`)
  return labeledImages(read('images-idx3-ubyte'), read('labels-idx1-ubyte'), `mnist ${prefix}`)
}

/** Handwritten digits of 28 × 28. */
export const mnist: DatasetSource = {
  sample: [1, 28, 28],
  classes: 10,
  files: ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'].map(
    (name) => `mnist/${name}`
  ),
  read: (directory) => ({ training: pair(directory, 'train'), test: pair(directory, 't10k') }),
}
