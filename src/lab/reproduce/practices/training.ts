// One training as launay2019 has it, with the alignment of every layer after every epoch.

import { backpropagation, directFeedbackAlignment, measureAlignment, preAlign, sparseUpdateMask,
  TrainingStopped } from '../../../dfa/index.ts'
import type { FeedbackMaps, FeedbackNormalization } from '../../../dfa/index.ts'
import { crossEntropy, initialize, isConv2d, isDense, type Reduction, walk } from '../../../nn/index.ts'
import { choose, type Kernels, tensor } from '../../../tensor/index.ts'
import { type Dataset, readDataset, type Split } from '../../training/datasets.ts'
import { rowsOf } from '../convolution/training.ts'
import { patternImages } from '../images/patterns.ts'
import { finite, type RunTools } from '../index.ts'
import { recordedTraining } from '../training/recorded.ts'
import { maskedSignals } from './masked-signals.ts'
import { type NetworkSpec, practiceNetwork } from './networks.ts'

/** Everything that fixes one training. */
export interface Practice {
  readonly part: 'training'
  readonly dataset: 'cifar10' | 'optdigits' | 'patterns'
  /** The first of the files; 0 for all. */
  readonly trainingSamples: number
  readonly network: NetworkSpec
  /** `frozen convolutions`: DFA above convolutions that stay as they were drawn. */
  readonly method: 'DFA' | 'BP' | 'frozen convolutions'
  readonly normalization: FeedbackNormalization
  readonly maps: FeedbackMaps
  /** One matrix for all layers unless given. */
  readonly sharing?: 'independent' | 'shared'
  /** Of the layers below a feedback point; the loss is a mean. */
  readonly hiddenReduction: Reduction
  /** Share of the second layer's weights and biases that is trained. */
  readonly keep: number
  readonly initial: 'drawn' | 'pre-aligned'
  readonly rate: number
  readonly batch: number
  readonly epochs: number
  readonly seed: number
}

/** Cosines of a layer's signals over the probe, as `measureAlignment` has them. */
export interface LayerAlignment {
  readonly mean: number | null
  readonly deviation: number | null
}

/** What a training leaves; null for what is not finite. */
export interface PracticeResult {
  readonly part: 'training'
  /** Of each epoch: the mean over its steps, before their updates. */
  readonly trainingLoss: readonly (number | null)[]
  readonly trainingAccuracy: number | null
  readonly testAccuracy: number | null
  /** By time (before training, after each epoch), then by feedback point. */
  readonly alignment: readonly (readonly LayerAlignment[])[]
  /** At the end, each signal under a mask of its own of keep-probability `keep`, by point: theory (8.12). */
  readonly masked: readonly LayerAlignment[]
}

/** Test samples on which signals are compared: the authors' batch. */
const PROBE = 128

let kept: { readonly key: string; readonly images: Images } | undefined
type Images = Pick<Dataset, 'sample' | 'classes' | 'training' | 'test'>

/** Images with mean 0 and deviation 1 per channel. */
function imagesOf({ dataset, trainingSamples }: Practice, directory: string | undefined): Images {
  const key = `${dataset}/${trainingSamples}/${directory ?? ''}`
  if (kept?.key !== key) {
    const images = dataset === 'patterns' ? patternImages(trainingSamples)
      : readDataset(dataset, directory, { trainingSamples, validationSamples: 0, standardize: 'channel' })
    kept = { key, images }
  }
  return kept.images
}

const IS_FLAT: Readonly<Record<NetworkSpec['kind'], boolean>> = { FC: true, CONV: false }

/** One training by plain gradient descent. Throws: UsageError for data that are missing. */
export function trainPractice(c: Practice, tools: RunTools): PracticeResult {
  const { sample, classes, ...splits } = imagesOf(c, tools.data)
  const flat = choose('trainPractice', 'kind', c.network.kind, IS_FLAT)
  const shaped = ({ inputs, targets }: Split): Split => ({
    inputs: flat ? inputs : tensor([inputs.shape[0], ...sample], inputs.data),
    targets,
  })
  const kernels = tools.kernels('float32')
  const network = practiceNetwork(c.network, { sample, classes, seed: c.seed, kernels })
  initialize(network, 'uniform', c.seed)
  const loss = crossEntropy('mean', kernels)
  const training = shaped(splits.training), test = shaped(splits.test)
  const layers = walk(network)
  const masked = layers.filter(isDense).slice(1, 2)
  const run = recordedTraining({
    ...c,
    network,
    rule: ruleOf(c, kernels),
    loss,
    kernels,
    training,
    frozen: c.method === 'frozen convolutions' ? layers.filter(isConv2d) : [],
    masks: c.keep < 1 ? masked.map((layer) => sparseUpdateMask(layer, c.keep, c.seed)) : [],
  })
  if (c.initial === 'pre-aligned') {
    const { inputs, targets } = rowsOf(training, 0, PROBE)
    preAlign(network, loss, { input: inputs, target: targets })
  }
  const probe = rowsOf(test, 0, PROBE)
  const alignment: LayerAlignment[][] = []
  const measure = (): void => {
    alignment.push(measureAlignment(network, run.errorAt(probe)).signal.map(({ cosines }) => layerAlignment(cosines)))
  }
  try {
    const times = Array.from({ length: c.epochs + 1 }, (_, epoch) => epoch * run.perEpoch)
    run.run({ ...tools, times, measure, state: alignment })
  } catch (error) {
    // A rate that is too large is a result; anything else is not.
    if (!(error instanceof TrainingStopped)) throw error
  }
  const trainingLoss = Array.from({ length: c.epochs }, (_, epoch) => finite(run.epochLosses[epoch] ?? NaN))
  const finished = !trainingLoss.includes(null)
  const accuracy = (split: Split): number | null => (finished ? finite(run.score(split, c.batch).accuracy) : null)
  return {
    part: 'training',
    trainingLoss,
    trainingAccuracy: accuracy(training),
    testAccuracy: accuracy(test),
    alignment,
    masked: c.keep < 1 && finished ? maskedSignals(network, run.errorAt(probe), c.keep, c.seed).map(layerAlignment)
      : [],
  }
}

/** The common matrix of launay2019, or none. */
function ruleOf({ method, normalization, maps, sharing = 'shared', seed }: Practice, kernels: Kernels) {
  return method === 'BP' ? backpropagation() : directFeedbackAlignment({ sharing, normalization, maps, seed, kernels })
}

function layerAlignment({ mean, deviation }: { readonly mean: number; readonly deviation: number }): LayerAlignment {
  return { mean: finite(mean), deviation: finite(deviation) }
}
