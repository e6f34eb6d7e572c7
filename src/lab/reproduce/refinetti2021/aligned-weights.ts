// Linear networks that begin with their weights aligned to the feedback, and how long the alignment lasts.

import { batches } from '../../../data/index.ts'
import { directFeedbackAlignment, measureAlignment, mlp, trainer, weightAlignment } from '../../../dfa/index.ts'
import { crossEntropy, initialize, isDense, sgd, walk } from '../../../nn/index.ts'
import { choose, matmul, type Tensor, tensor } from '../../../tensor/index.ts'
import type { RunTools } from '../experiment.ts'
import { logSpaced } from '../series.ts'
import { type ConvolutionTraining, trainingImages } from './convolution-training.ts'

/** One training of a fully connected linear network. */
export interface AlignedRun {
  readonly part: 'aligned'
  readonly dataset: ConvolutionTraining['dataset']
  readonly trainingSamples: number
  /** W_l = F_l F_{l−1}ᵀ and W_L = F_{L−1}ᵀ with rows of unit length (W_1 has no target), or U(±1/√fan-in). */
  readonly initial: 'aligned' | 'uniform'
  readonly depth: number
  readonly width: number
  readonly rate: number
  readonly batch: number
  readonly epochs: number
  readonly seed: number
  readonly points: number
}

/** Alignments over training, the first ones before it. */
export interface AlignedResult {
  readonly part: 'aligned'
  readonly steps: readonly number[]
  readonly stepsPerEpoch: number
  /** GA_1 … GA_{L−1}, one list each; null where undefined. */
  readonly gradientAlignment: readonly (readonly (number | null)[])[]
  /** WA_2 … WA_L. */
  readonly weightAlignment: readonly (readonly (number | null)[])[]
  readonly trainingLoss: readonly (number | null)[]
}

const PROBE = 256
const IS_ALIGNED: Readonly<Record<AlignedRun['initial'], boolean>> = { aligned: true, uniform: false }

/** Orthogonal feedback, cross-entropy, plain gradient descent, measured on the way. Throws: UsageError without data. */
export function trainAligned(c: AlignedRun, tools: RunTools): AlignedResult {
  const { training, classes } = trainingImages(c.dataset, c.trainingSamples, tools.data)
  const kernels = tools.kernels('float32')
  const sizes = [training.inputs.shape[1], ...Array.from({ length: c.depth - 1 }, () => c.width), classes]
  const network = mlp({ sizes, activation: 'linear', bias: false, kernels })
  initialize(network, 'uniform', c.seed)
  const rule = directFeedbackAlignment({ kind: 'orthogonal', normalization: 'width', seed: c.seed, kernels })
  const loss = crossEntropy('mean', kernels)
  const run = trainer({ network, rule, loss, optimizer: sgd(c.rate, kernels), kernels })
  if (choose('trainAligned', 'initial', c.initial, IS_ALIGNED)) {
    alignWeights(walk(network).filter(isDense).map(({ weight }) => weight.value), rule.feedback)
  }
  const order = batches({ inputs: training.inputs, targets: training.targets, size: c.batch, seed: c.seed, kernels })
  const count = Math.min(PROBE, training.inputs.shape[0])
  const probe = batches({
    ...training,
    rows: Array.from({ length: count }, (_, i) => i),
    size: count,
    seed: 0,
    shuffle: false,
    kernels,
  })
  const steps: number[] = []
  const gradientAlignment: (number | null)[][] = Array.from({ length: c.depth - 1 }, () => [])
  const weights: (number | null)[][] = Array.from({ length: c.depth - 1 }, () => [])
  const finite = (x: number): number | null => (Number.isFinite(x) ? x : null)
  const measure = (): void => {
    const { input, target } = probe.batch(0, 0)
    const { output } = run.evaluate(input, target)
    const error = tensor(output.shape)
    loss.evaluateInto(error, output, target)
    const { layerGradient } = measureAlignment(network, error)
    steps.push(run.steps)
    gradientAlignment.forEach((list, l) => list.push(finite(layerGradient[l].samples.mean)))
    weightAlignment(network, rule.feedback).forEach(({ cosine }, l) => weights[l].push(finite(cosine)))
  }
  const total = c.epochs * order.perEpoch
  const wanted = new Set(logSpaced(1, total, c.points))
  const trainingLoss: (number | null)[] = []
  measure()
  for (let epoch = 0; epoch < c.epochs; epoch++) {
    let sum = 0
    for (let index = 0; index < order.perEpoch; index++) {
      const { input, target } = order.batch(epoch, index)
      sum += run.step(input, target)
      if (wanted.has(run.steps)) measure()
      tools.progress(run.steps / total)
    }
    trainingLoss.push(finite(sum / order.perEpoch))
  }
  return {
    part: 'aligned',
    steps,
    stepsPerEpoch: order.perEpoch,
    gradientAlignment,
    weightAlignment: weights,
    trainingLoss,
  }
}

/** W_l := F_l F_{l−1}ᵀ for 1 < l < L, W_L := F_{L−1}ᵀ, rows divided by their lengths. */
function alignWeights(weights: readonly Tensor[], feedback: readonly Tensor[]): void {
  for (let l = 1; l < weights.length; l++) {
    const below = feedback[l - 1]
    const { data } = weights[l]
    const [rows, columns] = weights[l].shape
    if (l < feedback.length) data.set(matmul(feedback[l], below, { transposeB: true }).data)
    else {
      for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) data[i * columns + j] = below.data[j * rows + i]
    }
    for (let i = 0; i < rows; i++) {
      const row = data.subarray(i * columns, (i + 1) * columns)
      const norm = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0))
      for (let j = 0; j < columns; j++) row[j] /= norm
    }
  }
}
