import { describe, expect, it } from 'vitest'
import { crossCovariance } from '../../../src/data/index.ts'
import { type DirectFeedbackAlignment, feedbackMatrices, measureAlignment,
  spectrumPowers } from '../../../src/dfa/index.ts'
import { freshKernels } from '../../../src/lab/kernels.ts'
import { DEFAULTS, type TrainingConfiguration } from '../../../src/lab/training/configuration.ts'
import { readDataset } from '../../../src/lab/training/datasets.ts'
import { multiply, type Tensor, transpose } from '../../../src/tensor/index.ts'
import { type Session, startSession } from '../../../src/lab/training/session.ts'
import { samplesOf } from '../../../src/lab/training/tasks/classification.ts'

const SMALL: TrainingConfiguration = {
  ...DEFAULTS,
  optimizer: 'momentum',
  rate: 0.05,
  'feedback-normalization': 'width',
  hidden: [16],
  'training-samples': 200,
  'validation-samples': 50,
  batch: 32,
  accumulation: 'float64',
}

function start(changes: Partial<TrainingConfiguration> = {}): Session {
  const c = { ...SMALL, ...changes }
  const data = readDataset('teacher', undefined, {
    trainingSamples: c['training-samples'],
    validationSamples: c['validation-samples'],
    standardize: c.standardize,
  })
  return startSession(c, samplesOf(data), freshKernels(c.accumulation))
}

describe('a session', () => {
  it('learns, and scores every split without changing what comes next', () => {
    const session = start({ rule: 'backpropagation' })
    const other = start({ rule: 'backpropagation' })
    expect(session.perEpoch).toBe(7)
    const before = session.score('training')
    const losses: number[] = []
    const plain: number[] = []
    for (let i = 0; i < 70; i++) {
      losses.push(session.step())
      plain.push(other.step())
      if (i % 10 === 0) {
        session.score('test', 100)
        session.score('validation')
        session.probe(20)
      }
    }
    expect(losses).toEqual(plain)
    const after = session.score('training')
    expect(after.loss).toBeLessThan(0.5 * before.loss)
    expect(after.accuracy).toBeGreaterThan(0.7)
  })

  it('scores the mean over samples whatever the batches and the reduction', () => {
    const mean = start().score('test', 130)
    const sum = start({ reduction: 'sum' }).score('test', 130)
    const whole = start({ batch: 130 }).score('test', 130)
    expect(sum.loss).toBeCloseTo(mean.loss, 6)
    expect(whole.loss).toBeCloseTo(mean.loss, 6)
    expect([sum.accuracy, whole.accuracy]).toEqual([mean.accuracy, mean.accuracy])
  })

  it.each<[string, Partial<TrainingConfiguration>, (step: number) => number]>([['constant', {}, () => 0.05], ['step', {
    schedule: 'step',
    milestones: [1],
  }, (step) => (step < 7 ? 0.05 : 0.05 * 0.1)], ['cosine', { schedule: 'cosine', epochs: 2 },
    (step) => 0.025 * (1 + Math.cos(Math.PI * step / 14))], ['inverse-root', { schedule: 'inverse-root', 'warm-up': 4 },
    (step) => 0.05 * Math.min((step + 1) / 4, Math.sqrt(4 / (step + 1)))]])('follows the %s schedule',
      (_name, changes, expected) => {
        const session = start(changes)
        for (let step = 0; step < 9; step++) {
          expect(session.rate()).toBeCloseTo(expected(step), 12)
          session.step()
        }
      })

  it('lowers the rate on a plateau of epoch losses', () => {
    const session = start({ schedule: 'plateau' })
    expect(session.rate()).toBe(0.05)
    session.epochLosses.push(1, 1, 1, 1)
    expect(session.rate()).toBeCloseTo(0.005, 12)
  })

  it.each(['sgd', 'momentum', 'nesterov', 'adam', 'adamw'] as const)('trains with %s', (optimizer) => {
    const session = start({
      optimizer,
      rate: optimizer.startsWith('adam') ? 0.01 : 0.05,
      'clip-norm': 5,
      'constrain-weights': optimizer === 'sgd',
    })
    const before = session.score('training').loss
    for (let i = 0; i < 40; i++) session.step()
    expect(session.score('training').loss).toBeLessThan(before)
  })

  it('keeps masked and frozen weights, sums over hidden layers’ batches, begins pre-aligned, as it is asked', () => {
    const changed = (changes: Partial<TrainingConfiguration>): ReadonlyMap<string, number> => {
      const session = start({ hidden: [16, 16], optimizer: 'sgd', ...changes })
      const before = new Map(session.trainer.parameters.map(({ name, value }) => [name, value.data.slice()]))
      session.step()
      return new Map(session.trainer.parameters.map(({ name, value: { data } }) => {
        const was = before.get(name) ?? data
        return [name, Math.sqrt(data.reduce((sum, w, i) => sum + (w - was[i]) * (w - was[i]), 0))]
      }))
    }
    const plain = changed({})
    const at = (changes: Partial<TrainingConfiguration>, name: string): number =>
      (changed(changes).get(name) ?? NaN) / (plain.get(name) ?? NaN)
    expect(at({ 'frozen-layers': 'dense1' }, 'dense1/weight')).toBe(0)
    expect(at({ 'frozen-layers': 'dense1' }, 'dense2/weight')).toBe(1)
    expect(at({ 'masked-layer': 'dense2', 'masked-share': 0.25 }, 'dense2/weight')).toBeLessThan(0.8)
    expect(at({ 'masked-layer': 'dense2', 'masked-share': 0.25 }, 'dense1/weight')).toBe(1)
    expect(at({ 'hidden-reduction': 'sum' }, 'dense2/weight')).toBeCloseTo(32, 2)
    expect(at({ 'hidden-reduction': 'sum' }, 'dense3/weight')).toBe(1)
    const session = start({ hidden: [16, 16], 'pre-align': true, activation: 'tanh' })
    session.probe(100)
    for (const { cosines } of measureAlignment(session.network, session.probe(100).error).signal) {
      expect(cosines.mean).toBeGreaterThan(0.8)
    }
  })

  it('takes the spectrum of shaped feedback from its training samples, before the first step', () => {
    const feedbackOf = (changes: Partial<TrainingConfiguration>): readonly Tensor[] =>
      (start({ rule: 'direct-feedback-alignment', ...changes }).rule as DirectFeedbackAlignment).feedback
    const { training } = readDataset('teacher', undefined, {
      trainingSamples: SMALL['training-samples'],
      validationSamples: SMALL['validation-samples'],
      standardize: SMALL.standardize,
    })
    const covariance = crossCovariance(training.inputs, training.targets)
    const expected = feedbackMatrices([{ name: 'point1', width: 16 }], 10, {
      kind: 'shaped',
      shapes: spectrumPowers(multiply(covariance, transpose(covariance)), -0.5),
    })
    expect(feedbackOf({ feedback: 'shaped', 'feedback-exponent': -0.5 })).toEqual(expected)
    expect(feedbackOf({ feedback: 'shaped' })).not.toEqual(expected)
  })
})
