// One rule trains one model: the run of every cell of the table, and what may come of it.

import { type AlignmentRecord, alignmentRecord, RuleRefused, TrainingStopped,
  weightTargets } from '../../../dfa/index.ts'
import { dot, type Tensor } from '../../../tensor/index.ts'
import { DEFAULTS, type TrainingConfiguration } from '../../training/configuration.ts'
import { type DatasetName, readDataset } from '../../training/datasets.ts'
import type { ModelName } from '../../training/models.ts'
import { type Session, startSession } from '../../training/session.ts'
import { samplesOf } from '../../training/tasks/classification.ts'
import type { Material } from '../../training/tasks/task.ts'
import type { RunTools } from '../experiment.ts'
import { runLoop } from '../resumable.ts'
import { keepingLast } from '../../kept.ts'
import type { Units } from './entries.ts'

/** The optimizers that rules are tuned with. */
export type RuleOptimizer = 'momentum' | 'adam'

/** A training. `tuning` runs choose optimizer and rate and never see the test set; `longer` ones go beyond the budget. */
export interface RuleConfiguration {
  readonly stage: 'tuning' | 'final' | 'longer'
  readonly dataset: DatasetName
  readonly model: ModelName
  readonly rule: string
  readonly units: Units
  readonly optimizer: RuleOptimizer
  /** At the first step; falls to 0 as a cosine. */
  readonly rate: number
  /** Of weights, batches and feedback. */
  readonly seed: number
  readonly epochs: number
  readonly batch: number
  /** 0 for all that are not held out. */
  readonly trainingSamples: number
  readonly validationSamples: number
  /** 0 for all; without meaning in tuning. */
  readonly testSamples: number
}

/** Cosines at the end of a training, by the name of the layer; null where undefined. */
export interface EndAlignment {
  /** Mean over samples of cos∠(da rule, da exact), below the last layer. */
  readonly gradient: Readonly<Record<string, number | null>>
  /** cos∠ of the gradients summed over the probe. */
  readonly summed: Readonly<Record<string, number | null>>
  /** cos∠(W_l, R_l), or cos∠(W_l, F_l F_{l−1}ᵀ) under a direct rule. */
  readonly weight: Readonly<Record<string, number | null>>
  /** |R_l|/|W_l|, or |F_l F_{l−1}ᵀ|/|W_l| under a direct rule. */
  readonly norm: Readonly<Record<string, number | null>>
}

/** A training that came to its end. */
export interface Trained {
  readonly validation: number
  /** Loss of the first step, before its update. */
  readonly start: number
  /** Mean loss of the last epoch's steps. */
  readonly loss: number
  /** null in a sweep. */
  readonly test: number | null
  readonly alignment: EndAlignment | null
}

/** A rule that cannot train the model, and why. */
type Refused = { readonly refused: string }

/** What comes of a run; `diverged`: the step at which numbers were no longer finite. */
export type RuleResult = Trained | Refused | { readonly diverged: number }

/** Samples of the training set on which alignment is measured. */
const PROBE = 256

/** True for a run with an accuracy. */
export function isTrained(result: RuleResult): result is Trained {
  return 'validation' in result
}

/** True for a rule that is not defined for the model. */
export function isRefused(result: RuleResult): result is Refused {
  return 'refused' in result
}

/** The training of a configuration: what `train` takes by default today may not be what it took then. */
export function trainingOf(c: RuleConfiguration): TrainingConfiguration {
  return { ...DEFAULTS, dataset: c.dataset, model: c.model, rule: c.rule, rate: c.rate, seed: c.seed,
    'feedback-seed': c.seed, epochs: c.epochs, batch: c.batch, 'training-samples': c.trainingSamples,
    'validation-samples': c.validationSamples, standardize: 'channel', schedule: 'cosine', optimizer: c.optimizer,
    momentum: 0.9, hidden: [500], initialization: 'uniform', feedback: 'uniform', 'feedback-normalization': 'width',
    activation: 'relu', ...UNITS[c.units] }
}

