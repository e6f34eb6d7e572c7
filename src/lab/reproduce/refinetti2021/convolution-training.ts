// A training of convolutions below one linear layer, with its alignments on the way.

import { batches } from '../../../data/index.ts'
import { backpropagation, directFeedbackAlignment, frozen, type LearningRule, measureAlignment, trainer,
  TrainingStopped } from '../../../dfa/index.ts'
import { type ActivationName, type Conv2d, countCorrect, crossEntropy, initialize, isConv2d, isDense, sgd,
  walk } from '../../../nn/index.ts'
import { choose, dot, innerProduct, type Kernels, type Matrix, type Tensor, tensor,
  transpose } from '../../../tensor/index.ts'
import { attainableAlignment, type ConvolutionGeometry, convolutionWeightAlignment } from '../../../theory/index.ts'
import { toMatrix, toTensor } from '../../check/matrices.ts'
import { type Dataset, readDataset } from '../../training/datasets.ts'
import { buildModel, type LayerSpec } from '../../training/models.ts'
import type { RunTools } from '../experiment.ts'
import { logSpaced } from '../series.ts'
import { type ConvolutionFeedback, convolutionFeedback } from './convolution-feedback.ts'
import { patternImages } from '../images/patterns.ts'

/** Everything that fixes one training. */
export interface ConvolutionTraining {
  readonly dataset: 'mnist' | 'cifar10' | 'patterns'
  readonly trainingSamples: number
  /** First test samples scored; 0 for all. */
  readonly testSamples: number
  /** Weight layers: depth − 1 convolutions and one linear layer, without biases. */
  readonly depth: number
  readonly channels: number
  readonly kernel: number
  readonly activation: ActivationName
  readonly method: 'BP' | 'DFA' | 'SHALLOW'
  readonly feedback: ConvolutionFeedback
  /** Initial linear layer: drawn, or F_{L−1}ᵀ at the length of what would have been drawn. */
  readonly classifier: 'drawn' | 'copied'
  readonly rate: number
  readonly batch: number
  readonly epochs: number
  readonly seed: number
  /** Times at which alignments are measured, beside the start. */
  readonly points: number
}

/** What a training leaves; null for what is not measured or not finite. */
export interface ConvolutionTrainingResult {
  /** Mean loss of each epoch, before the updates; null from the epoch in which a value was no longer finite. */
  readonly trainingLoss: readonly (number | null)[]
  /** Steps at which alignments were measured. */
  readonly steps: readonly number[]
  readonly stepsPerEpoch: number
  /** GA_l of each convolution: one list per layer, mean over the probe samples. DFA only. */
  readonly gradientAlignment: readonly (readonly (number | null)[])[]
  /** WA_l of convolutions 2 … L − 1, then of the linear layer. DFA only. */
  readonly weightAlignment: readonly (readonly (number | null)[])[]
  /** Best WA_l that a convolution of layers 2 … L − 1 could have, and any locally connected layer. DFA only. */
  readonly attainable: readonly { readonly convolution: number; readonly locallyConnected: number }[]
  readonly trainingAccuracy: number | null
  readonly testAccuracy: number | null
}

const IS_DIRECT: Readonly<Record<ConvolutionTraining['method'], boolean>> = { BP: false, DFA: true, SHALLOW: false }
const IS_COPIED: Readonly<Record<ConvolutionTraining['classifier'], boolean>> = { drawn: false, copied: true }

/** Samples on which gradients are compared. */
const PROBE = 256
const SCORED = 2000

type Images = Pick<Dataset, 'sample' | 'classes' | 'training' | 'test'>

// Runs of one experiment share their data; reading MNIST takes longer than the shortest of them.
let last: { readonly key: string; readonly images: Images } | undefined

