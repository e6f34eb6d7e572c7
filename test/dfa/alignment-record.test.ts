import { describe, expect, it } from 'vitest'
import { type AlignmentRecord, alignmentRecord, directFeedbackAlignment, errorTap, feedbackAlignment, feedbackPoint,
  frozen, installRule, type LearningRule, measureAlignment, trainer, transportAlignment,
  weightAlignment } from '../../src/dfa/index.ts'
import type { TrainerOptions } from '../../src/dfa/trainer.ts'
import { activation, chain, conv2d, crossEntropy, dense, dropout, flatten, initialize, type Layer,
  sgd } from '../../src/nn/index.ts'
import { type Tensor, tensor } from '../../src/tensor/index.ts'
import { denseOf, gradientsOf, network, normals, valuesOf } from './networks.ts'

const input = normals(5, 5, 1, 'input')
const error = normals(5, 3, 1, 'error')
const norm = (data: ArrayLike<number>): number => Math.hypot(...Array.from(data))

function convolutional(): Layer {
  const made = chain('net', [conv2d({ name: 'c1', inputChannels: 1, outputChannels: 2, kernelSize: 3 }),
    activation({ name: 'g1', kind: 'tanh' }), feedbackPoint('p1', [2, 4, 4]),
    conv2d({ name: 'c2', inputChannels: 2, outputChannels: 3, kernelSize: 2, stride: 2 }),
    activation({ name: 'g2', kind: 'tanh' }), dropout({ name: 'o', probability: 0.25, seed: 1 }),
    flatten({ name: 'f' }), feedbackPoint('p2', 12), dense({ name: 'd', inputs: 12, outputs: 3 }), errorTap('tap')])
  initialize(made, 'uniform', 1)
  return made
}

describe('alignmentRecord', () => {
  it('holds what the measures say, by name, and leaves the rule’s gradients', () => {
    const layer = network()
    const rule = directFeedbackAlignment({ seed: 2 })
    installRule(layer, rule)
    const gradients = gradientsOf(layer, input, error)
    const record = alignmentRecord({ network: layer, step: 7, error }, rule.feedback)
    const { signal, layerGradient, joined, wholeGradient } = measureAlignment(layer, error)
    expect(record.step).toBe(7)
    expect(record.signal).toEqual(Object.fromEntries(signal.map(({ name, cosines }) => [name, cosines])))
    expect(record.layerGradient).toEqual(
      Object.fromEntries(layerGradient.map(({ name, samples, batch }) => [name, { ...samples, batch }])),
    )
    expect(record.joined).toEqual(joined)
    expect(record.wholeGradient).toBe(wholeGradient)
    expect(record.weight).toEqual(
      Object.fromEntries(weightAlignment(layer, rule.feedback).map(({ name, cosine }) => [name, cosine])),
    )
    expect(Object.keys(record.weight)).toEqual(['dense2', 'dense3', 'dense4'])
    expect(record.normRatio).toEqual({})
    rule.feedback.forEach((f, l) => expect(record.feedbackNorm[`point${l + 1}`]).toBeCloseTo(norm(f.data), 6))
    const after = denseOf(layer).flatMap(({ parameters }) => parameters)
    expect(new Map(after.map(({ name, gradient }) => [name, gradient.data]))).toEqual(gradients)
  })

  it('gives |R|/|W| and cos∠(W, R) of transports, convolutions included', () => {
    const layer = convolutional()
    installRule(layer, feedbackAlignment({ seed: 2 }))
    gradientsOf(layer, tensor([4, 1, 6, 6], normals(4, 36, 1, 'input').data), normals(4, 3, 1, 'error'))
    const { normRatio, weight, signal, layerGradient, feedbackNorm } = alignmentRecord({
      network: layer,
      step: 0,
      error: normals(4, 3, 1, 'error'),
    })
    expect(Object.keys(normRatio)).toEqual(['c2', 'd'])
    const c2 = layer.children[3] as ReturnType<typeof conv2d>
    expect(normRatio['c2']).toBeCloseTo(norm(c2.transport?.data ?? []) / norm(c2.weight.value.data), 6)
    expect(weight).toEqual(Object.fromEntries(transportAlignment(layer).map(({ name, cosine }) => [name, cosine])))
    expect([Object.keys(signal), Object.keys(layerGradient)]).toEqual([['p1', 'p2'], ['c1', 'c2', 'd']])
    expect(layerGradient['c1']).toMatchObject({ count: 4, zeros: 0 })
    expect(Math.abs(layerGradient['c1'].mean ?? 1)).toBeLessThan(0.9)
    expect(feedbackNorm).toEqual({})
  })

  it('is plain JSON: what has no direction is null, and counted', () => {
    const layer = network()
    installRule(layer, frozen())
    denseOf(layer)[1].weight.value.data.fill(0)
    layer.forward(input)
    const record = alignmentRecord({ network: layer, step: 1, error }, [7, 6, 6].map((n) => tensor([n, 3])))
    expect(JSON.parse(JSON.stringify(record))).toEqual(record)
    expect(record.signal['point1']).toEqual({ mean: null, deviation: null, count: 0, zeros: 5 })
    expect(record.layerGradient['dense1'].batch).toBeNull()
    expect(record.weight).toEqual({ dense2: null, dense3: null, dense4: null })
    expect(record.feedbackNorm).toEqual({ point1: 0, point2: 0, point3: 0 })
  })

  it('streams from the training steps themselves, which stay as they are without it', () => {
    const target = (step: number): Tensor =>
      tensor([4, 3], Float32Array.from({ length: 12 }, (_, i) => Number(i % 3 === (Math.floor(i / 3) + step) % 3)))
    const run = (make: () => LearningRule & { feedback?: readonly Tensor[] }, observed: boolean) => {
      const records: AlignmentRecord[] = []
      const rule = make()
      const options: TrainerOptions = {
        network: convolutional(),
        rule,
        loss: crossEntropy('mean'),
        optimizer: sgd(0.1),
      }
      const observe: TrainerOptions['observe'] = (seen) => {
        records.push(alignmentRecord(seen, rule.feedback))
      }
      const engine = trainer(observed ? { ...options, observe } : options)
      const losses = Array.from({ length: 6 },
        (_, step) => engine.step(tensor([4, 1, 6, 6], normals(4, 36, step, 'input').data), target(step)))
      return { records, losses, values: valuesOf(engine.network) }
    }
    for (const make of [() => directFeedbackAlignment({ maps: 'channel-shared' }), () => feedbackAlignment()]) {
      const [observed, plain] = [run(make, true), run(make, false)]
      expect([observed.losses, observed.values]).toEqual([plain.losses, plain.values])
      expect(observed.records.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5])
      // The last layer's gradient is exact under every rule; those below are not.
      for (const { layerGradient: { d, c1 } } of observed.records) {
        expect(d.batch).toBeCloseTo(1, 12)
        expect(c1.batch).toBeLessThan(0.999)
      }
      expect(new Set(observed.records.map(({ signal: { p1 } }) => p1.mean)).size).toBe(6)
    }
  })

  it('refuses feedback that is not one matrix per point', () => {
    const layer = network()
    layer.forward(input)
    expect(() => alignmentRecord({ network: layer, step: 0, error }, [])).toThrow(
      new RangeError('alignmentRecord: feedback must be 3 matrices, one per point, got 0'),
    )
  })
})
