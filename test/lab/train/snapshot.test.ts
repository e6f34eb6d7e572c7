import { describe, expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/nn/index.ts'
import { RULES } from '../../../src/dfa/index.ts'
import { freshKernels } from '../../../src/lab/kernels.ts'
import { UsageError } from '../../../src/lab/options.ts'
import { DEFAULTS, defaultsOf, type TrainingConfiguration } from '../../../src/lab/training/configuration.ts'
import { readDataset } from '../../../src/lab/training/datasets.ts'
import { type Session, startSession } from '../../../src/lab/training/session.ts'
import { samplesOf } from '../../../src/lab/training/tasks/classification.ts'
import type { EpochRecord } from '../../../src/lab/train/record.ts'
import { dataHash, readSnapshot, restoreSnapshot, sessionHash, takeSnapshot } from '../../../src/lab/train/snapshot.ts'

const NETWORK = JSON.stringify({
  layers: [{ type: 'dense', outputs: 12 }, { type: 'batch-norm' }, { type: 'activation' }, {
    type: 'dropout',
    probability: 0.2,
  }, { type: 'dense', outputs: 8 }, { type: 'activation', kind: 'tanh' }, { type: 'dense', outputs: 10 }],
})
const DATA = readDataset('teacher', undefined, { trainingSamples: 100, validationSamples: 0, standardize: 'global' })
const MATERIAL = samplesOf(DATA)

const configurationOf = (changes: Partial<TrainingConfiguration>): TrainingConfiguration => ({
  ...DEFAULTS,
  'training-samples': 100,
  batch: 32,
  rate: 0.01,
  model: NETWORK,
  accumulation: 'float64',
  ...changes,
})
/** Options that versions before 0.2.0 did not have. */
const LATER = ['leaky-slope', 'pre-align', 'feedback-exponent', 'hidden-reduction', 'frozen-layers', 'masked-layer',
  'masked-share']
const without = (c: TrainingConfiguration, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(c).filter(([name]) => !names.includes(name)))
const start = (c: TrainingConfiguration): Session => startSession(c, MATERIAL, freshKernels('float64'))
/** Trains on; every epoch's end counts as a loss of 1, so that the plateau schedule has something to see. */
const stepped = (session: Session, steps: number): Session => {
  for (let i = 0; i < steps; i++) {
    session.step()
    if (session.trainer.steps % session.perEpoch === 0) session.epochLosses.push(1)
  }
  return session
}

/** What the command saves, with a record per whole epoch. */
const snapshotOf = (session: Session, c: TrainingConfiguration) => {
  const epochs = Math.floor(session.trainer.steps / session.perEpoch)
  const test = { loss: 1, accuracy: 0.5 }
  return {
    configuration: c,
    steps: session.trainer.steps,
    lossSum: 0.25,
    epochLosses: [...session.epochLosses],
    alignmentSamples: 0,
    data: dataHash(MATERIAL.content),
    records: Array.from({ length: epochs }, (_, epoch) => ({
      epoch: epoch + 1,
      steps: session.perEpoch * (epoch + 1),
      trainingLoss: 1,
      rate: 0.01,
      training: test,
      validation: null,
      test,
      alignment: null,
    })),
  }
}

/** Through the bytes of a file into a fresh session. */
function resumed(session: Session, c: TrainingConfiguration): Session {
  const bytes = encodeCheckpoint(takeSnapshot(session, snapshotOf(session, c)))
  const checkpoint = decodeCheckpoint(bytes)
  const snapshot = readSnapshot('file', checkpoint)
  const fresh = start(snapshot.configuration)
  restoreSnapshot('file', fresh, checkpoint, snapshot, dataHash(MATERIAL.content))
  return fresh
}

describe('a snapshot', () => {
  // Indirect feedback alignment goes up through layers without parameters only.
  it.each(Object.keys(RULES))(
    'continues to the same bits under %s, with batch norm and dropout, in the middle of an epoch',
    (rule) => {
      const c = configurationOf(
        rule === 'indirect-feedback-alignment' ? { rule, model: 'mlp', hidden: [12, 8] } : { rule },
      )
      const whole = stepped(start(c), 11)
      const resumedAt6 = stepped(resumed(stepped(start(c), 6), c), 5)
      expect(sessionHash(resumedAt6)).toBe(sessionHash(whole))
      expect(sessionHash(stepped(start(c), 10))).not.toBe(sessionHash(whole))
    },
  )

  it.each(['sgd', 'nesterov', 'adam', 'adamw'] as const)('continues to the same bits with %s and held norms',
    (optimizer) => {
      const c = configurationOf({ optimizer, 'constrain-weights': true, schedule: 'cosine' })
      expect(sessionHash(stepped(resumed(stepped(start(c), 6), c), 5))).toBe(sessionHash(stepped(start(c), 11)))
    })

  it('continues to the same bits with masks, frozen layers, summed hidden errors and pre-aligned weights', () => {
    const c = configurationOf({
      model: 'mlp',
      hidden: [12, 10, 8],
      activation: 'leaky-relu',
      'leaky-slope': 0.5,
      'pre-align': true,
      'hidden-reduction': 'sum',
      'masked-layer': 'dense2',
      'masked-share': 0.3,
      'frozen-layers': 'dense1',
      rate: 0.001,
    })
    expect(sessionHash(stepped(resumed(stepped(start(c), 6), c), 5))).toBe(sessionHash(stepped(start(c), 11)))
    expect(sessionHash(stepped(start({ ...c, 'masked-share': 0.4 }), 11))).not.toBe(sessionHash(stepped(start(c), 11)))
  })

  it('in the spelling of before continues to the same bits', () => {
    const former = {
      optimizer: 'optimiser',
      initialization: 'initialisation',
      standardize: 'standardise',
      'feedback-normalization': 'feedback-normalisation',
    }
    const old = (name: string): string => (former as Record<string, string>)[name] ?? name
    const c = configurationOf({ initialization: 'gaussian', 'feedback-normalization': 'none', standardize: 'channel' })
    const session = stepped(start(c), 6)
    const { metadata, arrays } = takeSnapshot(session, snapshotOf(session, c))
    const names = Object.entries(c).map(([name, value]) => [old(name), value])
    const bytes = encodeCheckpoint({
      metadata: { ...(metadata as object), configuration: Object.fromEntries(names) as object },
      arrays: arrays.map(({ name, data }) => ({ name: name.replace(/^optimizer\//, 'optimiser/'), data })),
    })
    expect(Buffer.from(bytes).includes('optimizer')).toBe(false)
    const checkpoint = decodeCheckpoint(bytes)
    expect(checkpoint.arrays.some(({ name }) => name.startsWith('optimiser/'))).toBe(true)
    const snapshot = readSnapshot('file', checkpoint)
    expect(snapshot.configuration).toEqual(c)
    const fresh = start(snapshot.configuration)
    restoreSnapshot('file', fresh, checkpoint, snapshot, dataHash(MATERIAL.content))
    expect(sessionHash(stepped(fresh, 5))).toBe(sessionHash(stepped(start(c), 11)))
  })

  it('of a version that counted epochs from 0 and summed losses over steps is read as today’s', () => {
    const c = configurationOf({ reduction: 'sum' })
    const session = stepped(start(c), 6)
    const { metadata, arrays } = takeSnapshot(session, snapshotOf(session, c))
    const { form, records, ...others } = metadata as unknown as { form: number; records: readonly EpochRecord[] }
    expect(form).toBe(2)
    // Options that came later: what that version did is their default.
    const rest = { ...others, configuration: without(c, LATER) }
    const old = records.map(({ training, ...record }) => {
      expect(training).not.toBeNull()
      return { ...record, epoch: record.epoch - 1, trainingLoss: 64 }
    })
    const checkpoint = decodeCheckpoint(
      encodeCheckpoint({ metadata: { ...rest, records: old, epochLosses: [64] }, arrays }),
    )
    const snapshot = readSnapshot('file', checkpoint)
    expect(snapshot).toMatchObject({
      lossSum: 0.25,
      epochLosses: [2],
      records: [{ epoch: 1, steps: 4, trainingLoss: 2, training: null }],
    })
    const fresh = start(snapshot.configuration)
    restoreSnapshot('file', fresh, checkpoint, snapshot, dataHash(MATERIAL.content))
    expect(sessionHash(stepped(fresh, 5))).toBe(sessionHash(stepped(start(c), 11)))
    const mean = decodeCheckpoint(encodeCheckpoint({
      metadata: { ...rest, records: old, epochLosses: [64], configuration: without(configurationOf({}), LATER) },
      arrays,
    }))
    expect(readSnapshot('file', mean)).toMatchObject({ lossSum: 8, epochLosses: [64] })
  })

  it('keeps the rate and the activation that were defaults of a rule before, whatever they are today', () => {
    const rule = 'direct-random-target-projection'
    const c = configurationOf({ rule, optimizer: 'sgd', rate: 0.05, activation: 'relu' })
    const today = defaultsOf({ dataset: c.dataset, model: c.model, rule })
    expect(today.rate).not.toBe(0.05)
    expect(today.activation).not.toBe('relu')
    const session = stepped(start(c), 6)
    const { metadata, arrays } = takeSnapshot(session, snapshotOf(session, c))
    const old = { ...(metadata as object), configuration: without(c, LATER) }
    const { configuration } = readSnapshot('file', decodeCheckpoint(encodeCheckpoint({ metadata: old, arrays })))
    expect(configuration).toEqual(c)
    // A rate that is the default, but of other widths.
    const { rate } = defaultsOf({ dataset: c.dataset, model: 'mlp', rule })
    const wide = without({ ...c, rate, optimizer: today.optimizer, model: 'mlp', hidden: [1000, 1000, 1000] }, LATER)
    expect(readSnapshot('file', { metadata: { ...old, configuration: wide }, arrays }).configuration.rate).toBe(rate)
  })

  it('remembers the losses that the plateau schedule goes by', () => {
    const c = configurationOf({ schedule: 'plateau' })
    const whole = stepped(start(c), 40)
    expect(whole.rate()).toBeLessThan(c.rate)
    expect(sessionHash(stepped(resumed(stepped(start(c), 14), c), 26))).toBe(sessionHash(whole))
  })

  it('refuses what is no training, and arrays that do not fit, changing nothing', () => {
    const c = configurationOf({})
    const session = stepped(start(c), 3)
    const checkpoint = takeSnapshot(session, snapshotOf(session, c))
    const altered = (metadata: object): () => unknown => () => readSnapshot('file', { metadata, arrays: [] })
    const good = checkpoint.metadata as Record<string, unknown>
    expect(altered({})).toThrow('file: must be the checkpoint of a training, got another kind')
    expect(altered({ ...good, steps: -1 })).toThrow('got -1 steps')
    expect(altered({ ...good, configuration: { ...c, rate: -3 } })).toThrow(/refuses: --rate/)
    for (const change of [{ records: 3 }, { records: [1], epochLosses: [1] }, { alignmentSamples: -5 }, {
      lossSum: null,
    }, { data: 3 }, { configuration: {} }, { configuration: { ...c, loss: undefined } }]) {
      expect(altered(JSON.parse(JSON.stringify({ ...good, ...change })) as object), JSON.stringify(change)).toThrow(
        UsageError,
      )
    }
    const { seed, ...rest } = c
    expect(altered({ ...good, configuration: rest })).toThrow(`got no seed in its configuration`)
    expect(seed).toBe(0)
    const fresh = start(c)
    const before = sessionHash(fresh)
    for (const arrays of [checkpoint.arrays.slice(1), checkpoint.arrays.slice(0, -1), [...checkpoint.arrays, {
      name: 'more',
      data: new Float32Array(1),
    }]]) {
      expect(() =>
        restoreSnapshot('file', fresh, { ...checkpoint, arrays }, readSnapshot('file', checkpoint),
          dataHash(MATERIAL.content))
      ).toThrow(/^file: must fit its own configuration/)
      expect([sessionHash(fresh), fresh.trainer.steps]).toEqual([before, 0])
    }
    const snapshot = readSnapshot('file', checkpoint)
    expect(() => restoreSnapshot('file', fresh, checkpoint, snapshot, 'other')).toThrow(
      'file: data must be those that the training began with',
    )
    expect(() => restoreSnapshot('file', fresh, checkpoint, { ...snapshot, steps: 77 }, dataHash(MATERIAL.content)))
      .toThrow('file: must hold 19 epochs after 77 steps, got 0')
    const { targets } = DATA.training
    const other = {
      ...DATA,
      training: { ...DATA.training, targets: { ...targets, data: targets.data.map((t, i) => (i < 2 ? 1 - t : t)) } },
    }
    expect(dataHash(samplesOf(other).content)).not.toBe(dataHash(MATERIAL.content))
  })
})
