// One training, step by step: configuration and data in, a network under a rule out.

import { allocateTensor, initialize, type Layer, type Loss, type NamedArray } from '../../nn/index.ts'
import { rateAt } from '../../nn/optimizers/schedule.ts'
import { type LearningRule, preAlign, sparseUpdateMask, type Trainer, trainer,
  TrainingStopped } from '../../dfa/index.ts'
import { partsOf } from '../../dfa/rules/rule.ts'
import { identity, type Kernels, type Tensor } from '../../tensor/index.ts'
import { layersNamed, ruleOf } from './configuration.ts'
import type { TrainingConfiguration } from './options.ts'
import { planTraining } from './plan.ts'
import type { Score } from './score.ts'
import { silentLayer } from './silent.ts'
import type { Material, Prepared, SplitName } from './tasks/task.ts'

/** A training under way. */
export interface Session {
  readonly network: Layer
  readonly rule: LearningRule
  readonly trainer: Trainer
  readonly loss: Loss
  readonly kernels: Kernels
  /** Steps of one epoch. */
  readonly perEpoch: number
  /** Units (samples, nodes, …) of each split. */
  readonly sizes: Prepared['sizes']
  /** Units that the first `steps` steps of an epoch see. */
  readonly unitsAfter: (steps: number) => number
  /** The next training step: batch ⌊steps/perEpoch⌋, steps mod perEpoch. Returns its loss. Throws: as `Trainer.step`. */
  readonly step: () => number
  /** The sum over units that a step's loss stands for. */
  readonly sumOf: (step: number, loss: number) => number
  /** η of a step, the next unless given. */
  readonly rate: (step?: number) => number
  /** Over the first `count` units of a split, all unless given; in evaluation mode. Throws: TrainingStopped. */
  readonly score: (split: SplitName, count?: number) => Score
  /** Forward pass of the first `count` training units in evaluation mode, and the error e there, for measures. */
  readonly probe: (count: number) => { readonly output: Tensor; readonly error: Tensor }
  /** The lowest layer whose outputs are 0 on all that is trained on, undefined without one; in evaluation mode. */
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
 * Throws: UsageError for options that do not fit the data; Error, RangeError for a rule that cannot train the model.
 */
export function startSession(c: TrainingConfiguration, material: Material, kernels: Kernels): Session {
  const { network, loss, order, unitsAfter, sizes, sumOf, ...prepared } = material.compose(c, kernels)
  const { perEpoch } = order
  const { clip, epochLosses, ...plan } = planTraining(c, perEpoch, kernels, prepared.decays)
  const rule = ruleOf(c, kernels, prepared.spectrum ?? (() => identity(partsOf(network).outputs)))
  if (prepared.drawWeights === undefined) initialize(network, c.initialization, c.seed, c['initial-scale'])
  else prepared.drawWeights()
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
  let errors: Tensor | undefined
  return {
    network,
    rule,
    trainer: run,
    loss,
    kernels,
    perEpoch,
    sizes,
    epochLosses,
    unitsAfter,
    rate: (step = run.steps) => rateAt('session.rate', plan.rate, step),
    step() {
      const { input, target } = order.batch(Math.floor(run.steps / perEpoch), run.steps % perEpoch)
      return run.step(input, target)
    },
    sumOf: (step, value) => sumOf(value, unitsAfter(step % perEpoch + 1) - unitsAfter(step % perEpoch)),
    silent: () => silentLayer(network, prepared.inOrder()),
    score(split, count = sizes[split]) {
      const score = prepared.score(run, split, count)
      if (!Number.isFinite(score.loss)) throw new TrainingStopped(run.steps, `${split} loss is ${score.loss}`)
      return score
    },
    probe(count) {
      const { input, target } = prepared.probe(count)
      const { output } = run.evaluate(input, target)
      if (errors?.shape[0] !== output.shape[0]) errors = allocateTensor(kernels, output.shape)
      loss.evaluateInto(errors, output, target)
      return { output, error: errors }
    },
  }
}
