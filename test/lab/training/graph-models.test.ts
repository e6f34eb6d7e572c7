import { describe, expect, it } from 'vitest'
import { graphOfPairs, nodeTargets } from '../../../src/data/index.ts'
import { directFeedbackAlignment, frozen, RULES, trainer } from '../../../src/dfa/index.ts'
import { isFeedbackPoint } from '../../../src/dfa/feedback-point.ts'
import { adam, crossEntropy, initialize, isDense, type Layer, parametersOf, sgd, walk } from '../../../src/nn/index.ts'
import { belowPoints, GRAPH_MODELS, graphModel, type GraphModelName } from '../../../src/lab/training/graph-models.ts'
import { blockedKernels, type Kernels, referenceKernels, type SparsePattern,
  tensor } from '../../../src/tensor/index.ts'
import { simdKernels } from '../../../src/tensor/tiers/simd.ts'
import { firstDifference } from '../../tensor/bits.ts'
import { neighbors } from '../../nn/graph-rows.ts'
import { keptPerStep } from './heap.ts'

const NODES = 12, CLASSES = 3, WIDTH = 16
const RING = graphOfPairs(NODES, Int32Array.from(Array.from({ length: NODES }, (_, i) => [i, (i + 1) % NODES]).flat()))
const ALONE: SparsePattern = {
  rows: NODES,
  columns: NODES,
  rowStarts: new Int32Array(NODES + 1),
  columnIndices: new Int32Array(0),
}
/** Every node has its class as a word, and another. */
const WORDS = neighbors(Array.from({ length: NODES }, (_, i) => [i % CLASSES, CLASSES + i % 4]), CLASSES + 4)
const INPUT = tensor([2 * NODES], new Float32Array(2 * NODES).fill(0.5))
const LABELS = Int32Array.from({ length: NODES }, (_, i) => i % CLASSES)
const TARGET = nodeTargets(LABELS, [0, 1, 2, 5], CLASSES)

function made(name: GraphModelName, graph = RING, kernels: Kernels = blockedKernels, dropout = {}): Layer {
  const { network } = graphModel(name, {
    graph,
    pattern: WORDS,
    outputs: CLASSES,
    width: WIDTH,
    seed: 1,
    dropout,
    kernels,
  })
  initialize(network, 'uniform', 1)
  return network
}

const values = (layer: Layer): Record<string, Float32Array> =>
  Object.fromEntries(parametersOf(layer).map(({ name, value }) => [name, value.data.slice()]))

