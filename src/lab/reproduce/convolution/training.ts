// A training of convolutions below one linear layer, with its alignments on the way.

import { backpropagation, directFeedbackAlignment, frozen, measureAlignment,
  TrainingStopped } from '../../../dfa/index.ts'
import { type ActivationName, crossEntropy, initialize, isConv2d, isDense, walk } from '../../../nn/index.ts'
import { dot, type Matrix, type Tensor, tensor, transpose } from '../../../tensor/index.ts'
import { attainableAlignment, type ConvolutionGeometry, convolutionWeightAlignment } from '../../../theory/index.ts'
import { toMatrix, toTensor } from '../../check/matrices.ts'
import { type Dataset, readDataset, type Split } from '../../training/datasets.ts'
import { buildModel, type LayerSpec } from '../../training/models.ts'
import { finite, logSpaced, type RunTools } from '../index.ts'
import { patternImages } from '../images/patterns.ts'
import { type Descent, recordedTraining } from '../training/recorded.ts'
import { type ConvolutionFeedback, convolutionFeedback } from './feedback.ts'

/** Images to train on, with their names in texts. */
export const IMAGE_SETS = { mnist: 'MNIST', cifar10: 'CIFAR-10', patterns: 'generated patterns' } as const
export type ImageSet = keyof typeof IMAGE_SETS

/** Everything that fixes one training. */
export interface ConvolutionTraining extends Descent {
  readonly part: 'training'
  readonly dataset: ImageSet
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
  /** Times at which alignments are measured, beside the start. */
  readonly points: number
}

/** Over time; null for what is not measured or not finite: JSON has no NaN. */
export type Curve = readonly (number | null)[]

/** What was measured of a training on its way, one list per layer. */
export interface AlignmentCurves {
  /** Mean loss of each epoch, before the updates; null from the epoch in which a value was no longer finite. */
  readonly trainingLoss: Curve
  /** Steps at which alignments were measured. */
  readonly steps: readonly number[]
  readonly stepsPerEpoch: number
  /** GA_l of every layer but the last (of every convolution), mean over the probe samples. */
  readonly gradientAlignment: readonly Curve[]
  /** WA_2 … WA_L. */
  readonly weightAlignment: readonly Curve[]
}

/** What a training leaves; alignments under DFA only. */
export interface ConvolutionTrainingResult extends AlignmentCurves {
  readonly part: 'training'
  /** Best WA_l that a convolution of layers 2 … L − 1 could have, and any locally connected layer. DFA only. */
  readonly attainable: readonly { readonly convolution: number; readonly locallyConnected: number }[]
  readonly trainingAccuracy: number | null
  readonly testAccuracy: number | null
}

/** Samples on which gradients are compared. */
export const PROBE = 256
const SCORED = 2000

type Images = Pick<Dataset, 'sample' | 'classes' | 'training' | 'test'>

// Runs of one experiment share their data; reading MNIST takes longer than the shortest of them.
let kept: { readonly key: string; readonly images: Images } | undefined

/** The data set of a configuration: training samples from the beginning, standardized by one mean and one deviation. */
export function trainingImages(name: ImageSet, count: number, directory: string | undefined): Images {
  const key = `${name}/${count}/${directory ?? ''}`
  if (kept?.key !== key) {
    const images = name === 'patterns' ? patternImages(count)
      : readDataset(name, directory, { trainingSamples: count, validationSamples: 0, standardize: 'global' })
    kept = { key, images }
  }
  return kept.images
}

/** Rows `from` … `to` − 1 of a split, all that there are of them; 0 for all. No copy. */
export function rowsOf({ inputs, targets }: Split, from: number, to: number): Split {
  const cut = ({ shape: [rows, ...sample], data }: Tensor): Tensor => {
    const size = data.length / rows
    const end = to === 0 ? rows : Math.min(to, rows)
    return tensor([end - from, ...sample], data.subarray(from * size, end * size))
  }
  return { inputs: cut(inputs), targets: cut(targets) }
}

/** Geometry of every convolution. */
export function convolutionsOf({ depth, channels, kernel }: Pick<ConvolutionTraining, 'depth' | 'channels' | 'kernel'>,
  sample: readonly number[]): readonly ConvolutionGeometry[]
{
  return Array.from({ length: depth - 1 },
    (_, l) => ({ inputChannels: l === 0 ? sample[0] : channels, outputChannels: channels,
      height: sample[1] - l * (kernel - 1), width: sample[2] - l * (kernel - 1), kernel: [kernel, kernel] as const }))
}

