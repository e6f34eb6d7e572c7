// Trainings of convolutions as a plan: each variant at several rates, and all seeds at the best of them.

import type { Run, Scale } from '../experiment.ts'
import type { ConvolutionTraining, ConvolutionTrainingResult } from './convolution-training.ts'
import { bestRate, type Trial, trialsToMake } from './rate-search.ts'

/** A training within a plan. */
export interface TrainingRun extends ConvolutionTraining {
  readonly part: 'training'
}

/** What a training of a plan leaves. */
export interface TrainingRunResult extends ConvolutionTrainingResult {
  readonly part: 'training'
}

/** What tells variants apart. */
export type Variant = Pick<ConvolutionTraining, 'dataset' | 'method' | 'feedback' | 'classifier'>

/** Sizes of one scale. */
export interface TrainingSizes {
  readonly trainingSamples: number
  readonly testSamples: number
  readonly depth: number
  readonly channels: number
  readonly kernel: number
  readonly batch: number
  readonly epochs: number
  readonly points: number
  readonly seeds: number
  readonly firstRates: readonly number[]
}

/** Sizes by scale; the paper's from its code: 64 channels, batches of 128, 15 epochs, all data. */
export const SIZES: Readonly<Record<Scale, TrainingSizes>> = {
  quick: {
    trainingSamples: 300,
    testSamples: 0,
    depth: 3,
    channels: 3,
    kernel: 3,
    batch: 20,
    epochs: 3,
    points: 5,
    seeds: 1,
    firstRates: [0.1],
  },
  default: {
    trainingSamples: 10_000,
    testSamples: 0,
    depth: 3,
    channels: 4,
    kernel: 4,
    batch: 32,
    epochs: 10,
    points: 16,
    seeds: 3,
    firstRates: [0.01, 0.03, 0.1],
  },
  paper: {
    trainingSamples: 0,
    testSamples: 0,
    depth: 3,
    channels: 64,
    kernel: 4,
    batch: 128,
    epochs: 15,
    points: 24,
    seeds: 10,
    firstRates: [0.01, 0.03, 0.1],
  },
}

/** The trainings of one variant that can be named now: those done and those that the search for a rate wants next. */
export function planVariant(
  variant: Variant,
  s: TrainingSizes,
  seed: number,
  done: readonly Run<object, unknown>[],
): readonly TrainingRun[] {
  const seeds = Array.from({ length: s.seeds }, (_, k) => seed + k)
  const training = (rate: number, own: number): TrainingRun => ({
    part: 'training',
    ...variant,
    trainingSamples: s.trainingSamples,
    testSamples: s.testSamples,
    depth: s.depth,
    channels: s.channels,
    kernel: s.kernel,
    activation: 'relu',
    rate,
    batch: s.batch,
    epochs: s.epochs,
    seed: own,
    points: s.points,
  })
  const known = runsOf(done, variant).map(trial)
  return [...known, ...trialsToMake(known, seeds, s.firstRates)].map(({ rate, seed: own }) => training(rate, own))
}

/** Cross-entropy of ten equally probable classes: what a network says when all its units are dead. */
const CHANCE = Math.log(10)

/** A training that ends no better than chance, as one whose units died, is no better than one that diverged. */
function trial({ configuration, result }: Run<TrainingRun, TrainingRunResult>): Trial {
  const { rate, seed } = configuration
  const last = result.trainingLoss[result.trainingLoss.length - 1] ?? Infinity
  return { rate, seed, loss: last < 0.999 * CHANCE ? last : null }
}

/** The trainings of a variant at all rates. */
function runsOf(
  runs: readonly Run<object, unknown>[],
  variant: Variant,
): readonly Run<TrainingRun, TrainingRunResult>[] {
  return runs.filter(({ configuration }) => {
    const c = configuration as TrainingRun
    return (c.part === 'training'
      && c.dataset === variant.dataset
      && c.method === variant.method
      && c.feedback === variant.feedback
      && c.classifier === variant.classifier)
  }) as unknown as readonly Run<TrainingRun, TrainingRunResult>[]
}

/** The trainings of a variant at the rate of least mean training loss, one per seed. */
export function trainingsOf(
  runs: readonly Run<object, unknown>[],
  variant: Variant,
): readonly Run<TrainingRun, TrainingRunResult>[] {
  const own = runsOf(runs, variant)
  const seeds = [...new Set(own.map(({ configuration }) => configuration.seed))].sort((a, b) => a - b)
  const rate = bestRate(own.map(trial), seeds)
  return seeds.flatMap((seed) => own.filter(({ configuration: c }) => c.rate === rate && c.seed === seed))
}

/** The data sets that runs trained on, each once. */
export function datasetsOf(runs: readonly Run<object, unknown>[]): readonly ConvolutionTraining['dataset'][] {
  return [...new Set(runs.flatMap(({ configuration }) => {
    const { part, dataset } = configuration as Partial<TrainingRun>
    return part === 'training' && dataset !== undefined ? [dataset] : []
  }))]
}

/** A data set's name in texts. */
export const DATASET_NAMES: Readonly<Record<ConvolutionTraining['dataset'], string>> = {
  mnist: 'MNIST',
  cifar10: 'CIFAR-10',
  patterns: 'generated patterns',
}

/** How rates are found, in words. */
export const RATE_TEXT =
  'The rate of each variant is that of least training loss in the last epoch, in the mean over seeds, on a ladder '
  + 'of factors of three: one seed climbs it until its best rate has two worse neighbors, then all seeds train there '
  + 'and below, until the best rate has a worse one under it. Losses no better than chance count as divergence.'

/** Sizes of the trainings in words. */
export function trainingText(s: TrainingSizes): string {
  return (`${
    s.depth - 1
  } convolutions (${s.channels} channels, ${s.kernel}×${s.kernel}, stride 1, no padding) with ReLU `
    + 'and one linear layer, no biases, cross-entropy, '
    + `SGD without momentum, batch ${s.batch}, ${s.epochs} epochs of `
    + `${s.trainingSamples === 0 ? 'all' : s.trainingSamples} training images, ${s.seeds} seed(s).`)
}
