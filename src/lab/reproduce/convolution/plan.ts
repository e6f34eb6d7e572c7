// Trainings of convolutions as a plan: each variant at several rates, and all seeds at the best of them.

import type { Run, Scale } from '../experiment.ts'
import { bestRate, RATE_TEXT, type Trial, trialsToMake } from '../rates/rate-search.ts'
import type { ConvolutionTraining, ConvolutionTrainingResult } from './training.ts'

/** A finished training. */
export type TrainingRun = Run<ConvolutionTraining, ConvolutionTrainingResult>

/** What tells variants apart. */
export type Variant = Pick<ConvolutionTraining, 'dataset' | 'method' | 'feedback' | 'classifier'>

/** Sizes of one scale. */
export interface TrainingSizes
  extends Omit<ConvolutionTraining, keyof Variant | 'part' | 'activation' | 'rate' | 'seed'>
{
  readonly seeds: number
  readonly firstRates: readonly number[]
}

const DEFAULT: TrainingSizes = { trainingSamples: 10_000, testSamples: 0, depth: 3, channels: 4, kernel: 4, batch: 32,
  epochs: 10, points: 16, seeds: 3, firstRates: [0.01, 0.03, 0.1] }

/** Sizes by scale; the paper's from the authors' code: 64 channels, batches of 128, 15 epochs, all data. */
export const SIZES: Readonly<Record<Scale, TrainingSizes>> = {
  quick: { ...DEFAULT, trainingSamples: 300, channels: 3, kernel: 3, batch: 20, epochs: 3, points: 5, seeds: 1,
    firstRates: [0.1] },
  default: DEFAULT,
  paper: { ...DEFAULT, trainingSamples: 0, channels: 64, batch: 128, epochs: 15, points: 24, seeds: 10 },
}

/** The trainings of one variant that can be named now: those done and those that the search for a rate wants next. */
export function planVariant(variant: Variant, { seeds: count, firstRates, ...sizes }: TrainingSizes, first: number,
  done: readonly Run<object, unknown>[]): readonly ConvolutionTraining[]
{
  const seeds = Array.from({ length: count }, (_, k) => first + k)
  const known = runsOf(done, variant).map(trial)
  return [...known, ...trialsToMake(known, seeds, firstRates)].map(({ rate, seed }) => ({ part: 'training', ...variant,
    ...sizes, activation: 'relu', rate, seed })
  )
}

/** Cross-entropy of ten equally probable classes: what a network says when all its units are dead. */
const CHANCE = Math.log(10)

/** A training that ends no better than chance, as one whose units died, is no better than one that diverged. */
function trial({ configuration: { rate, seed }, result: { trainingLoss } }: TrainingRun): Trial {
  const last = trainingLoss[trainingLoss.length - 1] ?? Infinity
  return { rate, seed, loss: last < 0.999 * CHANCE ? last : null }
}

/** The trainings of a variant at all rates. */
function runsOf(runs: readonly Run<object, unknown>[], v: Variant): readonly TrainingRun[] {
  return (runs as readonly TrainingRun[]).filter(({ configuration: c }) =>
    c.part === 'training' && c.dataset === v.dataset && c.method === v.method && c.feedback === v.feedback
    && c.classifier === v.classifier
  )
}

/** The trainings of a variant at the rate of least mean training loss, one per seed. */
export function trainingsOf(runs: readonly Run<object, unknown>[], variant: Variant): readonly TrainingRun[] {
  const own = runsOf(runs, variant)
  const seeds = [...new Set(own.map(({ configuration }) => configuration.seed))].sort((a, b) => a - b)
  const rate = bestRate(own.map(trial), seeds)
  return seeds.flatMap((seed) => own.filter(({ configuration: c }) => c.rate === rate && c.seed === seed))
}

/** Sizes of the trainings in words, and how their rates are found. */
export function trainingText(s: TrainingSizes): string {
  return `${s.depth - 1} convolutions (${s.channels} channels, ${s.kernel}×${s.kernel}, stride 1, no padding) with `
    + `ReLU and one linear layer, no biases, cross-entropy, SGD without momentum, batch ${s.batch}, ${s.epochs} epochs `
    + `of ${s.trainingSamples === 0 ? 'all' : s.trainingSamples} training images, seeds: ${s.seeds}. ${RATE_TEXT}`
}
