// What a task is: data sets with the models that learn them, and everything in a training that depends on the kind of
// the data. Rules, optimizers, schedules, checkpoints, records and reports are the same for all.

import type { RowBatch } from '../../../data/index.ts'
import type { AlignmentRecord, Trainer } from '../../../dfa/index.ts'
import type { Layer, Loss, Parameter } from '../../../nn/index.ts'
import type { Kernels, Matrix } from '../../../tensor/index.ts'
import type { Dataset } from '../datasets.ts'
import type { SpecialOption, TrainingConfiguration } from '../options.ts'
import type { Score } from '../score.ts'

/** Parts of a data set. */
export type SplitName = 'training' | 'validation' | 'test'

/** Files of a data set below the data directory, without `.gz`; none for generated data. */
export interface DataFiles {
  readonly files: readonly string[]
  /** Those that are also read where they are there. */
  readonly filesIfPresent?: readonly string[]
}

/** What a score holds, and how people read it. */
export interface Measure {
  /** Its name in a score. */
  readonly name: string
  /** In a sentence, of its figure, of its axis. */
  readonly word: string
  readonly title: string
  readonly label: string
  readonly unit?: string
  /** A value in the unit of its column. */
  readonly inUnit: (value: number) => number
  readonly text: (value: number) => string
  readonly best: 'highest' | 'lowest'
  /** Where no error is left that could have a direction. */
  readonly perfect?: number
  /** What guessing reaches. */
  readonly chance?: (c: TrainingConfiguration) => number
}

/** What decides about the values of options that nobody gives; general defaults where it is silent. */
export type Choice =
  & Pick<TrainingConfiguration, 'dataset' | 'model' | 'rule'>
  & Partial<Pick<TrainingConfiguration, 'optimizer' | 'hidden'>>

/** A kind of data with the models for it. */
export interface Task {
  /** What is learnt, in one word or two, and a line of help: from which data, with which models and defaults. */
  readonly title: string
  readonly about: string
  /** By name; the first is taken where only a model is named. */
  readonly datasets: Readonly<Record<string, DataFiles>>
  /** By name; the first is taken where only a data set is named. */
  readonly models: readonly string[]
  /** Whether `--model` may also be layers as JSON. */
  readonly takesLayers: boolean
  /** Options beside those of all trainings; others are refused, */
  readonly uses: readonly SpecialOption[]
  /** for these reasons, where there is more to say than that nothing uses them. */
  readonly reasons: Readonly<Partial<Record<SpecialOption, string>>>
  /** Values of options in place of the general defaults. */
  readonly defaultsFor: (choice: Choice) => Partial<TrainingConfiguration>
  /** Adds what is wrong with a configuration and can be known before a file is read, beside what `sketch` finds. */
  readonly refuse: (c: TrainingConfiguration, given: ReadonlySet<string>, faults: string[]) => void
  /**
   * A network with the layers, points and tap of the configured one, on data of the least size: what a rule can refuse.
   * Undefined when there is none, with the reason in `faults`. Throws: RangeError for sizes that do not fit.
   */
  readonly sketch: (c: TrainingConfiguration, faults: string[]) => Layer | undefined
  /** Reads or draws the data. Throws: UsageError for files that are missing or damaged, and splits without content. */
  readonly read: (c: TrainingConfiguration, directory: string | undefined) => Material
  /** What a training is called beside its rule. */
  readonly subject: (c: TrainingConfiguration) => string
  /** What the loss is, on the axis of its figure. */
  readonly objective: (c: TrainingConfiguration) => string
  /** What is learnt from: `300 training samples`, `50 samples/s`. */
  readonly units: { readonly all: string; readonly short: string }
  /** What a score holds beside the loss, or the loss itself; the first decides which epoch is the best. */
  readonly measures: readonly [Measure, ...Measure[]]
  /** What of an alignment is shown: cosines per layer that carries, or per point. */
  readonly aligned: 'layerGradient' | 'signal' & keyof AlignmentRecord
}

/** Data that were read for a task. */
export interface Material {
  /** Shapes and numbers of everything that a training depends on, in a fixed order: what its hash is of. */
  readonly content: readonly Content[]
  /** The whole as rows that threads can look into, where owners of segments may train it. */
  readonly rows?: Dataset
  /** Plans a training; nothing is drawn. Throws: UsageError for options that do not fit the data. */
  readonly compose: (c: TrainingConfiguration, kernels: Kernels) => Prepared
}

/** A part of the data. */
export interface Content {
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array | Uint32Array | Uint8Array
}

/** The batches of a training: as `Batches` of src/data. */
export interface Source {
  readonly perEpoch: number
  /** Valid until the next call. */
  readonly batch: (epoch: number, index: number) => RowBatch
}

/** Network, loss, batches and scores of a training. */
export interface Prepared {
  /** Without initial weights and rule. */
  readonly network: Layer
  readonly loss: Loss
  readonly order: Source
  /** Units (samples, nodes, characters, rays) that the losses of the first `steps` batches of an epoch stand for. */
  readonly unitsAfter: (steps: number) => number
  /** Draws the initial weights, where a network has a way of its own; as --initialization says unless given. */
  readonly drawWeights?: () => void
  /** Units of each split. */
  readonly sizes: Readonly<Record<SplitName, number>>
  /** Over the first `count` units of a split, or about so many, in evaluation mode. */
  readonly score: (run: Trainer, split: SplitName, count: number) => Score
  /** The first `count` training units, or about so many, in their order: for measures. */
  readonly probe: (count: number) => RowBatch
  /** All training units in their order. */
  readonly inOrder: () => Source
  /** What a batch's loss is the sum over its units of. */
  readonly sumOf: (loss: number, units: number) => number
  /** Σ_yx Σ_yxᵀ of the training units, for shaped feedback; where inputs are vectors. */
  readonly spectrum?: () => Matrix
  /** Which parameters decay; all unless given. */
  readonly decays?: (parameter: Parameter) => boolean
}
