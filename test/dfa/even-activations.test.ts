import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, errorTap, feedbackPoint, measureAlignment, trainer } from '../../src/dfa/index.ts'
import { activation, type ActivationName, chain, crossEntropy, dense, initialize, type Layer,
  sgd } from '../../src/nn/index.ts'
import { type Tensor, tensor } from '../../src/tensor/index.ts'
import { normals, plainCosine } from './networks.ts'

const WIDTH = 400,
  INPUTS = 30,
  CLASSES = 10

/** One hidden layer; `wrong` puts 1 in the place of g′. */
function prepared(kind: ActivationName, wrong: boolean, scale = 2) {
  const own = activation({ name: 'g', kind })
  const first = dense({ name: 'd1', inputs: INPUTS, outputs: WIDTH })
  const last = dense({ name: 'd2', inputs: WIDTH, outputs: CLASSES })
  const point = feedbackPoint('point', WIDTH)
  const g: Layer = wrong ? { ...own, backward: (gradient) => gradient } : own
  const network = chain('c', [first, g, point, last, errorTap('tap')])
  initialize(network, 'uniform', 3, scale)
  const rule = directFeedbackAlignment({ seed: 5 })
  const loss = crossEntropy('mean')
  const run = (rate: number) => trainer({ network, rule, loss, optimizer: sgd(rate) })
  return { network, first, point, loss, run }
}

function batch(rows: number): { input: Tensor; target: Tensor } {
  const target = tensor([rows, CLASSES])
  for (let i = 0; i < rows; i++) target.data[i * CLASSES + i % CLASSES] = 1
  return { input: normals(rows, INPUTS, 1, 'x'), target }
}

describe('a hidden layer under direct feedback', () => {
  it.each(['tanh', 'absolute', 'bump'] as const)('of %s moves along −g′² F e in one step, theory (8.5)', (kind) => {
    const { network, first, point, run } = prepared(kind, false)
    const { input, target } = batch(1)
    network.forward(input)
    const before = point.activation?.data.slice() ?? new Float32Array(0)
    const engine = run(1e-3)
    engine.step(input, target)
    const a = first.forward(input).data
    // Delivered F e; g′² is that of the step before to first order.
    const delivered = point.delivered?.data.slice() ?? new Float32Array(0)
    network.forward(input)
    const moved = (point.activation?.data ?? before).map((h, i) => h - before[i])
    const slope: Readonly<Record<string, (x: number) => number>> = {
      tanh: (x) => 1 - Math.tanh(x) ** 2,
      absolute: Math.sign,
      bump: (x) => -x * Math.exp(-x * x / 2),
    }
    expect(plainCosine(moved, delivered.map((s, i) => -(slope[kind](a[i]) ** 2) * s))).toBeGreaterThan(0.999)
  })

  it('moves nowhere in the mean when an even slope is taken for 1, theory (8.8)', () => {
    const { network, point, run } = prepared('absolute', true)
    const { input, target } = batch(1)
    network.forward(input)
    const before = point.activation?.data.slice() ?? new Float32Array(0)
    run(1e-3).step(input, target)
    const delivered = point.delivered?.data.slice() ?? new Float32Array(0)
    network.forward(input)
    const moved = (point.activation?.data ?? before).map((h, i) => h - before[i])
    // Half of the units each way: 1/√400 is the scatter.
    expect(Math.abs(plainCosine(moved, delivered))).toBeLessThan(0.15)
  })

  it('aligns the layer above for even functions with their own slope, and not with slope 1', () => {
    const aligned = (kind: ActivationName, wrong: boolean): number => {
      const { network, loss, run } = prepared(kind, wrong, 0.5)
      const { input, target } = batch(60)
      const engine = run(0.3)
      for (let i = 0; i < 300; i++) engine.step(input, target)
      const { output } = engine.evaluate(input, target)
      const error = tensor(output.shape)
      loss.evaluateInto(error, output, target)
      return measureAlignment(network, error).signal[0].cosines.mean
    }
    expect(aligned('absolute', false)).toBeGreaterThan(0.5)
    expect(aligned('bump', false)).toBeGreaterThan(0.5)
    for (const kind of ['absolute', 'bump'] as const) expect(Math.abs(aligned(kind, true)), kind).toBeLessThan(0.15)
  })
})