/** One training. Throws: UsageError for data that are missing. */
export function trainConvolutions(c: ConvolutionTraining, tools: RunTools): ConvolutionTrainingResult {
  const images = trainingImages(c.dataset, c.trainingSamples, tools.data)
  const kernels = tools.kernels('float32')
  const { sample, classes } = images
  const [training, test] = [images.training, images.test].map(({ inputs: { shape, data }, targets }): Split => ({
    inputs: tensor([shape[0], ...sample], data),
    targets,
  }))
  const layers = Array.from({ length: c.depth - 1 },
    (): readonly LayerSpec[] => [{ type: 'conv2d', channels: c.channels, kernel: c.kernel }, { type: 'activation' }])
  const network = buildModel({ layers: [...layers.flat(), { type: 'dense', outputs: classes }] }, {
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
  const [{ weight: classifier }] = walk(network).filter(isDense)
  const geometries = convolutionsOf(c, sample)
  const direct = c.method === 'DFA'
  // One F for all seeds, as in the authors' code; only svd follows the initial weights.
  const feedback = direct
    ? convolutionFeedback(c.feedback, geometries, convolutions.map(({ weight }) => weight.value.data), classes, 0) : []
  const matrices = feedback.map(toTensor)
  const top = matrices[matrices.length - 1]
  if (direct && c.classifier === 'copied') copyInto(classifier.value.data, top)
  const run = recordedTraining({ ...c, network,
    rule: direct ? directFeedbackAlignment({ matrices, kernels }) : c.method === 'BP' ? backpropagation() : frozen(),
    loss: crossEntropy('mean', kernels), kernels, training })
  // In batches of the training's size, whose buffers are there.
  const probes = Array.from({ length: Math.ceil(Math.min(PROBE, training.inputs.shape[0]) / c.batch) },
    (_, k) => rowsOf(training, k * c.batch, Math.min(PROBE, (k + 1) * c.batch)))
  const gradientAlignment: (number | null)[][] = direct ? convolutions.map(() => []) : []
  const weightAlignment: (number | null)[][] = direct ? geometries.map(() => []) : []
  const measure = (): void => {
    const sums = convolutions.map(() => ({ total: 0, count: 0 }))
    for (const probe of probes) {
      measureAlignment(network, run.errorAt(probe)).layerGradient.slice(0, sums.length).forEach(({ samples }, l) => {
        if (samples.count === 0) return
        sums[l].total += samples.mean * samples.count
        sums[l].count += samples.count
      })
    }
    sums.forEach(({ total, count }, l) => gradientAlignment[l].push(finite(total / count)))
    feedback.forEach((f, l) => {
      const g = geometries[l + 1]
      const wa = l + 1 < feedback.length
        ? convolutionWeightAlignment(convolutions[l + 1].weight.value.data, feedback[l + 1], f, g)
        : transposeCosine(toMatrix(top), toMatrix(classifier.value))
      weightAlignment[l].push(finite(wa))
    })
  }
  try {
    const times = direct ? [0, ...logSpaced(1, run.total, c.points)] : []
    run.run({ ...tools, times, measure, state: { gradientAlignment, weightAlignment } })
  } catch (error) {
    // A rate that is too large is a result; anything else is not.
    if (!(error instanceof TrainingStopped)) throw error
  }
  const trainingLoss = Array.from({ length: c.epochs }, (_, epoch) => finite(run.epochLosses[epoch] ?? NaN))
  const finished = !trainingLoss.includes(null)
  const score = (split: Split, count: number): number | null =>
    finished ? run.score(rowsOf(split, 0, count), c.batch).accuracy : null
  return { part: 'training', trainingLoss, steps: run.steps, stepsPerEpoch: run.perEpoch, gradientAlignment,
    weightAlignment,
    attainable: feedback.slice(1).map((f, l) => attainableAlignment(f, feedback[l], geometries[l + 1])),
    trainingAccuracy: score(training, SCORED), testAccuracy: score(test, c.testSamples) }
}

/** Wᵀ := F, at the length that W had. Shapes: w [K, n], f [n, K]. */
function copyInto(w: Float32Array, f: Tensor): void {
  const [n, k] = f.shape
  const factor = Math.sqrt(dot(w, w) / dot(f.data, f.data))
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) w[j * n + i] = factor * f.data[i * k + j]
}

/** cos∠(W, Fᵀ), row by row of F. Shapes: f [n, K], w [K, n]. */
function transposeCosine(f: Matrix, w: Matrix): number {
  const inner = (x: Float64Array, y: Float64Array): number => x.reduce((sum, value, i) => sum + value * y[i], 0)
  const turned = transpose(w).data
  return inner(f.data, turned) / Math.sqrt(inner(f.data, f.data) * inner(turned, turned))
}
