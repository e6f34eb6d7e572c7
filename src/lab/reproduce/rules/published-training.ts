// Trainings at settings that authors publish with their code.

import { kolenPollack, type LearningRule, RULES, trainer, TrainingStopped, transportAlignment,
  weightMirror } from '../../../dfa/index.ts'
import { batches } from '../../../data/index.ts'
import { initialize } from '../../../nn/index.ts'
import { choose, type Kernels } from '../../../tensor/index.ts'
import { DEFAULTS, type TrainingConfiguration } from '../../training/configuration.ts'
import { readDataset } from '../../training/datasets.ts'
import { planTraining } from '../../training/plan.ts'
import { scoreOf } from '../../training/score.ts'
import { sampleParts } from '../../training/tasks/classification.ts'
import type { RunTools } from '../experiment.ts'
import { runLoop } from '../resumable.ts'
import { keepingLast } from '../../kept.ts'

/** Whose table a training belongs to. */
export type Table = 'akrout' | 'biotorch'

/** One training. Everything that a table does not vary stands in `SETTINGS`. */
export interface PublishedConfiguration {
  readonly table: Table
  readonly rule: string
  readonly rate: number
  readonly epochs: number
  /** 0 for all that are not held out. */
  readonly trainingSamples: number
  readonly validationSamples: number
  /** 0 for all. */
  readonly testSamples: number
  /** Epochs after which the test set is looked at, ascending. */
  readonly looks: readonly number[]
  readonly seed: number
}

/** After some epochs. */
export interface Look {
  readonly epoch: number
  /** Of the test samples. */
  readonly accuracy: number
  /** ∠(W, R) of the highest layer that carries, in degrees; null without transports. */
  readonly angle: number | null
}

/** What comes of a training; validation null without samples held out. */
export type PublishedResult = { readonly looks: readonly Look[]; readonly validation: number | null } | {
  readonly diverged: number
}

/** True for a training that came to its end. */
export function isFinished(result: PublishedResult): result is Extract<PublishedResult, { looks: unknown }> {
  return 'looks' in result
}

/**
 * akrout2019, code and logs: 784-500-10, sigmoid, binary cross-entropy of sigmoid outputs, plain descent, batch 128,
 * pixels in [0, 1], weights of variance 1/(I + O) (uniform here). BioTorch: LeNet, momentum 0.9, L2 penalty 10⁻³, batch
 * 64, the rate divided by ten after a half and three quarters of the epochs.
 */
const SETTINGS: Readonly<Record<Table, (c: PublishedConfiguration) => Partial<TrainingConfiguration>>> = {
  akrout: () => ({ model: 'mlp', hidden: [500], activation: 'sigmoid', loss: 'binary-cross-entropy', optimizer: 'sgd',
    batch: 128, standardize: 'none', initialization: 'glorot', 'initial-scale': Math.SQRT1_2 }),
  biotorch: ({ epochs }) => ({ model: 'lenet', optimizer: 'momentum', 'weight-decay': 0.001, batch: 64,
    standardize: 'channel', initialization: 'uniform', feedback: 'uniform', schedule: 'step',
    milestones: [0.5, 0.75].map((share) => Math.round(share * epochs)) }),
}

/** The training of a configuration, but for its rule. */
export function trainingOf(c: PublishedConfiguration): TrainingConfiguration {
  return { ...DEFAULTS, dataset: 'mnist', rule: 'backpropagation', rate: c.rate, seed: c.seed, activation: 'relu',
    optimizer: 'momentum', momentum: 0.9, epochs: c.epochs, ...SETTINGS[c.table](c) }
}

/** Noise U[−½, ½) times 0.1, 128 vectors whose products are summed at a rate of 0.01, an epoch of it before the first. */
const MIRROR = { mirrorRate: 1.28, mirrorDecay: 0, deviation: 0.1 / Math.sqrt(12), samples: 128,
  response: 'sigmoid' } as const

/** The rule as the authors have it: their published Kolen–Pollack runs have λ = 0. */
function ruleOf({ table, rule, seed }: PublishedConfiguration, perEpoch: number, kernels: Kernels): LearningRule {
  const common = { seed, kernels, kind: table === 'akrout' ? 'gaussian' : 'uniform' } as const
  if (table === 'akrout' && rule === 'kolen-pollack') return kolenPollack({ ...common, decay: 0 })
  if (table === 'akrout' && rule === 'weight-mirror') return weightMirror({ ...common, ...MIRROR, first: perEpoch })
  return choose('ruleOf', 'rule', rule, RULES)(common)
}

/** MNIST by channel, or its bytes divided by 255. */
const dataOf = keepingLast(
  (directory: string | undefined, trainingSamples: number, validationSamples: number, areBytes: boolean) => {
    const data = readDataset('mnist', directory, { trainingSamples, validationSamples,
      standardize: areBytes ? 'none' : 'channel' })
    if (areBytes) {
      for (const { inputs } of [data.training, data.validation, data.test]) {
        for (let i = 0; i < inputs.data.length; i++) inputs.data[i] /= 255
      }
    }
    return data
  },
)

/** Trains and looks. Throws: UsageError for data that are missing or too few. */
export function trainPublished(c: PublishedConfiguration, tools: RunTools): PublishedResult {
  const { data: directory, kernels: source } = tools
  const kernels = source('float32')
  const t = trainingOf(c)
  const data = dataOf(directory, c.trainingSamples, c.validationSamples, t.standardize === 'none')
  const { network, loss, perEpoch, shaped } = sampleParts(t, data, kernels)
  const { optimizer } = planTraining(t, perEpoch, kernels)
  initialize(network, t.initialization, c.seed, t['initial-scale'])
  const run = trainer({ network, rule: ruleOf(c, perEpoch, kernels), loss, kernels, optimizer: optimizer() })
  const order = batches({ ...shaped(data.training), size: t.batch, seed: c.seed, kernels })
  const reader = (split: typeof data.test, count: number) => {
    const size = Math.min(t.batch, count)
    return batches({ ...shaped(split), rows: Array.from({ length: count }, (_, i) => i), size, seed: 0, shuffle: false,
      kernels })
  }
  const test = reader(data.test, c.testSamples === 0 ? data.test.inputs.shape[0] : c.testSamples)
  const state = { looks: [] as Look[] }
  const look = (epoch: number): void => {
    const carried = transportAlignment(network)
    const cosine = carried[carried.length - 1]?.cosine
    state.looks.push({ epoch, accuracy: scoreOf(run, test, 'mean').accuracy,
      angle: cosine === undefined ? null : 180 / Math.PI * Math.acos(Math.min(1, cosine)) })
  }
  try {
    runLoop({ trainer: run, steps: c.epochs * perEpoch, state,
      content: () => [data.training.inputs, data.training.targets], step(index) {
      const { input, target } = order.batch(Math.floor(index / perEpoch), index % perEpoch)
      run.step(input, target)
      const epoch = (index + 1) / perEpoch
      if (c.looks.includes(epoch)) look(epoch)
    } }, tools)
    return { looks: state.looks,
      validation: c.validationSamples === 0 ? null
        : scoreOf(run, reader(data.validation, c.validationSamples), 'mean').accuracy }
  } catch (error) {
    if (error instanceof TrainingStopped) return { diverged: error.step }
    throw error
  }
}