/** What a network and its loss are made of; a model without hidden layers is the mlp without any. */
const UNITS: Readonly<Record<Units, Partial<TrainingConfiguration>>> = {
  relu: { activation: 'relu', loss: 'cross-entropy' },
  bounded: { activation: 'tanh', loss: 'binary-cross-entropy' },
  none: { model: 'mlp', hidden: [], loss: 'cross-entropy' },
}

const dataOf = keepingLast(readDataset)

/**
 * Trains, then measures accuracy and alignment. What the rule itself refuses is a result; any other fault is thrown.
 * Throws: UsageError for data that are missing or too few.
 */
export function trainRule(c: RuleConfiguration, tools: RunTools): RuleResult {
  const training = trainingOf(c)
  const data = dataOf(c.dataset, tools.data, { trainingSamples: c.trainingSamples,
    validationSamples: c.validationSamples, standardize: training.standardize })
  try {
    const material = samplesOf(data)
    const session = startSession(training, material, tools.kernels('float32'))
    return finish(c, session, runSteps(session, c.epochs, material, tools))
  } catch (error) {
    if (error instanceof TrainingStopped) return { diverged: error.step }
    if (error instanceof RuleRefused) return { refused: error.why }
    throw error
  }
}

/** Loss of the first step, before its update, and mean loss of the last epoch. */
function runSteps(session: Session, epochs: number, { content }: Material,
  tools: RunTools): Pick<Trained, 'start' | 'loss'>
{
  const { perEpoch, trainer } = session
  const state = { start: 0, total: 0 }
  runLoop({ trainer, steps: epochs * perEpoch, state, content: () => content, step(index) {
    if (index % perEpoch === 0) state.total = 0
    const loss = session.step()
    if (index === 0) state.start = loss
    state.total += loss
  } }, tools)
  return { start: state.start, loss: state.total / perEpoch }
}

/** Throws: TrainingStopped where the last update overflowed what no further step looks at. */
function finish(c: RuleConfiguration, session: Session, losses: Pick<Trained, 'start' | 'loss'>): Trained {
  const validation = session.score('validation').accuracy
  if (c.stage === 'tuning') return { validation, ...losses, test: null, alignment: null }
  const { accuracy } = c.testSamples === 0 ? session.score('test') : session.score('test', c.testSamples)
  return { validation, ...losses, test: accuracy, alignment: alignmentOf(session, c) }
}

function alignmentOf({ network, rule, trainer, probe }: Session, { trainingSamples }: RuleConfiguration): EndAlignment {
  const { error } = probe(trainingSamples === 0 ? PROBE : Math.min(PROBE, trainingSamples))
  const { feedback } = rule as { readonly feedback?: unknown }
  const matrices = Array.isArray(feedback) ? feedback as readonly Tensor[] : undefined
  const record = alignmentRecord({ network, step: trainer.steps, error }, matrices)
  const direct = matrices === undefined ? [] : weightTargets(network, matrices)
  const ratio = (r: Float32Array, w: Float32Array): number | null => {
    const value = Math.sqrt(dot(r, r) / dot(w, w))
    return Number.isFinite(value) ? value : null
  }
  return { ...gradients(record), weight: record.weight,
    norm: { ...record.normRatio,
      ...Object.fromEntries(direct.map(({ name, weight, target }) => [name, ratio(target, weight)])) } }
}

/** The last layer's gradient is the exact one under every rule: it says nothing. */
function gradients({ layerGradient }: AlignmentRecord): Pick<EndAlignment, 'gradient' | 'summed'> {
  const below = Object.entries(layerGradient).slice(0, -1)
  return { gradient: Object.fromEntries(below.map(([name, { mean }]) => [name, mean])),
    summed: Object.fromEntries(below.map(([name, { batch }]) => [name, batch])) }
}
