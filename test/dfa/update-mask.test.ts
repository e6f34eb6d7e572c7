import { describe, expect, it } from 'vitest'
import { backpropagation, directFeedbackAlignment, kolenPollack, sparseUpdateMask,
  trainer } from '../../src/dfa/index.ts'
import { adamW, momentumSgd, type Optimizer, sgd, squaredError } from '../../src/nn/index.ts'
import { denseOf, network, normals, valuesOf } from './networks.ts'

const OPTIMIZERS: readonly (readonly [string, () => Optimizer])[] = [['sgd', () => sgd(0.1)], ['momentum with decay',
  () => momentumSgd({ rate: 0.1, momentum: 0.9, coupledDecay: 0.01 })], ['adamw',
  () => adamW({ rate: 0.01, decoupledDecay: 0.1 })]]

describe('sparseUpdateMask', () => {
  it.each(OPTIMIZERS)('keeps masked weights to the bit under %s and trains the others', (_name, optimizer) => {
    const layer = network({ sizes: [5, 30, 40, 3] })
    const masked = denseOf(layer)[1]
    const mask = sparseUpdateMask(masked, 0.25, 7)
    const run = trainer({
      network: layer,
      rule: directFeedbackAlignment(),
      loss: squaredError('mean'),
      optimizer: optimizer(),
      masks: [mask],
    })
    const before = valuesOf(layer)
    for (let i = 0; i < 30; i++) run.step(normals(8, 5, i, 'x'), normals(8, 3, i, 'y'))
    const after = valuesOf(layer)
    const kept = (name: string): number => {
      const was = before.get(name) ?? new Float32Array(0)
      return (after.get(name) ?? was).filter((w, i) => w !== was[i]).length / was.length
    }
    const weights = 30 * 40, all = weights + 40
    expect((kept('dense2/weight') * weights + kept('dense2/bias') * 40) / all).toBeCloseTo(mask.share, 12)
    expect(mask.share).toBeGreaterThan(0.2)
    expect(mask.share).toBeLessThan(0.3)
    for (const name of ['dense1/weight', 'dense3/weight']) expect(kept(name), name).toBeGreaterThan(0.99)
  })

  it('of a larger share holds that of a smaller one, of 1 changes nothing, of 0 freezes', () => {
    const shares = [0, 0.1, 0.5, 1]
    const trained = shares.map((keep) => {
      const layer = network({ sizes: [5, 30, 40, 3] })
      const { gradient } = denseOf(layer)[1].weight
      gradient.data.fill(1)
      sparseUpdateMask(denseOf(layer)[1], keep, 3).beforeUpdate()
      return gradient.data.slice()
    })
    trained.slice(1).forEach((larger, at) => trained[at].forEach((x, i) => expect(x).toBeLessThanOrEqual(larger[i])))
    expect([...new Set(trained[0]), ...new Set(trained[3])]).toEqual([0, 1])
  })

  it('refuses shares that are none', () => {
    expect(() => sparseUpdateMask(denseOf(network())[0], 1.1, 0)).toThrow(
      'sparseUpdateMask: keep must be between 0 and 1, got 1.1',
    )
  })
})

describe('frozen layers', () => {
  it('keep their bits under weight decay, the rest is trained', () => {
    const layer = network({ sizes: [5, 30, 40, 3] })
    const run = trainer({
      network: layer,
      rule: directFeedbackAlignment(),
      loss: squaredError('mean'),
      optimizer: adamW({ rate: 0.01, decoupledDecay: 0.1 }),
      frozen: [denseOf(layer)[0]],
    })
    const before = valuesOf(layer)
    for (let i = 0; i < 5; i++) run.step(normals(8, 5, i, 'x'), normals(8, 3, i, 'y'))
    const after = valuesOf(layer)
    for (const name of ['dense1/weight', 'dense1/bias']) expect(after.get(name)).toEqual(before.get(name))
    expect(after.get('dense2/weight')).not.toEqual(before.get('dense2/weight'))
  })

  it('keep their bits where weight norms are constrained, whatever rounding says of their own', () => {
    for (let seed = 0; seed < 20; seed++) {
      const layer = network({ sizes: [5, 30, 40, 3], seed })
      const frozen = denseOf(layer)[1]
      const run = trainer({
        network: layer,
        rule: directFeedbackAlignment(),
        loss: squaredError('mean'),
        optimizer: sgd(0.1),
        constrainWeights: true,
        frozen: [frozen],
      })
      const before = frozen.weight.value.data.slice()
      for (let i = 0; i < 3; i++) run.step(normals(8, 5, i, 'x'), normals(8, 3, i, 'y'))
      expect(frozen.weight.value.data, `seed ${seed}`).toEqual(before)
      expect(run.state().map(({ name }) => name)).not.toContain('norm/dense2/weight')
    }
  })

  it('and masked weights keep their bits through a change of the rule and of the optimizer', () => {
    const layer = network({ sizes: [5, 30, 40, 3] })
    const [frozen, masked] = denseOf(layer)
    const run = trainer({
      network: layer,
      rule: directFeedbackAlignment(),
      loss: squaredError('mean'),
      optimizer: momentumSgd({ rate: 0.1, coupledDecay: 0.01 }),
      frozen: [frozen],
      masks: [sparseUpdateMask(masked, 0.25, 7)],
    })
    const go = (): void => {
      for (let i = 0; i < 3; i++) run.step(normals(8, 5, i, 'x'), normals(8, 3, i, 'y'))
    }
    const [first, second] = [frozen, masked].map(({ weight }) => weight.value.data.slice())
    const still = (): readonly boolean[] => Array.from(masked.weight.value.data, (w, i) => w === second[i])
    go()
    const kept = still()
    expect(kept).toContain(true)
    expect(kept).toContain(false)
    run.switchRule(backpropagation(), { optimizer: adamW({ rate: 0.01, decoupledDecay: 0.1 }) })
    go()
    run.switchRule(kolenPollack({ decay: 0.01 }))
    go()
    expect(frozen.weight.value.data).toEqual(first)
    expect(still()).toEqual(kept)
  })
})
