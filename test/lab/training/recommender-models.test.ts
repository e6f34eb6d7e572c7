import { describe, expect, it } from 'vitest'
import { clickTeacher } from '../../../src/data/index.ts'
import { backpropagation, directFeedbackAlignment, frozen, type LearningRule, trainer } from '../../../src/dfa/index.ts'
import { isFeedbackPoint, passOn } from '../../../src/dfa/feedback-point.ts'
import { adam, areaUnderCurve, binaryCrossEntropy, type Layer, parametersOf, sgd, walk } from '../../../src/nn/index.ts'
import { initializeRecommender, recommender, type RecommenderName, type RecommenderOptions, RECOMMENDERS,
  SHALLOW_RECOMMENDERS } from '../../../src/lab/training/recommender-models.ts'
import { blockedKernels, type Kernels, randomStream, referenceKernels, tensor,
  uniformInto } from '../../../src/tensor/index.ts'
import { keptPerStep } from './heap.ts'

const { input: INPUT, target: TARGET, vocabularies } = clickTeacher({ rows: 40, seed: 1, fields: 3, categories: 4 })
const DEEP = RECOMMENDERS.filter((name) => !SHALLOW_RECOMMENDERS.includes(name))

function made(name: RecommenderName, change: Partial<RecommenderOptions> = {},
  kernels: Kernels = blockedKernels): Layer
{
  const network = recommender(name, { vocabularies, embedding: 3, hidden: [6, 5], crossLayers: 3, neurons: 4,
    attention: { layers: 2, features: 4, heads: 2 }, seed: 1, kernels, ...change })
  initializeRecommender(network, 1, 0.5)
  // First-order weights start at zero, where nothing would be seen of them.
  for (const { name: own, value } of parametersOf(network)) {
    if (own.startsWith('linear')) uniformInto(value.data, randomStream(1, own), -1, 1)
  }
  return network
}

const values = (layer: Layer): Record<string, Float32Array> =>
  Object.fromEntries(parametersOf(layer).map(({ name, value }) => [name, value.data.slice()]))
const gradients = (layer: Layer): Record<string, Float32Array> =>
  Object.fromEntries(parametersOf(layer).map(({ name, gradient }) => [name, gradient.data.slice()]))

function train(network: Layer, rule: LearningRule, steps: number): void {
  const { step } = trainer({ network, rule, loss: binaryCrossEntropy(), optimizer: adam({ rate: 0.02 }) })
  for (let i = 0; i < steps; i++) step(INPUT, TARGET)
}

/** Parameters that a gradient can reach without passing through a feedback point. */
const ABOVE: Readonly<Record<string, readonly string[]>> = {
  deepfm: ['linear/', 'embedding/', 'output/'],
  dcn: ['output/'],
  autoint: ['linear/', 'attention-output/', 'output/'],
  afn: ['linear/', 'output/'],
}

describe.each(RECOMMENDERS)('%s', (name) => {
  it('learns its rows, with the same bits on the reference tier', () => {
    const [network, other] = [made(name), made(name, {}, referenceKernels)]
    train(network, backpropagation(), 60)
    train(other, backpropagation(), 60)
    const { data } = network.forward(INPUT)
    expect(areaUnderCurve(data, TARGET.data)).toBeGreaterThan(name === 'logistic-regression' ? 0.75 : 0.9)
    expect(data).toEqual(other.forward(INPUT).data)
  })

  it('has one logit per row', () => {
    expect(made(name).outputShape([7, 3])).toEqual([7, 1])
  })
})

