// Images and vectors of which each belongs to one class.

import { crossCovariance } from '../../../data/index.ts'
import { binaryCrossEntropy, crossEntropy, type Layer, type Loss, type Reduction,
  squaredError } from '../../../nn/index.ts'
import { choose, type Kernels, type Matrix, multiply, tensor, transpose } from '../../../tensor/index.ts'
import { UsageError } from '../../options.ts'
import { type Dataset, type DatasetName, DATASETS, FILES, FILES_IF_PRESENT, readDataset, SHAPES,
  type Split } from '../datasets.ts'
import { buildModel, type ModelName, MODELS, type ModelSpec, namedModel, parseModel, takesVectors } from '../models.ts'
import { COMMON_OPTIONS, SPECIAL_OPTIONS, type TrainingConfiguration } from '../options.ts'
import { defaultActivation, defaultRate } from '../rule-defaults.ts'
import { ruleUses } from '../rule-uses.ts'
import { scoreOf } from '../score.ts'
import { accuracy } from './measures.ts'
import { rowParts, stepsPerEpoch } from './rows.ts'
import type { Material, Task } from './task.ts'

const LOSSES: Readonly<Record<TrainingConfiguration['loss'], (reduction: Reduction, kernels: Kernels) => Loss>> = {
  'cross-entropy': crossEntropy,
  'squared-error': (reduction) => squaredError(reduction),
  'binary-cross-entropy': (reduction) => binaryCrossEntropy(reduction),
}

/** What a training knows of its samples. */
export type Samples = Pick<Dataset, 'sample' | 'classes' | 'training'>

type Shape = Pick<Dataset, 'sample' | 'classes'>

/** The layers of the configured model; undefined when its text is none, with the reason in `faults`. */
function modelOf(c: TrainingConfiguration, { classes }: Pick<Shape, 'classes'>, faults: string[]):
  | ModelSpec
  | undefined
{
  return (MODELS as readonly string[]).includes(c.model)
    ? namedModel(c.model as ModelName, { hidden: c.hidden, classes }) : parseModel(c.model, faults)
}

function networkOf(spec: ModelSpec, c: TrainingConfiguration, { sample, classes }: Shape, kernels?: Kernels): Layer {
  return buildModel(spec, {
    sample,
    classes,
    activation: c.activation,
    ...(c.activation === 'leaky-relu' ? { slope: c['leaky-slope'] } : {}),
    bias: !c['no-bias'],
    hidden: c.hidden,
    seed: c.seed,
    ...(kernels === undefined ? {} : { kernels }),
  })
}

/** Σ_yx Σ_yxᵀ of samples. */
export function spectrumOf({ inputs, targets }: Split): Matrix {
  const covariance = crossCovariance(inputs, targets)
  return multiply(covariance, transpose(covariance))
}

/** Network and loss for samples, and what each owner of segments needs to know of its training. */
export interface SampleParts {
  readonly network: Layer
  readonly loss: Loss
  /** Steps of one epoch. */
  readonly perEpoch: number
  /** Shape of one sample as the network takes it. */
  readonly sample: readonly number[]
  /** A split as the network takes it: vectors or feature maps. No copy. */
  readonly shaped: (split: Split) => Split
  readonly spectrum: () => Matrix
}

/** Nothing is drawn. Throws: UsageError for a model that is none or a batch of more than all samples. */
export function sampleParts(c: TrainingConfiguration, data: Samples, kernels: Kernels): SampleParts {
  const faults: string[] = []
  const spec = modelOf(c, data, faults)
  if (spec === undefined) throw new UsageError(faults.join('; '))
  const perEpoch = stepsPerEpoch(c, data.training.inputs.shape[0])
  const sample = takesVectors(spec) ? data.training.inputs.shape.slice(1) : data.sample
  return {
    network: networkOf(spec, c, data, kernels),
    loss: choose('sampleParts', 'loss', c.loss, LOSSES)(c.reduction, kernels),
    perEpoch,
    sample,
    shaped: ({ inputs, targets }) => ({ inputs: tensor([inputs.shape[0], ...sample], inputs.data), targets }),
    spectrum: () => spectrumOf(data.training),
  }
}

/** A data set as the material of trainings. */
export function samplesOf(data: Dataset): Material {
  const { training, validation, test } = data
  return {
    content: [training, validation, test].flatMap(({ inputs, targets }) => [inputs, targets]),
    rows: data,
    compose(c, kernels) {
      const { network, loss, shaped, spectrum } = sampleParts(c, data, kernels)
      const splits = { training: shaped(training), validation: shaped(validation), test: shaped(test) }
      const parts = rowParts(splits, c, kernels)
      return {
        ...parts,
        network,
        loss,
        spectrum,
        score: (run, split, count) => scoreOf(run, parts.rowsOf(split, count), c.reduction),
      }
    },
  }
}

const DEFAULT_OPTIMIZER = COMMON_OPTIONS.optimizer.fallback
const DEFAULT_HIDDEN = SPECIAL_OPTIONS.hidden.fallback

/** Images and vectors. */
export const classification: Task = {
  title: 'images, vectors',
  about: `${DATASETS.join(', ')} with ${MODELS.join(', ')} or layers as JSON`,
  datasets: Object.fromEntries(
    DATASETS.map((name) => [name, { files: FILES[name], filesIfPresent: FILES_IF_PRESENT[name] }]),
  ),
  models: MODELS,
  takesLayers: true,
  uses: ['training-samples', 'validation-samples', 'standardize', 'hidden', 'activation', 'leaky-slope', 'no-bias',
    'initialization', 'initial-scale', 'pre-align', 'feedback-maps', 'loss', 'reduction', 'hidden-reduction', 'batch'],
  reasons: { dropout: 'layers as JSON have dropout where it is wanted', width: 'the mlp has --hidden' },
  defaultsFor: ({ model, rule, optimizer = DEFAULT_OPTIMIZER, hidden = DEFAULT_HIDDEN }) => ({
    activation: defaultActivation(rule),
    rate: defaultRate(rule, optimizer, model === 'mlp' ? hidden : []),
  }),
  refuse(c, given, faults) {
    if (given.has('leaky-slope') && c.activation !== 'leaky-relu') {
      faults.push(`--leaky-slope: ${c.activation} has no slope to choose`)
    }
    if (given.has('hidden') && c.model !== 'mlp') faults.push('--hidden: only the mlp has hidden widths')
    if (c.model === 'mlp' && c.hidden.length === 0 && ruleUses(c.rule, 'feedback-seed')) {
      faults.push(`--hidden: ${c.rule} needs at least one hidden layer`)
    }
  },
  sketch(c, faults) {
    const shape = SHAPES[c.dataset as DatasetName]
    const spec = modelOf(c, shape, faults)
    return spec === undefined ? undefined : networkOf(spec, c, shape)
  },
  read: (c, directory) =>
    samplesOf(readDataset(c.dataset as DatasetName, directory, {
      trainingSamples: c['training-samples'],
      validationSamples: c['validation-samples'],
      standardize: c.standardize,
    })),
  subject: ({ dataset }) => dataset,
  objective: ({ loss }) => `${loss} per sample`,
  units: { all: 'training samples', short: 'samples' },
  measures: [accuracy({ perfect: 1, chance: ({ dataset }) => 1 / SHAPES[dataset as DatasetName].classes })],
  aligned: 'layerGradient',
}
