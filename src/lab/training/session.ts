// One training, step by step: configuration and data in, a network under a rule out.

import { allocateTensor, clipByNorm, clipByValue, type Clipping, cosineRate, crossEntropy, initialize, inverseRootRate,
  type Layer, type Loss, plateauRate, type Rate, type Reduction, squaredError, stepRate } from '../../nn/index.ts'
import { type LearningRule, type Trainer, trainer, TrainingStopped } from '../../dfa/index.ts'
import { type Batches, batches } from '../../data/index.ts'
import { choose, type Kernels, type Tensor, tensor } from '../../tensor/index.ts'
import { UsageError } from '../options.ts'
import { modelOf, ruleOf, type TrainingConfiguration } from './configuration.ts'
import type { Dataset, Split } from './datasets.ts'
import { buildModel, takesVectors } from './models.ts'
import { OPTIMIZERS } from './optimizers.ts'
import { type Score, scoreOf } from './score.ts'

/** A training under way. */
export interface Session {
  readonly network: Layer
  readonly rule: LearningRule
  readonly trainer: Trainer
  readonly loss: Loss
  readonly kernels: Kernels
  /** Steps of one epoch. */
  readonly perEpoch: number
  /** The next training step: batch ⌊steps/perEpoch⌋, steps mod perEpoch. Returns its loss. Throws: as `Trainer.step`. */
  readonly step: () => number
  /** η of the next step. */
  readonly rate: () => number
  /** Over the first `count` samples of a split, all unless given; in evaluation mode. Throws: TrainingStopped. */
  readonly score: (split: 'training' | 'validation' | 'test', count?: number) => Score
  /** Forward pass of the first `count` training samples in evaluation mode, and the error e there, for measures. */
  readonly probe: (count: number) => { readonly output: Tensor; readonly error: Tensor }
  /** What an epoch's loss was, for the plateau schedule; given again after a resume. */
  readonly epochLosses: number[]
}

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

/** Loss → maker. */
const LOSSES: Readonly<Record<TrainingConfiguration['loss'], (reduction: Reduction, kernels: Kernels) => Loss>> = {
  'cross-entropy': crossEntropy,
  'squared-error': (reduction) => squaredError(reduction),
}

/**
 * Plans a training; nothing is drawn from streams that another training uses.
 * Throws: Error, RangeError for a rule that cannot train the model.
 */
export function startSession(c: TrainingConfiguration, data: Dataset, kernels: Kernels): Session {
  const faults: string[] = []
  const spec = modelOf(c, faults)
  if (spec === undefined) throw new UsageError(faults.join('; '))
  const network = buildModel(spec, {
    sample: data.sample,
    classes: data.classes,
    activation: c.activation,
    bias: !c['no-bias'],
    hidden: c.hidden,
    seed: c.seed,
    kernels,
  })
  initialize(network, c.initialization, c.seed, c['initial-scale'])
  const rule = ruleOf(c, kernels)
  const where = 'startSession'
  const loss = choose(where, 'loss', c.loss, LOSSES)(c.reduction, kernels)
  const vectors = takesVectors(spec)
  const shaped = ({ inputs, targets }: Split): Split => ({
    inputs: vectors ? inputs : tensor([inputs.shape[0], ...data.sample], inputs.data),
    targets,
  })
  const splits = { training: shaped(data.training), validation: shaped(data.validation), test: shaped(data.test) }
  const samples = splits.training.inputs.shape[0]
  if (c.batch > samples) {
    throw new UsageError(`--batch: must be at most the ${samples} training samples, got ${c.batch}`)
  }
  const order: Batches = batches({ ...splits.training, size: c.batch, seed: c.seed, kernels })
  const epochLosses: number[] = []
  const clip: Clipping | undefined = c['clip-norm'] > 0
    ? clipByNorm(c['clip-norm'], kernels)
    : c['clip-value'] > 0
    ? clipByValue(c['clip-value'])
    : undefined
  const rate = choose(where, 'schedule', c.schedule, RATES)(c, order.perEpoch, epochLosses)
  const optimizer = choose(where, 'optimizer', c.optimizer, OPTIMIZERS).make(c, rate, kernels)
  const run = trainer({
    network,
    rule,
    loss,
    kernels,
    optimizer,
    constrainWeights: c['constrain-weights'],
    ...(clip === undefined ? {} : { clip }),
  })
  const inOrder = (split: Split, count: number, size: number): Batches =>
    batches({ ...split, rows: Array.from({ length: count }, (_, i) => i), size, seed: 0, shuffle: false, kernels })
  const readers = new Map<string, Batches>()
  let errors: Tensor | undefined
  return {
    network,
    rule,
    trainer: run,
    loss,
    kernels,
    perEpoch: order.perEpoch,
    epochLosses,
    rate: () => optimizer.rate,
    step() {
      const { input, target } = order.batch(Math.floor(run.steps / order.perEpoch), run.steps % order.perEpoch)
      return run.step(input, target)
    },
    score(split, count = splits[split].inputs.shape[0]) {
      // Batches of the training size use the buffers that are there.
      const size = Math.min(count, Math.max(c.batch, 50))
      const key = `${split}/${count}`
      const reader = readers.get(key) ?? inOrder(splits[split], count, size)
      readers.set(key, reader)
      const score = scoreOf(run, reader, c.reduction)
      if (!Number.isFinite(score.loss)) throw new TrainingStopped(run.steps, `${split} loss is ${score.loss}`)
      return score
    },
    probe(count) {
      const key = `probe/${count}`
      const reader = readers.get(key) ?? inOrder(splits.training, count, count)
      readers.set(key, reader)
      const { input, target } = reader.batch(0, 0)
      const { output } = run.evaluate(input, target)
      if (errors?.shape[0] !== count) errors = allocateTensor(kernels, output.shape)
      loss.evaluateInto(errors, output, target)
      return { output, error: errors }
    },
  }
}