describe.each(DEEP)('%s under direct rules', (name) => {
  const teachEmbeddings = name === 'dcn' || name === 'autoint'

  it('has the gradients of backpropagation where its points are given the exact signals', () => {
    const exact = made(name, { teachEmbeddings }), network = made(name, { teachEmbeddings })
    const optimizer = sgd(1e-9), loss = binaryCrossEntropy()
    trainer({ network: exact, rule: backpropagation(), loss, optimizer }).step(INPUT, TARGET)
    const signals = walk(exact).filter(isFeedbackPoint).map(({ delivered }) => delivered)
    expect(signals.every((signal) => signal !== undefined)).toBe(true)
    const points = walk(network).filter(isFeedbackPoint)
    const rule: LearningRule = {
      name: 'exact signals',
      install: () =>
        points.forEach((point, l) => {
          point.delivery = {
            usesUpstream: false,
            deliver: (_, out) => passOn.deliver(signals[l], out),
          }
        }),
    }
    trainer({ network, rule, loss, optimizer: sgd(1e-9) }).step(INPUT, TARGET)
    expect(gradients(network)).toEqual(gradients(exact))
  })

  it('delivers the error times one vector to each point, and the exact gradient above them', () => {
    const exact = made(name, { teachEmbeddings }), network = made(name, { teachEmbeddings })
    const rule = directFeedbackAlignment({ kind: 'uniform', seed: 3 })
    for (const [layer, its] of [[exact, backpropagation()], [network, rule]] as const) {
      trainer({ network: layer, rule: its, loss: binaryCrossEntropy(), optimizer: sgd(1e-9) }).step(INPUT, TARGET)
    }
    const [ours, theirs] = [gradients(network), gradients(exact)]
    for (const own of Object.keys(ours).filter((one) => ABOVE[name].some((part) => one.startsWith(part)))) {
      expect(ours[own], own).toEqual(theirs[own])
    }
    const points = walk(network).filter(isFeedbackPoint)
    expect(points.length).toBeGreaterThan(0)
    points.forEach(({ delivered, width }, l) => {
      expect(delivered?.data.length, String(l)).toBe(40 * width)
      // Rows are multiples of one another.
      const row = (b: number): Float32Array => delivered?.data.subarray(b * width, (b + 1) * width) ?? tensor([0]).data
      const ratio = row(1)[0] / row(0)[0]
      row(1).forEach((v, i) => expect(Math.abs(v - ratio * row(0)[i])).toBeLessThan(1e-5 * Math.abs(v)))
    })
  })

  it('leaves everything below its points bit-identical in the frozen control, and moves all above', () => {
    const network = made(name, { teachEmbeddings })
    const before = values(network)
    train(network, frozen(), 5)
    for (const [own, after] of Object.entries(values(network))) {
      const isAbove = ABOVE[name].some((part) => own.startsWith(part))
      if (isAbove) expect(after, own).not.toEqual(before[own])
      else expect(after, own).toEqual(before[own])
    }
  })

  it('learns its rows by direct feedback alignment', () => {
    const network = made(name, { teachEmbeddings })
    train(network, directFeedbackAlignment({ kind: 'uniform', seed: 3 }), 60)
    expect(areaUnderCurve(network.forward(INPUT).data, TARGET.data)).toBeGreaterThan(0.85)
  })
})

describe.each(['deepfm', 'dcn', 'afn'] as const)('%s', (name) => {
  it('keeps nothing from step to step', () => {
    const { step } = trainer({ network: made(name, { dropout: 0.2 }), rule: directFeedbackAlignment({ seed: 1 }),
      loss: binaryCrossEntropy(), optimizer: adam({ rate: 1e-4 }) })
    expect(keptPerStep(() => step(INPUT, TARGET), 500)).toBeLessThan(100)
  })
})

describe('teachEmbeddings', () => {
  it.each(['deepfm', 'afn'] as const)('decides in %s whether the perceptron teaches the embeddings', (name) => {
    const [taught, alone] = [true, false].map((teachEmbeddings) => {
      const network = made(name, { teachEmbeddings })
      train(network, backpropagation(), 1)
      return gradients(network)
    })
    expect(taught['dense1/weight']).toEqual(alone['dense1/weight'])
    expect(taught['embedding/weight']).not.toEqual(alone['embedding/weight'])
    const isZero = alone['embedding/weight'].every((v) => v === 0)
    expect(isZero).toBe(name === 'afn')
  })

  it('and wide give dcn embeddings that a factorization machine teaches', () => {
    const network = made('dcn', { wide: true, teachEmbeddings: false }), machine = made('fm')
    expect(walk(network).some(({ name }) => name === 'embedding-point')).toBe(false)
    const before = values(network)
    train(network, frozen(), 5)
    const after = values(network)
    expect(Object.keys(after).filter((own) => after[own].some((v, i) => v !== before[own][i])).sort()).toEqual(
      [...Object.keys(values(machine)), 'output/bias', 'output/weight'].sort(),
    )
  })
})

describe('initializeRecommender', () => {
  it('draws embeddings from N(0, scale²), first-order weights as zeros, dense ones as PyTorch', () => {
    const network = recommender('deepfm', { vocabularies: [500, 500], seed: 1 })
    initializeRecommender(network, 1)
    const all = values(network)
    const squares = all['embedding/weight'].reduce((sum, v) => sum + v * v, 0) / 6000
    expect(Math.abs(squares - 0.01)).toBeLessThan(0.001)
    expect(all['linear/weights/weight'].every((v) => v === 0)).toBe(true)
    const most = all['dense1/weight'].reduce((largest, v) => Math.max(largest, Math.abs(v)), 0)
    expect(Math.abs(most - 1 / Math.sqrt(12))).toBeLessThan(0.01)
  })

  it('refuses an unknown model', () => {
    expect(() => recommender('dlrm' as RecommenderName, { vocabularies, seed: 1 })).toThrow(
      /^recommender: name must be/,
    )
  })
})
