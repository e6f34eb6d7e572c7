import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { textBatches } from '../../../src/data/index.ts'
import { directFeedbackAlignment, frozen, type LearningRule, RULES, trainer } from '../../../src/dfa/index.ts'
import { isFeedbackPoint } from '../../../src/dfa/feedback-point.ts'
import { adam, crossEntropy, isDense, type Layer, parametersOf, sgd, walk } from '../../../src/nn/index.ts'
import { initializeTransformer, transformerModel,
  type TransformerOptions } from '../../../src/lab/training/transformer-models.ts'
import { belowPoints } from '../../../src/lab/training/graph-models.ts'
import { blockedKernels, type Kernels, referenceKernels, selectKernels, tensor } from '../../../src/tensor/index.ts'
import { simdKernels } from '../../../src/tensor/tiers/simd.ts'
import { bitsOf } from '../../dfa/golden.ts'
import { firstDifference } from '../../tensor/bits.ts'
import { goldenTransformer } from './golden-transformer.ts'
import { keptPerStep } from './heap.ts'

const SMALL = { vocabulary: 7, context: 5, features: 8, heads: 2, hidden: 12, blocks: 2 } as const
const PLACEMENTS = [{ placement: 'macro' }, { placement: 'micro' }, { placement: 'macro', tap: 'logits' }, {
  placement: 'micro',
  tap: 'logits',
  embeddingPoint: true,
}] as const
const PAPER = { kind: 'uniform', sharing: 'shared', normalization: 'widest', seed: 3 } as const
/** Every character is followed by one of two. */
const TEXT = Int32Array.from({ length: 400 }, (_, i) => (3 * i + i % 2) % 7)

function made(options: Partial<TransformerOptions> = {}, kernels: Kernels = blockedKernels): Layer {
  const network = transformerModel({ ...SMALL, kernels, ...options })
  initializeTransformer(network, 1)
  return network
}

const { batch } = textBatches({ indices: TEXT, vocabulary: 7, context: 5, size: 3, seed: 2 })

/** Gradients of the first step by name. */
function gradients(network: Layer, rule: LearningRule): Record<string, Float32Array> {
  const { input, target } = batch(0, 0)
  trainer({ network, rule, loss: crossEntropy('mean'), optimizer: sgd(1e-9) }).step(input, target)
  return Object.fromEntries(parametersOf(network).map(({ name, gradient }) => [name, gradient.data.slice()]))
}

const points = (network: Layer) => walk(network).filter(isFeedbackPoint)

