// Data sets by name: which files they are made of, and their content as standardized tensors.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fitStandardization, gatherRows, type LabeledImages, labeledImages, oneHot, parseCifar10Files, parseIdx,
  parseOptdigits, splitRows, standardizeInto } from '../../data/index.ts'
import { choose, normalInto, randomStream, tanh, type Tensor, tensor } from '../../tensor/index.ts'
import { readData } from '../files.ts'
import { UsageError } from '../options.ts'

/** Known data sets; `teacher` is generated and needs no files. */
export const DATASETS = ['mnist', 'cifar10', 'optdigits', 'teacher'] as const
export type DatasetName = (typeof DATASETS)[number]

/** How inputs are brought to mean 0 and deviation 1: over all values, per channel, or not at all. */
export const STANDARDIZATIONS = ['global', 'channel', 'none'] as const
export type StandardizationKind = (typeof STANDARDIZATIONS)[number]

/** Inputs [N, C·H·W] with one-hot targets [N, K]. */
export interface Split {
  readonly inputs: Tensor
  readonly targets: Tensor
}

/** A data set ready for training. */
export interface Dataset {
  readonly name: DatasetName
  /** [C, H, W] of one sample. */
  readonly sample: readonly [channels: number, height: number, width: number]
  readonly classes: number
  readonly training: Split
  /** Held out of the training files for choices; empty unless asked for. */
  readonly validation: Split
  readonly test: Split
}

/** How much of a data set is read, and how. */
export interface DatasetOptions {
  /** Training samples after the validation set is taken out; 0 for all. */
  readonly trainingSamples: number
  /** Samples drawn out of the training files by the stream `batches/split` of seed 0. */
  readonly validationSamples: number
  readonly standardize: StandardizationKind
}

/** Shape of one sample and number of classes, known before any file is read. */
export const SHAPES: Readonly<
  Record<DatasetName, { readonly sample: readonly [number, number, number]; readonly classes: number }>
> = {
  mnist: { sample: [1, 28, 28], classes: 10 },
  cifar10: { sample: [3, 32, 32], classes: 10 },
  optdigits: { sample: [1, 8, 8], classes: 10 },
  teacher: { sample: [1, 1, 20], classes: 10 },
}

/** Files of each data set below the data directory, without `.gz`: those that must be there. */
export const FILES: Readonly<Record<DatasetName, readonly string[]>> = {
  mnist: ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'].map(
    (name) =>
      `mnist/${name}`
  ),
  cifar10: ['cifar10/data_batch_1.bin'],
  optdigits: ['optdigits/optdigits.tra.csv', 'optdigits/optdigits.tes.csv'],
  teacher: [],
}

/** Files of CIFAR-10 that are read where they are there. */
export const CIFAR_PARTS: readonly string[] = [2, 3, 4, 5].map((k) => `cifar10/data_batch_${k}.bin`).concat(
  ['test_batch.bin', 'test_batch_first1000.bin', 'data_batch_5_last1000.bin'].map((name) => `cifar10/${name}`),
)

interface Raw {
  readonly training: LabeledImages
  readonly test: LabeledImages
}

const READERS: Readonly<Record<DatasetName, (directory: string) => Raw>> = {
  mnist(directory) {
    const pair = (prefix: string): LabeledImages => {
      const read = (kind: string): ReturnType<typeof parseIdx> =>
        parseIdx(readData(join(directory, 'mnist'), `${prefix}-${kind}`), `${prefix}-${kind}`)
      return labeledImages(read('images-idx3-ubyte'), read('labels-idx1-ubyte'), `mnist ${prefix}`)
    }
    return { training: pair('train'), test: pair('t10k') }
  },
  cifar10(directory) {
    const folder = join(directory, 'cifar10')
    const present = (name: string): boolean => [name, `${name}.gz`].some((file) => existsSync(join(folder, file)))
    const read = (names: readonly string[]): LabeledImages =>
      parseCifar10Files(names.map((name) => ({ name, bytes: readData(folder, name) })))
    const training = [1, 2, 3, 4, 5].map((k) => `data_batch_${k}.bin`).filter(present)
    // The whole test set where it is there; of a part of the data set everything that is not trained on.
    const held = ['test_batch.bin', 'test_batch_first1000.bin', 'data_batch_5_last1000.bin'].filter(present)
    const test = held[0] === 'test_batch.bin'
      ? held.slice(0, 1)
      : held.filter((name) => !(name.startsWith('data_batch_5') && training.includes('data_batch_5.bin')))
    return {
      training: read(training.length > 0 ? training : ['data_batch_1.bin']),
      test: read(test.length > 0 ? test : ['test_batch.bin']),
    }
  },
  optdigits(directory) {
    const read = (name: string): LabeledImages => parseOptdigits(readData(join(directory, 'optdigits'), name), name)
    return { training: read('optdigits.tra.csv'), test: read('optdigits.tes.csv') }
  },
  teacher: () => ({ training: teacherSplit('training', 4000), test: teacherSplit('test', 1000) }),
}

