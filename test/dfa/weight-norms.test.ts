import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, type Trainer, trainer } from '../../src/dfa/index.ts'
import { crossEntropy, initialize, sgd } from '../../src/nn/index.ts'
import { weightNorms } from '../../src/dfa/weight-norms.ts'
import type { Carrier } from '../../src/dfa/rules/rule.ts'
import { blockedKernels, fromRows, tensor } from '../../src/tensor/index.ts'
import { denseOf, network, normals } from './networks.ts'

const target = fromRows([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]])
const norms = (engine: Trainer): readonly number[] =>
  denseOf(engine.network).map(({ weight }) => Math.sqrt(weight.value.data.reduce((sum, w) => sum + w * w, 0)))

describe('weight normalization', () => {
  it('holds every layer at the norm of its first step while directions change; without it norms move', () => {
    const [held, free] = [true, false].map((constrainWeights) =>
      trainer({
        network: network(),
        rule: directFeedbackAlignment(),
        loss: crossEntropy('mean'),
        optimizer: sgd(0.5),
        constrainWeights,
      })
    )
    // Weights set after the trainer was made count: the norms are those of the first step.
    for (const engine of [held, free]) initialize(engine.network, 'gaussian', 9)
    const start = norms(held)
    const first = denseOf(held.network)[0].weight.value.data.slice()
    for (let t = 0; t < 30; t++) {
      for (const engine of [held, free]) engine.step(normals(4, 5, t, 'input'), target)
      norms(held).forEach((norm, l) => expect(Math.abs(norm / start[l] - 1), `step ${t}`).toBeLessThan(2e-7))
    }
    expect(denseOf(held.network)[0].weight.value.data).not.toEqual(first)
    expect(Math.max(...norms(free).map((norm, l) => Math.abs(norm / start[l] - 1)))).toBeGreaterThan(0.05)
    expect(held.state().map(({ name, data: [norm] }) => `${name} ${norm}`)).toEqual(
      start.map((norm, l) => `norm/dense${l + 1}/weight ${Math.fround(norm)}`),
    )
    expect(free.state()).toEqual([])
  })

  it('leaves a layer of zeros alone', () => {
    const engine = trainer({
      network: network(),
      rule: directFeedbackAlignment(),
      loss: crossEntropy('mean'),
      optimizer: sgd(0.5),
      constrainWeights: true,
    })
    initialize(engine.network, 'zero', 1)
    engine.step(normals(4, 5, 1, 'input'), target)
    for (const norm of norms(engine)) expect(Number.isFinite(norm)).toBe(true)
  })

  it('brings weights back by factors beyond float32, and refuses norms that are', () => {
    const weight = tensor([1, 2], Float32Array.of(3, 4))
    const layer = { weight: { name: 'w', value: weight } } as Carrier
    const { state, record, constrain } = weightNorms([layer], blockedKernels)
    record()
    for (const size of [2 ** -148, 2 ** 126]) {
      weight.data.set([0, size])
      constrain()
      expect(weight.data, `${size}`).toEqual(Float32Array.of(0, 5))
    }
    state[0].data[0] = 2 ** -100
    weight.data.set([2 ** 127, 0])
    constrain()
    expect(weight.data).toEqual(Float32Array.of(2 ** -100, 0))
    state[0].data[0] = 0
    weight.data.fill(3e38)
    expect(record).toThrow(/^weightNorms: w must have a norm within float32, got 4\.24\d*e\+38$/)
  })
})