describe.each(PLACEMENTS)('transformer %o', (options) => {
  it('learns which character follows, under backpropagation and DFA', () => {
    for (const rule of [RULES.backpropagation({}), directFeedbackAlignment(PAPER)]) {
      const network = made(options)
      const run = trainer({ network, rule, loss: crossEntropy('mean'), optimizer: adam({ rate: 0.01 }) })
      for (let i = 0; i < 150; i++) {
        const { input, target } = batch(i, 0)
        run.step(input, target)
      }
      const { input, target } = batch(1000, 0)
      // The text has an order: what follows is certain for whoever sees one place back.
      expect(run.evaluate(input, target).loss, rule.name).toBeLessThan(0.5 * Math.log(7))
    }
  })

  it('has the gradients of backpropagation, bit for bit, where every point delivers the exact signal', () => {
    const network = made(options)
    const exact = gradients(network, RULES.backpropagation({}))
    const signals = points(network).map(({ delivered }) => delivered?.data.slice())
    const told: LearningRule = {
      name: 'told',
      install(parts) {
        parts.points.forEach((point, index) => {
          point.delivery = {
            usesUpstream: false,
            deliver(_upstream, out) {
              out.data.set(signals[index] ?? [])
              return out
            },
          }
        })
      },
    }
    const got = gradients(made(options), told)
    for (const [name, want] of Object.entries(exact)) expect(firstDifference(got[name], want), name).toBe('')
    // What is told counts: another signal gives other gradients.
    signals.forEach((signal) => signal?.reverse())
    expect(gradients(made(options), told)['block1/dense2/weight']).not.toEqual(exact['block1/dense2/weight'])
  })

  it('gives what is above the last point the exact gradient, and the frozen control changes no bit below it', () => {
    const above = (network: Layer): readonly string[] => {
      const below = new Set(belowPoints(network))
      return parametersOf(network).filter((one) => !below.has(one)).map(({ name }) => name)
    }
    expect(above(made(options))).toEqual(['decoder/weight', 'decoder/bias'])
    const exact = gradients(made(options), RULES.backpropagation({}))
    for (const rule of [directFeedbackAlignment(PAPER), frozen()]) {
      const got = gradients(made(options), rule)
      for (const name of ['decoder/weight', 'decoder/bias']) expect(got[name], name).toEqual(exact[name])
      expect(got['block1/dense1/weight']).not.toEqual(exact['block1/dense1/weight'])
    }
    const network = made(options)
    const before = belowPoints(network).map(({ value }) => value.data.slice())
    const run = trainer({ network, rule: frozen(), loss: crossEntropy('mean'), optimizer: adam({ rate: 0.1 }) })
    for (let i = 0; i < 3; i++) run.step(batch(i, 0).input, batch(i, 0).target)
    expect(belowPoints(network).length).toBeGreaterThan(20)
    belowPoints(network).forEach(({ name, value }, i) => expect(firstDifference(value.data, before[i]), name).toBe(''))
  })

  it('delivers one signal to all points of one width where feedback is shared', () => {
    const network = made(options)
    gradients(network, directFeedbackAlignment(PAPER))
    const equal = points(network).filter(({ width }) => width === SMALL.features)
    expect(equal.length).toBeGreaterThan(1)
    for (const { delivered, name } of equal) {
      expect(delivered?.shape).toEqual([15, 8])
      expect(delivered?.data, name).toEqual(equal[0].delivered?.data)
    }
    const apart = made(options)
    gradients(apart, directFeedbackAlignment({ ...PAPER, sharing: 'independent' }))
    const [first, second] = points(apart).filter(({ width }) => width === SMALL.features)
    expect(first.delivered?.data).not.toEqual(second.delivered?.data)
  })

  it('has the same bits in every tier', () => {
    const simd = simdKernels()
    if ('reason' in simd) throw new Error(simd.reason)
    const trained = (kernels: Kernels): Record<string, Float32Array> => {
      const network = made({ ...options, dropout: 0.25, seed: 4 }, kernels)
      const run = trainer({
        network,
        rule: directFeedbackAlignment({ ...PAPER, kernels }),
        loss: crossEntropy('mean', kernels),
        optimizer: adam({ rate: 0.02, kernels }),
        kernels,
      })
      for (let i = 0; i < 3; i++) run.step(batch(i, 0).input, batch(i, 0).target)
      return Object.fromEntries(parametersOf(network).map(({ name, value }) => [name, value.data.slice()]))
    }
    const want = trained(referenceKernels)
    for (const kernels of [blockedKernels, simd.kernels]) {
      for (const [own, got] of Object.entries(trained(kernels))) expect(firstDifference(got, want[own]), own).toBe('')
    }
  })
})