describe.each(GRAPH_MODELS)('%s', (name) => {
  it('learns its labelled nodes under every rule that is defined for it', () => {
    const refused: string[] = []
    for (const [rule, make] of Object.entries(RULES)) {
      const network = made(name)
      let run
      try {
        run = trainer({ network, rule: make({ seed: 1 }), loss: crossEntropy('mean'), optimizer: adam({ rate: 0.02 }) })
      } catch (cause) {
        refused.push(`${rule}: ${(cause as Error).message}`)
        continue
      }
      const first = run.step(INPUT, TARGET)
      for (let i = 0; i < 60; i++) run.step(INPUT, TARGET)
      expect(run.evaluate(INPUT, TARGET).loss, rule).toBeLessThan(first)
    }
    // It climbs through dense and convolutional weights alone.
    expect(refused.filter((one) => !one.startsWith('indirect-feedback-alignment: '))).toEqual([])
  })

  it('gives the layers above the last point the exact gradient, and none of nodes without a label below', () => {
    const gradients = (rule: ReturnType<typeof frozen>): Record<string, Float32Array> => {
      const network = made(name)
      trainer({ network, rule, loss: crossEntropy('mean'), optimizer: sgd(1e-9) }).step(INPUT, TARGET)
      const points = walk(network).filter(isFeedbackPoint)
      for (const { delivered } of rule.name === 'direct-feedback-alignment' ? points : []) {
        for (const row of [3, 4, 6, 11]) {
          expect(delivered?.data.subarray(row * WIDTH, (row + 1) * WIDTH).every((v) => v === 0)).toBe(true)
        }
      }
      const below = new Set(belowPoints(network))
      return Object.fromEntries(
        parametersOf(network).filter((p) => !below.has(p)).map((
          { name: own, gradient },
        ) => [own, gradient.data.slice()]),
      )
    }
    const exact = gradients(RULES.backpropagation({}))
    expect(Object.keys(exact).length).toBeGreaterThan(0)
    expect(gradients(directFeedbackAlignment({ seed: 3 }))).toEqual(exact)
    expect(gradients(frozen())).toEqual(exact)
  })

  it('keeps every bit below the last point when frozen, decay of the others included', () => {
    const network = made(name, RING, blockedKernels, { hidden: 0.5, input: 0.3, attention: 0.5 })
    const below = belowPoints(network)
    const before = below.map(({ value }) => value.data.slice())
    const kept = new Set(below)
    const run = trainer({
      network,
      rule: frozen(),
      loss: crossEntropy('mean'),
      optimizer: adam({ rate: 0.1, coupledDecay: 0.1, decays: (parameter) => !kept.has(parameter) }),
    })
    for (let i = 0; i < 5; i++) run.step(INPUT, TARGET)
    below.forEach(({ name: own, value }, i) => expect(firstDifference(value.data, before[i]), own).toBe(''))
    // With the decay that optimizers have by default they would be erased, though their gradients are zero.
    const erased = made(name)
    const all = trainer({
      network: erased,
      rule: frozen(),
      loss: crossEntropy('mean'),
      optimizer: adam({ rate: 0.1, coupledDecay: 0.1 }),
    })
    const size = (): number => belowPoints(erased).reduce((sum, { value }) => sum + Math.hypot(...value.data), 0)
    const start = size()
    for (let i = 0; i < 40; i++) all.step(INPUT, TARGET)
    expect(size()).toBeLessThan(0.2 * start)
  })

  it('has the same bits in every tier', () => {
    const simd = simdKernels()
    if ('reason' in simd) throw new Error(simd.reason)
    const trained = (kernels: Kernels): Record<string, Float32Array> => {
      const network = made(name, RING, kernels, { hidden: 0.5, input: 0.3, attention: 0.5 })
      const run = trainer({
        network,
        rule: directFeedbackAlignment({ seed: 1, kernels }),
        loss: crossEntropy('mean', kernels),
        optimizer: adam({ rate: 0.02, kernels }),
        kernels,
      })
      for (let i = 0; i < 3; i++) run.step(INPUT, TARGET)
      return values(network)
    }
    const want = trained(referenceKernels)
    for (const kernels of [blockedKernels, simd.kernels]) {
      for (const [own, got] of Object.entries(trained(kernels))) expect(firstDifference(got, want[own]), own).toBe('')
    }
  })

  it('keeps nothing from step to step', () => {
    const network = made(name, RING, blockedKernels, { hidden: 0.5, input: 0.3, attention: 0.5 })
    const run = trainer({
      network,
      rule: directFeedbackAlignment({ seed: 1 }),
      loss: crossEntropy('mean'),
      optimizer: adam({ rate: 1e-4 }),
    })
    expect(keptPerStep(() => run.step(INPUT, TARGET), 500)).toBeLessThan(100)
  })
})

describe('DFA with the exact matrix', () => {
  it.each(['gcn', 'cheb', 'spline', 'gat', 'mlp'] as const)('is backpropagation in %s where nodes have no neighbors',
    (name) => {
      const gradients = (exact: boolean): Record<string, Float32Array> => {
        const network = made(name, ALONE)
        const top = walk(network).filter(isDense)
        // Without neighbors the only weights that count above the point are those of the node itself: the first term's,
        // but the root's of a spline.
        const { weight: { value: { shape: [outputs, width], data } } } = name === 'spline' ? top[top.length - 1]
          : top.filter(({ outputs: own }) => own === CLASSES)[0]
        const turned = Float32Array.from({ length: data.length },
          (_, at) => data[at % outputs * width + Math.floor(at / outputs)])
        const rule = exact ? RULES.backpropagation({})
          : directFeedbackAlignment({ matrices: [tensor([width, outputs], turned)] })
        trainer({ network, rule, loss: crossEntropy('mean'), optimizer: sgd(1e-9) }).step(INPUT, TARGET)
        return Object.fromEntries(parametersOf(network).map(({ name: own, gradient }) => [own, gradient.data.slice()]))
      }
      const [got, want] = [gradients(false), gradients(true)]
      for (const own of Object.keys(want)) {
        got[own].forEach((v, i) => expect(Math.abs(v - want[own][i]), own).toBeLessThan(1e-7))
      }
    })
})