/** Labels argmax V·tanh(W x), x ~ N(0, 1): a task that a hidden layer is needed for. */
function teacherSplit(name: string, count: number): LabeledImages {
  const inputs = 20, hidden = 30, classes = 10
  const images = tensor([count, inputs],
    normalInto(new Float32Array(count * inputs), randomStream(0, `teacher/${name}`)))
  const w = normalInto(new Float64Array(hidden * inputs), randomStream(0, 'teacher/w'), 1 / Math.sqrt(inputs))
  const v = normalInto(new Float64Array(classes * hidden), randomStream(0, 'teacher/v'))
  const labels = Uint8Array.from({ length: count }, (_, row) => {
    const h = Array.from({ length: hidden }, (__, j) => {
      let sum = 0
      for (let i = 0; i < inputs; i++) sum += w[j * inputs + i] * images.data[row * inputs + i]
      return tanh(2 * sum)
    })
    const scores = Array.from({ length: classes },
      (__, k) => h.reduce((sum, value, j) => sum + v[k * hidden + j] * value, 0))
    return scores.indexOf(Math.max(...scores))
  })
  return { images, labels, channels: 1, height: 1, width: inputs }
}

/**
 * Reads a data set. Standardization is fitted on the training samples that are used, and applied to all splits.
 * Throws: UsageError for a file that is missing or damaged, or more samples asked for than there are.
 */
export function readDataset(name: DatasetName, directory: string | undefined, options: DatasetOptions): Dataset {
  if (directory === undefined && FILES[name].length > 0) {
    throw new UsageError(`--data: directory with ${name}/ must be given (or FEEDBACK_ALIGNMENT_DATA), got none`)
  }
  const { training: raw, test } = parsed(() => choose('readDataset', 'name', name, READERS)(directory ?? ''))
  for (const { labels } of [raw, test]) {
    const wrong = labels.findIndex((label) => label >= SHAPES[name].classes)
    if (wrong >= 0) {
      throw new UsageError(
        `${name}: labels must be below ${SHAPES[name].classes}, got ${labels[wrong]} in row ${wrong}`,
      )
    }
  }
  const { trainingSamples, validationSamples, standardize } = options
  const available = raw.labels.length
  if (validationSamples + Math.max(1, trainingSamples) > available) {
    throw new UsageError(
      `${name}: training and validation samples must be at most ${available} together, got ${trainingSamples} and ${validationSamples}`,
    )
  }
  const rows = splitRows(available, validationSamples, 0)
  const chosen = trainingSamples === 0 ? rows.training : rows.training.subarray(0, trainingSamples)
  const { sample, classes } = SHAPES[name]
  const all = oneHot(raw.labels, classes)
  const take = (picked: ArrayLike<number>): Split => ({
    inputs: gatherRows(raw.images, picked),
    targets: gatherRows(all, picked),
  })
  const training = chosen.length === available ? { inputs: raw.images, targets: all } : take(chosen)
  const validation = take(rows.validation)
  const testing = { inputs: test.images, targets: oneHot(test.labels, classes) }
  const groups = choose('readDataset', 'standardize', standardize, { none: 0, global: 1, channel: sample[0] })
  if (groups > 0) {
    const figures = fitStandardization(training.inputs, groups)
    for (const { inputs } of [training, validation, testing]) {
      if (inputs.data.length > 0) standardizeInto(inputs, inputs, figures)
    }
  }
  return { name, sample, classes, training, validation, test: testing }
}

/** A data set whose training samples all threads can look into; others are copied for each. */
export function inSharedMemory(data: Dataset): Dataset {
  const shared = ({ shape, data: values }: Tensor): Tensor => {
    const copy = new Float32Array(new SharedArrayBuffer(values.byteLength))
    copy.set(values)
    return tensor(shape, copy)
  }
  const { inputs, targets } = data.training
  return { ...data, training: { inputs: shared(inputs), targets: shared(targets) } }
}

/** What readers find wrong with a file is bad input, not a fault of the program. */
function parsed<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message)
  }
}
