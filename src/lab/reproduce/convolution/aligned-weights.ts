// Linear networks that begin with their weights aligned to the feedback, and how long the alignment lasts.

import { directFeedbackAlignment, measureAlignment, mlp, weightAlignment, weightTargets } from '../../../dfa/index.ts'
import { crossEntropy, initialize } from '../../../nn/index.ts'
import { finite, logSpaced, overSeeds, type ReportFigure, type Run, type RunTools, sideBySide } from '../index.ts'
import { type Descent, recordedTraining } from '../training/recorded.ts'
import { cosineFigure } from './presentation.ts'
import { type AlignmentCurves, type ImageSet, PROBE, rowsOf, trainingImages } from './training.ts'

/** One training of a fully connected linear network. */
export interface AlignedRun extends Descent {
  readonly part: 'aligned'
  readonly dataset: ImageSet
  readonly trainingSamples: number
  /** W_l = F_l F_{l−1}ᵀ and W_L = F_{L−1}ᵀ with rows of unit length (W_1 has no target), or U(±1/√fan-in). */
  readonly initial: 'aligned' | 'uniform'
  readonly depth: number
  readonly width: number
  readonly points: number
}

/** Alignments over training, the first ones before it. */
export interface AlignedResult extends AlignmentCurves {
  readonly part: 'aligned'
}

/** Finished trainings. */
export type AlignedRuns = readonly Run<AlignedRun, AlignedResult>[]

/** Orthogonal feedback, cross-entropy, plain gradient descent, measured on the way. Throws: UsageError without data. */
export function trainAligned(c: AlignedRun, tools: RunTools): AlignedResult {
  const { training, classes } = trainingImages(c.dataset, c.trainingSamples, tools.data)
  const kernels = tools.kernels('float32')
  const hidden = Array.from({ length: c.depth - 1 }, () => c.width)
  const network = mlp({ sizes: [training.inputs.shape[1], ...hidden, classes], activation: 'linear', bias: false,
    kernels })
  initialize(network, 'uniform', c.seed)
  const rule = directFeedbackAlignment({ kind: 'orthogonal', normalization: 'width', seed: c.seed, kernels })
  const run = recordedTraining({ ...c, network, rule, loss: crossEntropy('mean', kernels), kernels, training })
  if (c.initial === 'aligned') {
    for (const { weight, target } of weightTargets(network, rule.feedback)) unitRows(weight, target, c.width)
  }
  const probe = rowsOf(training, 0, PROBE)
  const gradients: (number | null)[][] = hidden.map(() => [])
  const weights: (number | null)[][] = hidden.map(() => [])
  const measure = (): void => {
    const { layerGradient } = measureAlignment(network, run.errorAt(probe))
    gradients.forEach((list, l) => list.push(finite(layerGradient[l].samples.mean)))
    weightAlignment(network, rule.feedback).forEach(({ cosine }, l) => weights[l].push(finite(cosine)))
  }
  run.run({ times: [0, ...logSpaced(1, run.total, c.points)], measure, progress: tools.progress })
  return { part: 'aligned', steps: run.steps, stepsPerEpoch: run.perEpoch, gradientAlignment: gradients,
    weightAlignment: weights, trainingLoss: run.epochLosses.map(finite) }
}

/** The rows of the target divided by their lengths. */
function unitRows(weight: Float32Array, target: Float32Array, columns: number): void {
  weight.set(target)
  for (let from = 0; from < weight.length; from += columns) {
    const row = weight.subarray(from, from + columns)
    const norm = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0))
    for (let j = 0; j < columns; j++) row[j] /= norm
  }
}

/** Results of one of the beginnings. */
export const beginning = (runs: AlignedRuns, initial: AlignedRun['initial']): readonly AlignedResult[] =>
  runs.filter(({ configuration }) => configuration.initial === initial).map(({ result }) => result)

/** Alignments over training from both beginnings. */
export function alignedFigure(name: string, runs: AlignedRuns): ReportFigure {
  const panel = (initial: AlignedRun['initial'], measure: 'gradientAlignment' | 'weightAlignment', first: number) => {
    const results = beginning(runs, initial)
    const title = `${initial === 'aligned' ? 'aligned' : 'drawn'} weights: ${first === 1 ? 'gradients' : 'weights'}`
    return cosineFigure(title, [-0.1, 1.05],
      results[0][measure].map((_, l) =>
        [`${first === 1 ? 'GA' : 'WA'}, layer ${l + first}`, results, (r) => r[measure][l]] as const
      ))
  }
  const seeds = beginning(runs, 'aligned').length
  return sideBySide(`Linear networks on ${name}, beginning aligned with the feedback or drawn; ${overSeeds(seeds)}.`,
    (['aligned', 'uniform'] as const).flatMap((
      initial,
    ) => [panel(initial, 'gradientAlignment', 1), panel(initial, 'weightAlignment', 2)]), 'both')
}
