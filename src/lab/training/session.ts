// One training, step by step: configuration and data in, a network under a rule out.

import { allocateTensor, initialize, type Layer, type Loss, type NamedArray } from '../../nn/index.ts'
import { rateAt } from '../../nn/optimizers/schedule.ts'
import { type LearningRule, preAlign, sparseUpdateMask, type Trainer, trainer,
  TrainingStopped } from '../../dfa/index.ts'
import { type Batches, batches } from '../../data/index.ts'
import type { Kernels, Tensor } from '../../tensor/index.ts'
import { layersNamed, type TrainingConfiguration } from './configuration.ts'
import type { Dataset, Split } from './datasets.ts'
import { planTraining } from './plan.ts'
import { lossSum, type Score, scoreOf } from './score.ts'
import { silentLayer } from './silent.ts'

/** A training under way. */
export interface Session {
  readonly network: Layer
  readonly rule: LearningRule
  readonly trainer: Trainer
  readonly loss: Loss
  readonly kernels: Kernels
  /** Shape of one sample as the network takes it. */
  readonly sample: readonly number[]
  /** Steps of one epoch. */
  readonly perEpoch: number
  /** The next training step: batch ⌊steps/perEpoch⌋, steps mod perEpoch. Returns its loss. Throws: as `Trainer.step`. */
  readonly step: () => number
  /** The sum over samples that a step's loss stands for. */
  readonly sumOf: (step: number, loss: number) => number
  /** η of a step, the next unless given. */
  readonly rate: (step?: number) => number
  /** Over the first `count` samples of a split, all unless given; in evaluation mode. Throws: TrainingStopped. */
  readonly score: (split: 'training' | 'validation' | 'test', count?: number) => Score
  /** Forward pass of the first `count` training samples in evaluation mode, and the error e there, for measures. */
  readonly probe: (count: number) => { readonly output: Tensor; readonly error: Tensor }
  /** The lowest layer whose outputs are 0 on every training sample, undefined without one; in evaluation mode. */
  readonly silent: () => string | undefined
  /** What an epoch's loss was, for the plateau schedule; given again after a resume. */
  readonly epochLosses: number[]
}

/** All that a checkpoint holds: parameters and the state of optimizer, rule, weight norms and layers; no copies. */
export function arraysOf({ trainer: run }: Session): readonly NamedArray[] {
  return [...run.parameters.map(({ name, value }) => ({ name: `parameter/${name}`, data: value.data })), ...run.state()]
}

/**
 * Plans a training; nothing is drawn from streams that another training uses.
 * Throws: Error, RangeError for a rule that cannot train the model.
 */
export function startSession(c: TrainingConfiguration, data: Dataset, kernels: Kernels): Session {
  const plan = planTraining(c, data, kernels)
  const { network, rule, loss, clip, epochLosses, shaped } = plan
  initialize(network, c.initialization, c.seed, c['initial-scale'])
  const splits = { training: shaped(data.training), validation: shaped(data.validation), test: shaped(data.test) }
  const order: Batches = batches({ ...splits.training, size: c.batch, seed: c.seed, kernels })
  const run = trainer({
    network,
    rule,
    loss,
    kernels,
    optimizer: plan.optimizer(),
    constrainWeights: c['constrain-weights'],
    ...(c['hidden-reduction'] === 'as-loss' ? {} : { hiddenReduction: c['hidden-reduction'] }),
    frozen: layersNamed(network, 'frozen-layers', c['frozen-layers']),
    masks: layersNamed(network, 'masked-layer', c['masked-layer']).map((layer) =>
      sparseUpdateMask(layer, c['masked-share'], c.seed)
    ),
    ...(clip === undefined ? {} : { clip }),
  })
  if (c['pre-align']) preAlign(network, loss, order.batch(0, 0))
  const inOrder = (split: Split, count: number, size: number): Batches =>
    batches({ ...split, rows: Array.from({ length: count }, (_, i) => i), size, seed: 0, shuffle: false, kernels })
  const readers = new Map<string, Batches>()
  const reader = (split: keyof typeof splits, count: number, size: number): Batches => {
    const key = `${split}/${count}/${size}`
    const found = readers.get(key) ?? inOrder(splits[split], count, size)
    readers.set(key, found)
    return found
  }
  // Batches of the training size use the buffers that are there.
  const sizeOf = (count: number): number => Math.min(count, Math.max(c.batch, 50))
  const samples = splits.training.inputs.shape[0]
  const sum = lossSum(c.reduction)
  let errors: Tensor | undefined
  return {
    network,
    rule,
    trainer: run,
    loss,
    kernels,
    sample: splits.training.inputs.shape.slice(1),
    perEpoch: order.perEpoch,
    epochLosses,
    rate: (step = run.steps) => rateAt('session.rate', plan.rate, step),
    step() {
      const { input, target } = order.batch(Math.floor(run.steps / order.perEpoch), run.steps % order.perEpoch)
      return run.step(input, target)
    },
    sumOf: (step, loss) => sum(loss, Math.min(c.batch, samples - (step % order.perEpoch) * c.batch)),
    silent: () => silentLayer(network, reader('training', samples, sizeOf(samples))),
    score(split, count = splits[split].inputs.shape[0]) {
      const score = scoreOf(run, reader(split, count, sizeOf(count)), c.reduction)
      if (!Number.isFinite(score.loss)) throw new TrainingStopped(run.steps, `${split} loss is ${score.loss}`)
      return score
    },
    probe(count) {
      const { input, target } = reader('training', count, count).batch(0, 0)
      const { output } = run.evaluate(input, target)
      if (errors?.shape[0] !== count) errors = allocateTensor(kernels, output.shape)
      loss.evaluateInto(errors, output, target)
      return { output, error: errors }
    },
  }
}
