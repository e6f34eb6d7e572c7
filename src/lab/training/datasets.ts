// Data sets by name, and their content as standardized tensors.

import { fitStandardization, gatherRows, oneHot, splitRows, standardizeInto } from '../../data/index.ts'
import { choose, type Tensor, tensor } from '../../tensor/index.ts'
import { UsageError } from '../options.ts'
import { cifar10 } from './datasets/cifar10.ts'
import { mnist } from './datasets/mnist.ts'
import { optdigits } from './datasets/optdigits.ts'
import type { DatasetSource } from './datasets/source.ts'
import { teacher } from './datasets/teacher.ts'

/** Every data set: one file and one line here. */
const SOURCES = { mnist, cifar10, optdigits, teacher } as const satisfies Readonly<Record<string, DatasetSource>>

export type DatasetName = keyof typeof SOURCES

/** Known data sets; `teacher` is generated and needs no files. */
export const DATASETS: readonly DatasetName[] = Object.keys(SOURCES) as DatasetName[]

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

function ofEach<T>(pick: (source: DatasetSource) => T): Readonly<Record<DatasetName, T>> {
  return Object.fromEntries(Object.entries(SOURCES).map(([name, source]) => [name, pick(source)])) as Record<
    DatasetName,
    T
  >
}

/** Shape of one sample and number of classes, known before any file is read. */
export const SHAPES: Readonly<Record<DatasetName, Pick<DatasetSource, 'sample' | 'classes'>>> = ofEach((
  { sample, classes },
) => ({ sample, classes }))

/** Files of each data set below the data directory, without `.gz`: those that must be there. */
export const FILES: Readonly<Record<DatasetName, readonly string[]>> = ofEach(({ files }) => files)

/** Files of each data set that are also read where they are there. */
export const FILES_IF_PRESENT: Readonly<Record<DatasetName, readonly string[]>> = ofEach(({ filesIfPresent = [] }) =>
  filesIfPresent
)

/** Those of CIFAR-10. */
export const CIFAR_PARTS: readonly string[] = FILES_IF_PRESENT.cifar10

/**
 * Reads a data set. Standardization is fitted on the training samples that are used, and applied to all splits.
 * Throws: UsageError for a file that is missing or damaged, or more samples asked for than there are.
 */
export function readDataset(name: DatasetName, directory: string | undefined, options: DatasetOptions): Dataset {
  if (directory === undefined && FILES[name].length > 0) {
    throw new UsageError(`--data: directory with ${name}/ must be given (or FEEDBACK_ALIGNMENT_DATA), got none`)
  }
  const { training: raw, test } = parsed(() => choose('readDataset', 'name', name, SOURCES).read(directory ?? ''))
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