/** The data set of a configuration: training samples from the beginning, standardized by one mean and one deviation. */
export function trainingImages(
  name: ConvolutionTraining['dataset'],
  count: number,
  directory: string | undefined,
): Images {
  const key = `${name}/${count}/${directory ?? ''}`
  if (last?.key !== key) {
    const images = name === 'patterns'
      ? patternImages(count)
      : readDataset(name, directory, { trainingSamples: count, validationSamples: 0, standardize: 'global' })
    last = { key, images }
  }
  return last.images
}

/** Geometry of every convolution. */
export function convolutionsOf(
  { depth, channels, kernel }: Pick<ConvolutionTraining, 'depth' | 'channels' | 'kernel'>,
  sample: readonly number[],
): readonly ConvolutionGeometry[] {
  return Array.from({ length: depth - 1 },
    (_, l) => ({
      inputChannels: l === 0 ? sample[0] : channels,
      outputChannels: channels,
      height: sample[1] - l * (kernel - 1),
      width: sample[2] - l * (kernel - 1),
      kernel: [kernel, kernel] as const,
    }))
}

/** One training. Throws: UsageError for data that are missing. */
export function trainConvolutions(c: ConvolutionTraining, tools: RunTools): ConvolutionTrainingResult {
  const images = trainingImages(c.dataset, c.trainingSamples, tools.data)
  const kernels = tools.kernels('float32')
  const { sample, classes } = images
  const shaped = ({ shape, data }: Tensor): Tensor => tensor([shape[0], ...sample], data)
  const layers: LayerSpec[] = Array.from({ length: c.depth - 1 },
    (): readonly LayerSpec[] => [{ type: 'conv2d', channels: c.channels, kernel: c.kernel }, { type: 'activation' }])
    .flat()
  const network = buildModel({ layers: [...layers, { type: 'dense', outputs: classes }] }, {
    sample: [sample[0], sample[1], sample[2]],
    classes,
    activation: c.activation,
    bias: false,
    hidden: [],
    seed: c.seed,
    kernels,
  })
  initialize(network, 'uniform', c.seed)
  const convolutions = walk(network).filter(isConv2d)
  const [classifier] = walk(network).filter(isDense)
  const geometries = convolutionsOf(c, sample)
  const direct = choose('trainConvolutions', 'method', c.method, IS_DIRECT)
  // One F for all seeds, as in the paper's code; only svd follows the initial weights.
  const feedback = direct
    ? convolutionFeedback(c.feedback, geometries, convolutions.map(({ weight }) => weight.value.data), classes, 0)
    : []
  const matrices = feedback.map(toTensor)
  const copied = choose('trainConvolutions', 'classifier', c.classifier, IS_COPIED)
  if (direct && copied) copyInto(classifier.weight.value.data, matrices[matrices.length - 1])
  const rule: LearningRule = choose('trainConvolutions', 'method', c.method, {
    BP: backpropagation,
    DFA: () => directFeedbackAlignment({ matrices, kernels }),
    SHALLOW: frozen,
  })()
  const loss = crossEntropy('mean', kernels)
  const run = trainer({ network, rule, loss, optimizer: sgd(c.rate, kernels), kernels })
  const order = batches({
    inputs: shaped(images.training.inputs),
    targets: images.training.targets,
    size: c.batch,
    seed: c.seed,
    kernels,
  })
  const total = c.epochs * order.perEpoch

  const probe = firstRows(images.training, Math.min(PROBE, images.training.inputs.shape[0]), c.batch, shaped, kernels)
  const steps: number[] = []
  const gradientAlignment: (number | null)[][] = convolutions.map(() => [])
  const weightAlignment: (number | null)[][] = direct ? geometries.map(() => []) : []
  const measure = (): void => {
    const sums = convolutions.map(() => ({ total: 0, count: 0 }))
    for (const { input, target } of probe()) {
      const { output } = run.evaluate(input, target)
      const error = tensor(output.shape)
      loss.evaluateInto(error, output, target)
      measureAlignment(network, error).layerGradient.slice(0, convolutions.length).forEach(({ samples }, l) => {
        if (samples.count === 0) return
        sums[l].total += samples.mean * samples.count
        sums[l].count += samples.count
      })
    }
    steps.push(run.steps)
    sums.forEach(({ total: sum, count }, l) => gradientAlignment[l].push(finite(sum / count)))
    weightAlignments(convolutions, classifier.weight, feedback, matrices, geometries).forEach((wa, l) =>
      weightAlignment[l].push(finite(wa))
    )
  }

  const wanted = new Set(logSpaced(1, total, c.points))
  const trainingLoss: (number | null)[] = []
  if (direct) measure()
  try {
    for (let epoch = 0; epoch < c.epochs; epoch++) {
      let sum = 0
      for (let index = 0; index < order.perEpoch; index++) {
        const { input, target } = order.batch(epoch, index)
        sum += run.step(input, target)
        if (direct && wanted.has(run.steps)) measure()
        tools.progress(run.steps / total)
      }
      trainingLoss.push(finite(sum / order.perEpoch))
    }
  } catch (error) {
    // A rate that is too large is a result; anything else is not.
    if (!(error instanceof TrainingStopped)) throw error
    while (trainingLoss.length < c.epochs) trainingLoss.push(null)
  }
  const finished = trainingLoss.every((value) => value !== null)
  const score = (split: Images['test'], count: number): number | null => {
    if (!finished) return null
    let correct = 0, seen = 0
    for (const { input, target } of firstRows(split, count, c.batch, shaped, kernels)()) {
      correct += countCorrect(run.evaluate(input, target).output, target)
      seen += target.shape[0]
    }
    return correct / seen
  }
  const available = images.test.inputs.shape[0]
  return {
    trainingLoss,
    steps,
    stepsPerEpoch: order.perEpoch,
    gradientAlignment: direct ? gradientAlignment : [],
    weightAlignment,
    attainable: feedback.slice(1).map((f, l) => attainableAlignment(f, feedback[l], geometries[l + 1])),
    trainingAccuracy: score(images.training, Math.min(SCORED, images.training.inputs.shape[0])),
    testAccuracy: score(images.test, c.testSamples === 0 ? available : Math.min(c.testSamples, available)),
  }
}

