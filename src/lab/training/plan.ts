// What a configuration makes of a network: the parts that one thread trains with, or that each owner of segments does.

import { binaryCrossEntropy, clipByNorm, clipByValue, type Clipping, cosineRate, crossEntropy, inverseRootRate,
  type Layer, type Loss, type Optimizer, plateauRate, type Rate, type Reduction, squaredError,
  stepRate } from '../../nn/index.ts'
import type { LearningRule } from '../../dfa/index.ts'
import { crossCovariance } from '../../data/index.ts'
import { choose, type Kernels, type Matrix, multiply, tensor, transpose } from '../../tensor/index.ts'
import { UsageError } from '../options.ts'
import { modelOf, ruleOf, slopeOf, type TrainingConfiguration } from './configuration.ts'
import type { Dataset, Split } from './datasets.ts'
import { buildModel, takesVectors } from './models.ts'
import { OPTIMIZERS } from './optimizers.ts'

type MakeRate = (c: TrainingConfiguration, perEpoch: number, losses: readonly number[]) => Rate

const RATES: Readonly<Record<TrainingConfiguration['schedule'], MakeRate>> = {
  constant: ({ rate }) => rate,
  step: ({ rate, milestones }, perEpoch) => stepRate({ rate, milestones: milestones.map((epoch) => epoch * perEpoch) }),
  cosine: ({ rate, epochs }, perEpoch) => cosineRate({ rate, steps: epochs * perEpoch }),
  'inverse-root': ({ rate, 'warm-up': warmUp }) => inverseRootRate({ rate, warmUp }),
  plateau: ({ rate }, _perEpoch, losses) => {
    const after = plateauRate({ rate, patience: 2 })
    return () => after(losses)
  },
}

const LOSSES: Readonly<Record<TrainingConfiguration['loss'], (reduction: Reduction, kernels: Kernels) => Loss>> = {
  'cross-entropy': crossEntropy,
  'squared-error': (reduction) => squaredError(reduction),
  'binary-cross-entropy': (reduction) => binaryCrossEntropy(reduction),
}

/** What a plan knows of the data. */
export type Material = Pick<Dataset, 'sample' | 'classes' | 'training'>

/** The parts of a training. */
export interface TrainingPlan {
  /** Without initial weights and rule. */
  readonly network: Layer
  readonly rule: LearningRule
  readonly loss: Loss
  readonly clip: Clipping | undefined
  /** η of every step, by `epochLosses` where the schedule looks at them. */
  readonly rate: Rate
  /** What an epoch's loss was. */
  readonly epochLosses: number[]
  /** A new optimizer. */
  readonly optimizer: () => Optimizer
  /** Steps of one epoch. */
  readonly perEpoch: number
  /** A split as the network takes it: vectors or feature maps. No copy. */
  readonly shaped: (split: Split) => Split
}

/** What shaped feedback is made of: Σ_yx Σ_yxᵀ of the training samples. */
function spectrumOf(c: TrainingConfiguration, { inputs, targets }: Split): Matrix | undefined {
  if (c.feedback !== 'shaped') return undefined
  const covariance = crossCovariance(inputs, targets)
  return multiply(covariance, transpose(covariance))
}

/** Nothing is drawn. Throws: UsageError for a model that is none or a batch of more than all samples. */
export function planTraining(c: TrainingConfiguration, data: Material, kernels: Kernels): TrainingPlan {
  const faults: string[] = []
  const spec = modelOf(c, faults)
  if (spec === undefined) throw new UsageError(faults.join('; '))
  const samples = data.training.inputs.shape[0]
  if (c.batch > samples) {
    throw new UsageError(`--batch: must be at most the ${samples} training samples, got ${c.batch}`)
  }
  const where = 'planTraining'
  const perEpoch = Math.ceil(samples / c.batch)
  const epochLosses: number[] = []
  const rate = choose(where, 'schedule', c.schedule, RATES)(c, perEpoch, epochLosses)
  const { make } = choose(where, 'optimizer', c.optimizer, OPTIMIZERS)
  const vectors = takesVectors(spec)
  return {
    network: buildModel(spec, {
      sample: data.sample,
      classes: data.classes,
      activation: c.activation,
      ...slopeOf(c),
      bias: !c['no-bias'],
      hidden: c.hidden,
      seed: c.seed,
      kernels,
    }),
    rule: ruleOf(c, kernels, spectrumOf(c, data.training)),
    loss: choose(where, 'loss', c.loss, LOSSES)(c.reduction, kernels),
    clip: c['clip-norm'] > 0 ? clipByNorm(c['clip-norm'], kernels)
      : c['clip-value'] > 0 ? clipByValue(c['clip-value']) : undefined,
    rate,
    epochLosses,
    optimizer: () => make(c, rate, kernels),
    perEpoch,
    shaped: ({ inputs, targets }) => ({
      inputs: vectors ? inputs : tensor([inputs.shape[0], ...data.sample], inputs.data),
      targets,
    }),
  }
}
