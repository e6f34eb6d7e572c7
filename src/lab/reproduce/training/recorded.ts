// A training that is measured on its way: network, rule and data in, numbers at chosen steps out.

import { batches } from '../../../data/index.ts'
import { type LearningRule, type Trainer, trainer } from '../../../dfa/index.ts'
import type { TrainerOptions } from '../../../dfa/trainer.ts'
import { type Layer, type Loss, planned, sgd } from '../../../nn/index.ts'
import type { Kernels, Tensor } from '../../../tensor/index.ts'
import { type LoopTools, runLoop } from '../resumable.ts'
import type { Split } from '../../training/datasets.ts'
import { type Score, scoreOf } from '../../training/score.ts'

/** Plain gradient descent, as all experiments on trained networks have it. */
export interface Descent {
  readonly rate: number
  readonly batch: number
  readonly epochs: number
  /** Draws the order of the samples, and in configurations more that they name. */
  readonly seed: number
}

/** A training by gradient descent. */
export interface RecordedTrainingOptions extends Descent, Pick<TrainerOptions, 'hiddenReduction' | 'frozen' | 'masks'> {
  /** With its initial weights; the rule is installed at once. */
  readonly network: Layer
  readonly rule: LearningRule
  readonly loss: Loss
  readonly kernels: Kernels
  /** Inputs shaped as the network takes them. */
  readonly training: Split
  /** Leaves out a last batch of fewer samples where there is a whole one; false unless given. */
  readonly dropLast?: boolean
}

/**
 * When to measure, and what is called then. With a `checkpoint` the run goes on where it was stopped, and `state` holds
 * all that `measure` has written.
 */
export interface Recording extends LoopTools {
  /** Steps done; 0 is before the first, and `[0, ...logSpaced(1, training.total, n)]` the usual list. */
  readonly times: readonly number[]
  /** Between two steps: it may change the rule of the trainer. */
  readonly measure: () => void
  /** Asked after each measurement; the training ends there when true. */
  readonly until?: () => boolean
  /** As of `Loop`. */
  readonly state?: object
}

/**
 * A training that is planned and not yet run: what depends on the installed rule (its feedback, weights that are set by
 * it) is done between `recordedTraining` and `run`.
 */
export interface RecordedTraining {
  readonly trainer: Trainer
  /** Steps of one epoch, and of all. */
  readonly perEpoch: number
  readonly total: number
  /** Times at which `measure` has been called. */
  readonly steps: readonly number[]
  /** Loss of each finished epoch: the mean over its steps, before their updates. */
  readonly epochLosses: readonly number[]
  /** Mean loss and share of right answers over all samples of a split, at most `size` at a time; changes nothing. */
  readonly score: (split: Split, size?: number) => Score
  /**
   * Forward pass of samples in evaluation mode and the error e = ∂𝓛/∂a_L there, for measures of alignment on that pass.
   * Shapes: returned [B, K]. Aliasing: valid until the next call.
   */
  readonly errorAt: (samples: Split) => Tensor
  /** From the steps that are done to the end of all epochs, or `until`; may then be called again. Throws: TrainingStopped where values are no longer finite; what was measured until then stays. */
  readonly run: (recording: Recording) => void
}

/** Plans a training. Throws: what `trainer` and `batches` throw for rules, sizes and data that do not fit. */
export function recordedTraining(options: RecordedTrainingOptions): RecordedTraining {
  const { network, rule, loss, kernels, training, rate, batch, epochs, seed, dropLast = false } = options
  const { hiddenReduction = loss.reduction, frozen = [], masks = [] } = options
  const run = trainer({ network, rule, loss, kernels, optimizer: sgd(rate, kernels), hiddenReduction, frozen, masks })
  const hasWhole = training.inputs.shape[0] > batch
  const order = batches({ ...training, size: batch, seed, kernels, dropLast: dropLast && hasWhole })
  const { perEpoch } = order
  const total = epochs * perEpoch
  const steps: number[] = []
  const epochLosses: number[] = []
  /** Of the losses of this epoch so far; a run that has ended may go on within it. */
  const epoch = { sum: 0 }
  const errors = planned('errorAt', kernels, (shape, space) => space.tensor(shape))
  return {
    trainer: run,
    perEpoch,
    total,
    steps,
    epochLosses,
    score(split, size = 500) {
      const count = split.inputs.shape[0]
      return scoreOf(run, batches({ ...split, size: Math.min(count, size), seed: 0, shuffle: false }), loss.reduction)
    },
    errorAt({ inputs, targets }) {
      const { output } = run.evaluate(inputs, targets)
      const error = errors(targets)
      loss.evaluateInto(error, output, targets)
      return error
    },
    run({ times, measure, until = () => false, state: measured = {}, ...tools }) {
      const wanted = new Set(times)
      const endsAt = (step: number): boolean => {
        if (!wanted.has(step)) return false
        steps.push(step)
        measure()
        return until()
      }
      const state = { steps, epochLosses, epoch, measured }
      runLoop({ trainer: run, steps: total, state, content: () => [training.inputs, training.targets],
        begin: () => endsAt(run.steps), step(done) {
        const index = done % perEpoch
        if (index === 0) epoch.sum = 0
        const { input, target } = order.batch(Math.floor(done / perEpoch), index)
        epoch.sum += run.step(input, target)
        if (index === perEpoch - 1) epochLosses.push(epoch.sum / perEpoch)
        return endsAt(run.steps)
      } }, tools)
    },
  }
}
