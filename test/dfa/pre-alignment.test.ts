import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, errorTap, feedbackPoint, measureAlignment, preAlign,
  trainer } from '../../src/dfa/index.ts'
import { activation, chain, crossEntropy, dense, flatten, sgd } from '../../src/nn/index.ts'
import { type Tensor, tensor } from '../../src/tensor/index.ts'
import { denseOf, network, normals, valuesOf } from './networks.ts'

const LOSS = crossEntropy('mean')

/** Gaussian inputs with ten classes in turn. */
function samples(rows: number, name: string): { input: Tensor; target: Tensor } {
  const target = tensor([rows, 10])
  for (let i = 0; i < rows; i++) target.data[i * 10 + i % 10] = 1
  return { input: normals(rows, 40, 3, name), target }
}

/** A network under DFA, and the mean cosine at each point on other samples. */
function prepared(width = 200) {
  const layer = network({ sizes: [40, width, width, width, 10] })
  const rule = directFeedbackAlignment({ sharing: 'shared', normalization: 'width-outputs' })
  const run = trainer({ network: layer, rule, loss: LOSS, optimizer: sgd(0.1) })
  const aligned = (x: { input: Tensor; target: Tensor }): readonly number[] => {
    const { output } = run.evaluate(x.input, x.target)
    const error = tensor(output.shape)
    LOSS.evaluateInto(error, output, x.target)
    return measureAlignment(layer, error).signal.map(({ cosines }) => cosines.mean)
  }
  return { layer, run, rule, aligned }
}

describe('preAlign', () => {
  const batch = samples(64, 'seen'), unseen = samples(64, 'unseen')

  it('aligns every signal at once, on samples that it has not seen, too', () => {
    const { layer, aligned } = prepared()
    aligned(batch).forEach((cosine) => expect(Math.abs(cosine)).toBeLessThan(0.3))
    preAlign(layer, LOSS, batch)
    for (const cosine of [...aligned(batch), ...aligned(unseen)]) expect(cosine).toBeGreaterThan(0.9999)
  })

  it('gives every layer but the first a norm of 1 and leaves the first, all biases and the feedback', () => {
    const { layer, rule } = prepared()
    const before = valuesOf(layer)
    const feedback = rule.feedback.map(({ data }) => data.slice())
    preAlign(layer, LOSS, batch)
    const after = valuesOf(layer)
    expect(after.get('dense1/weight')).toEqual(before.get('dense1/weight'))
    for (const { name, weight } of denseOf(layer)) {
      expect(after.get(`${name}/bias`)).toEqual(before.get(`${name}/bias`))
      const norm = Math.sqrt(weight.value.data.reduce((sum, w) => sum + w * w, 0))
      if (name !== 'dense1') expect(norm, name).toBeCloseTo(1, 5)
    }
    expect(rule.feedback.map(({ data }) => data)).toEqual(feedback)
  })

  it('leaves the rule as it was: the next step trains', () => {
    const { layer, run } = prepared()
    preAlign(layer, LOSS, batch)
    const first = run.step(batch.input, batch.target)
    for (let i = 0; i < 20; i++) run.step(batch.input, batch.target)
    expect(run.step(batch.input, batch.target)).toBeLessThan(first)
  })

  it('refuses layers that are not dense, changing nothing', () => {
    const layers = [dense({ name: 'd1', inputs: 40, outputs: 4 }), activation({ name: 'a', kind: 'tanh' }),
      feedbackPoint('point', 4), flatten({ name: 'flat' }), dense({ name: 'd2', inputs: 4, outputs: 10 }),
      errorTap('tap')]
    const layer = chain('c', layers)
    const rule = directFeedbackAlignment()
    trainer({ network: layer, rule, loss: LOSS, optimizer: sgd(1) })
    expect(() => preAlign(layer, LOSS, batch)).toThrow('preAlign: the layer above point must be dense, got flat')
  })

  it('refuses a signal that vanishes', () => {
    const { layer, rule } = prepared(8)
    rule.feedback.forEach(({ data }) => data.fill(0))
    expect(() => preAlign(layer, LOSS, batch)).toThrow('preAlign: the signal at point3 must not vanish')
  })
})
