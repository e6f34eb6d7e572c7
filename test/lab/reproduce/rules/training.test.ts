import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { freshKernels } from '../../../../src/lab/kernels.ts'
import { UsageError } from '../../../../src/lab/options.ts'
import { isTrained, type RuleConfiguration, type Trained, trainingOf,
  trainRule } from '../../../../src/lab/reproduce/rules/training.ts'

const DATA = process.env['FEEDBACK_ALIGNMENT_DATA']
  ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url))
const missing = ['optdigits.tra.csv', 'optdigits.tes.csv'].filter((name) =>
  !existsSync(join(DATA, 'optdigits', name)) && !existsSync(join(DATA, 'optdigits', `${name}.gz`))
)

const TEACHER: RuleConfiguration = {
  stage: 'final',
  dataset: 'teacher',
  model: 'mlp',
  rule: 'backpropagation',
  units: 'relu',
  optimizer: 'momentum',
  rate: 0.05,
  seed: 1,
  epochs: 3,
  batch: 64,
  trainingSamples: 1500,
  validationSamples: 300,
  testSamples: 400,
}
const fractions: number[] = []
const tools = {
  data: undefined,
  kernels: freshKernels,
  progress: (fraction: number) => {
    fractions.push(fraction)
  },
}

function train(change: Partial<RuleConfiguration>): Trained {
  const result = trainRule({ ...TEACHER, ...change }, tools)
  if (!isTrained(result)) throw new Error(`training must end, got ${JSON.stringify(result)}`)
  return result
}

describe('trainingOf', () => {
  it('draws weights, batches and feedback of every seed anew, and gives every rule the same training', () => {
    expect(trainingOf({ ...TEACHER, seed: 5 })).toMatchObject({ seed: 5, 'feedback-seed': 5 })
    expect({ ...trainingOf({ ...TEACHER, rule: 'frozen' }), rule: TEACHER.rule }).toEqual(trainingOf(TEACHER))
  })

  it('is what the recorded runs were, whatever `train` takes by default', () => {
    expect(trainingOf(TEACHER)).toMatchObject({ optimizer: 'momentum', momentum: 0.9, 'weight-decay': 0, rate: 0.05,
      schedule: 'cosine', activation: 'relu', initialization: 'uniform', 'initial-scale': 1, feedback: 'uniform',
      'feedback-normalization': 'width', 'feedback-maps': 'dense', 'feedback-sharing': 'independent', decay: 1e-4,
      loss: 'cross-entropy', reduction: 'mean', 'clip-norm': 0, 'clip-value': 0, standardize: 'channel', hidden: [500],
      batch: 64, accumulation: 'float32' })
  })
})

describe('trainRule', () => {
  it('gives units and optimizer their due: a regression has no hidden layer, bounded units their loss', () => {
    expect(trainingOf({ ...TEACHER, units: 'bounded' })).toMatchObject({ activation: 'tanh',
      loss: 'binary-cross-entropy', model: 'mlp', hidden: [500] })
    expect(trainingOf({ ...TEACHER, model: 'lenet', units: 'none', optimizer: 'adam' })).toMatchObject({ model: 'mlp',
      hidden: [], optimizer: 'adam', loss: 'cross-entropy' })
    expect(train({ units: 'none' }).alignment).toEqual({ gradient: {}, summed: {}, weight: {}, norm: {} })
    expect(train({ units: 'bounded', epochs: 1 }).start).toBeGreaterThan(2 * train({ epochs: 1 }).start)
  })

  it('learns the generated task above chance, the same bits twice, and reports progress to the end', () => {
    const first = train({})
    expect(first.test).toBeGreaterThan(0.5)
    expect(first.validation).toBeGreaterThan(0.5)
    expect(train({})).toEqual(first)
    expect(train({ seed: 2 })).not.toEqual(first)
    expect(fractions[fractions.length - 1]).toBe(1)
    expect(JSON.parse(JSON.stringify(first))).toEqual(first)
  })

  it('leaves test set and alignment alone in tuning', () => {
    const tuning = train({ stage: 'tuning' })
    expect(tuning).toEqual({ ...train({}), test: null, alignment: null })
  })

  it('measures gradients below the last layer, and transports or feedback products where a rule has them', () => {
    const of = (rule: string) => train({ rule, epochs: 1 }).alignment
    expect(of('backpropagation')).toMatchObject({ gradient: { dense1: expect.closeTo(1, 5) }, weight: {} })
    expect(Object.keys(of('feedback-alignment')?.gradient ?? {})).toEqual(['dense1'])
    expect(of('uniform-sign-symmetry')?.weight).toEqual({ dense2: expect.closeTo(0.8, 1) })
    for (const rule of ['feedback-alignment', 'kolen-pollack', 'direct-feedback-alignment', 'direct-kolen-pollack']) {
      expect(of(rule)?.weight, rule).toEqual({ dense2: expect.any(Number) })
    }
    expect(of('frozen')).toEqual({ gradient: { dense1: null }, summed: { dense1: null }, weight: {}, norm: {} })
  })

  it('returns the step at which a training diverges', () => {
    expect(trainRule({ ...TEACHER, rate: 1e20 }, tools)).toEqual({ diverged: expect.any(Number) })
  })

  it('throws what is no answer of the rule: data that are missing, a model that does not fit', () => {
    expect(() => trainRule({ ...TEACHER, dataset: 'mnist' }, tools)).toThrow(UsageError)
    expect(() => trainRule({ ...TEACHER, model: 'lenet' }, tools)).toThrow(/conv2d|pooling/)
  })

  it.skipIf(missing.length > 0)(
    missing.length > 0 ? `skipped: ${missing.join(' and ')}(.gz) not found in ${join(DATA, 'optdigits')}`
      : 'returns why a rule is not defined for a model',
    () => {
      const digits = { ...TEACHER, dataset: 'optdigits', model: 'cnn', epochs: 1, trainingSamples: 64 } as const
      const given = { ...tools, data: DATA }
      expect(trainRule({ ...digits, rule: 'indirect-feedback-alignment' }, given)).toEqual({
        refused: expect.stringMatching(/^layers between conv2d1 and point1 must keep the number/),
      })
      expect(trainRule({ ...digits, rule: 'weight-mirror' }, given)).toMatchObject({ test: expect.any(Number) })
    },
  )
})
