// Trainings that the tests of owners share: a configuration, its data, the bits of the session's own steps.

import { freshKernels } from '../../../src/lab/kernels.ts'
import { DEFAULTS, type TrainingConfiguration } from '../../../src/lab/training/configuration.ts'
import { type Dataset, readDataset } from '../../../src/lab/training/datasets.ts'
import { arraysOf, type Session, startSession } from '../../../src/lab/training/session.ts'
import { samplesOf } from '../../../src/lab/training/tasks/classification.ts'
import type { Stepper } from '../../../src/lab/training/stepper.ts'

/** Batches of 5, 5 and 3 samples. */
export const DATA: Dataset = readDataset('teacher', undefined, {
  trainingSamples: 13,
  validationSamples: 0,
  standardize: 'global',
})

/** Four epochs and two steps. */
export const STEPS = 14

/** 20-8-7-9-10 with tanh under direct feedback alignment. */
export function configuration(changes: Partial<TrainingConfiguration> = {}): TrainingConfiguration {
  return {
    ...DEFAULTS,
    hidden: [8, 7, 9],
    activation: 'tanh',
    batch: 5,
    optimizer: 'sgd',
    seed: 1,
    'feedback-seed': 2,
    accumulation: 'float64',
    ...changes,
  }
}

const json = (...layers: readonly object[]): string => JSON.stringify({ layers })
const dense = (outputs: number): object => ({ type: 'dense', outputs })

/** Everything that decides bits. */
export const VARIANTS: readonly (readonly [string, Partial<TrainingConfiguration>])[] = [
  ['direct feedback alignment', {}],
  ['float32 accumulation', { accumulation: 'float32' }],
  ['error sign, nesterov, step schedule', {
    rule: 'error-sign-direct-feedback-alignment',
    optimizer: 'nesterov',
    rate: 0.01,
    'weight-decay': 0.01,
    schedule: 'step',
    milestones: [1, 3],
  }],
  ['targets, adam, cosine schedule', {
    rule: 'direct-random-target-projection',
    optimizer: 'adam',
    rate: 0.01,
    schedule: 'cosine',
  }],
  ['sparse feedback, adamw, warm-up', {
    rule: 'sparse-direct-feedback-alignment',
    'feedback-connections': 2,
    optimizer: 'adamw',
    'weight-decay': 0.01,
    rate: 0.01,
    schedule: 'inverse-root',
    'warm-up': 6,
  }],
  ['frozen, momentum', { rule: 'frozen', optimizer: 'momentum', 'weight-decay': 0.1 }],
  // Feedback that is drawn for all points together must not depend on who owns them.
  ['one orthogonal matrix for all points', {
    feedback: 'orthogonal',
    'feedback-sharing': 'shared',
    'feedback-normalization': 'widest',
  }],
  ['no bias, linear, squared error', {
    'no-bias': true,
    activation: 'linear',
    loss: 'squared-error',
    reduction: 'sum',
    rate: 0.002,
  }],
  ['clipped values, weights held at their norms, a rate that falls with the losses', {
    'clip-value': 0.02,
    'constrain-weights': true,
    schedule: 'plateau',
  }],
  ['layers that remember', {
    model: json(dense(8), { type: 'batch-norm' }, { type: 'activation' }, { type: 'dropout', probability: 0.3 },
      dense(7), { type: 'layer-norm' }, { type: 'activation' }, dense(9), { type: 'activation' }, dense(10)),
  }],
  ['feature maps', {
    model: json({ type: 'conv2d', channels: 3, kernel: 1 }, { type: 'activation' }, {
      type: 'conv2d',
      channels: 2,
      kernel: 1,
    }, { type: 'activation' }, dense(9), { type: 'activation' }, dense(10)),
    'feedback-maps': 'channel-shared',
  }],
]

/** A fresh session. */
export const start = (c: TrainingConfiguration, data = DATA): Session =>
  startSession(c, samplesOf(data), freshKernels(c.accumulation))

/** Copies of all that a checkpoint holds. */
export const bitsOf = (session: Session): ReadonlyMap<string, ArrayLike<number>> =>
  new Map(arraysOf(session).map(({ name, data }) => [name, data.slice()]))

/** Steps until `end` are done, every epoch's end counting as a loss of 1; the losses. */
export async function trained({ epochLosses, perEpoch }: Session, stepper: Stepper, end: number): Promise<number[]> {
  const losses: number[] = []
  while (stepper.steps < end) {
    losses.push(
      ...Array.from(await stepper.advance(Math.min(end - stepper.steps, perEpoch - stepper.steps % perEpoch))),
    )
    if (stepper.steps % perEpoch === 0) epochLosses.push(1)
  }
  return losses
}

/** Losses and arrays of the session's own steps. */
export function expected(c: TrainingConfiguration,
  steps = STEPS): { readonly losses: readonly number[]; readonly bits: ReadonlyMap<string, ArrayLike<number>> }
{
  const session = start(c)
  const losses = Array.from({ length: steps }, (_, step) => {
    const loss = session.step()
    if ((step + 1) % session.perEpoch === 0) session.epochLosses.push(1)
    return loss
  })
  return { losses, bits: bitsOf(session) }
}