describe('transformerModel', () => {
  it('is backpropagation in one block under DFA with the transposed decoder, which is all that is above its point', () => {
    const options = { blocks: 1, tap: 'logits' } as const
    const network = made(options)
    const { weight: { value: { shape: [outputs, width], data } } } = network.children.filter(isDense)[0]
    const turned = tensor([width, outputs],
      Float32Array.from(data, (_, at) => data[at % outputs * width + Math.floor(at / outputs)]))
    const want = gradients(network, RULES.backpropagation({}))
    const got = gradients(made(options), directFeedbackAlignment({ matrices: [turned] }))
    for (const name of Object.keys(want)) {
      const largest = want[name].reduce((most, v) => Math.max(most, Math.abs(v)), 0)
      got[name].forEach((v, i) => expect(Math.abs(v - want[name][i]), name).toBeLessThan(1e-5 * largest))
    }
  })

  it('is backpropagation in one block under DFA with the identity, where the error is read below the decoder', () => {
    const eye = tensor([8, 8], Float32Array.from({ length: 64 }, (_, at) => (at % 9 === 0 ? 1 : 0)))
    const want = gradients(made({ blocks: 1 }), RULES.backpropagation({}))
    const got = gradients(made({ blocks: 1 }), directFeedbackAlignment({ matrices: [eye] }))
    for (const name of Object.keys(want)) expect(firstDifference(got[name], want[name]), name).toBe('')
  })

  it('sees no later place', () => {
    const network = made()
    const input = batch(0, 0).input
    const before = network.forward(input).data.slice()
    input.data[3] = (input.data[3] + 1) % 7
    const after = network.forward(input).data
    expect(after.slice(0, 3 * 7)).toEqual(before.slice(0, 3 * 7))
    for (const place of [3, 4]) {
      expect(after.slice(place * 7, (place + 1) * 7)).not.toEqual(before.slice(place * 7, (place + 1) * 7))
    }
    expect(after.slice(5 * 7)).toEqual(before.slice(5 * 7))
  })

  it('has points where it says, and one error for the decoder alone', () => {
    const names = (options: Partial<TransformerOptions>): string =>
      points(made(options)).map(({ name }) => name).join(' ')
    expect(names({})).toBe('block1/point block2/point')
    expect(names({ placement: 'micro', blocks: 1, embeddingPoint: true })).toBe(
      'embedding/point block1/point1 block1/point2 block1/point',
    )
    const order = (options: Partial<TransformerOptions>): string =>
      made(options).children.map(({ name }) => name).slice(-2).join(' ')
    expect([order({}), order({ tap: 'logits' })]).toEqual(['tap decoder', 'decoder tap'])
  })

  it('starts with small embedding and decoder, whose bias is zero', () => {
    const network = made({ features: 32, hidden: 100 })
    const size = (name: string): number => {
      const { value } = parametersOf(network).find((one) => one.name === name) ?? { value: tensor([0]) }
      return value.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
    }
    for (const name of ['embedding/weight', 'decoder/weight']) {
      expect(size(name), name).toBeGreaterThan(0.09)
      expect(size(name), name).toBeLessThan(0.1001)
    }
    expect(size('decoder/bias')).toBe(0)
    expect(size('block1/dense2/weight')).toBeGreaterThan(0.09)
    expect(size('block1/dense2/weight')).toBeLessThanOrEqual(0.1)
    expect(size('block1/dense1/weight')).toBeGreaterThan(0.15)
  })

  it('refuses a rule whose targets the tap below the decoder cannot carry', () => {
    const rule = RULES['direct-random-target-projection']({})
    expect(() => gradients(made(), rule)).toThrow('the error tap must stand at the output')
    expect(() => gradients(made({ tap: 'logits' }), RULES['direct-random-target-projection']({}))).not.toThrow()
  })

  it('refuses unknown names and sizes that do not fit', () => {
    expect(() => made({ placement: 'nano' as 'micro' })).toThrow(
      new RangeError('transformerModel: placement must be one of macro, micro, got "nano"'),
    )
    expect(() => made({ tap: 'top' as 'logits' })).toThrow('transformerModel: tap must be one of decoder, logits')
    expect(() => made({ heads: 3 })).toThrow('heads must divide features 8, got 3')
    expect(() => made({ blocks: 0 })).toThrow('transformerModel: blocks must be a whole number of at least 1')
  })

  it('keeps nothing from step to step', () => {
    const network = made({ placement: 'micro', dropout: 0.1 })
    const rule = directFeedbackAlignment(PAPER)
    const run = trainer({ network, rule, loss: crossEntropy('mean'), optimizer: adam({ rate: 1e-4 }) })
    const { input, target } = batch(0, 0)
    expect(keptPerStep(() => run.step(input, target), 600)).toBeLessThan(100)
  })
})

describe('golden trajectory', () => {
  it('repeats ten losses bit for bit with every tier', () => {
    const golden = JSON.parse(readFileSync('test/engines/golden.json', 'utf8')) as Record<string, readonly string[]>
    for (const kernels of [referenceKernels, blockedKernels, selectKernels({ tier: 'simd' }).kernels]) {
      expect(goldenTransformer(kernels).losses.map(bitsOf), kernels.tier).toEqual(golden['transformer'])
    }
  })
})