function finite(x: number): number | null {
  return Number.isFinite(x) ? x : null
}

/** The first `count` rows in batches of the training's size, whose buffers are there. */
function firstRows(
  { inputs, targets }: Images['test'],
  count: number,
  size: number,
  shaped: (x: Tensor) => Tensor,
  kernels: Kernels,
): () => Iterable<{ readonly input: Tensor; readonly target: Tensor }> {
  const rows = Array.from({ length: count }, (_, i) => i)
  const reader = batches({
    inputs: shaped(inputs),
    targets,
    rows,
    size: Math.min(size, count),
    seed: 0,
    shuffle: false,
    kernels,
  })
  return function*() {
    for (let index = 0; index < reader.perEpoch; index++) yield reader.batch(0, index)
  }
}

/** Wᵀ := F, at the length that W had. Shapes: w [K, n], f [n, K]. */
function copyInto(w: Float32Array, f: Tensor): void {
  const [n, k] = f.shape
  const factor = Math.sqrt(dot(w, w) / dot(f.data, f.data))
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) w[j * n + i] = factor * f.data[i * k + j]
}

/** cos∠(φ(C_l), F_l F_{l−1}ᵀ) for l ≥ 2, then cos∠(W_L, F_{L−1}ᵀ). */
function weightAlignments(
  convolutions: readonly Conv2d[],
  classifier: { readonly value: Tensor },
  feedback: readonly Matrix[],
  matrices: readonly Tensor[],
  geometries: readonly ConvolutionGeometry[],
): readonly number[] {
  const inner = feedback.slice(1).map((f, l) =>
    convolutionWeightAlignment(convolutions[l + 1].weight.value.data, f, feedback[l], geometries[l + 1])
  )
  const f = toMatrix(matrices[matrices.length - 1]), w = transpose(toMatrix(classifier.value))
  return [...inner, innerProduct(f, w) / Math.sqrt(innerProduct(f, f) * innerProduct(w, w))]
}
