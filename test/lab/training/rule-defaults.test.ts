import { describe, expect, it } from 'vitest'
import { activation, type ActivationName, ACTIVATIONS, initialize } from '../../../src/nn/index.ts'
import { normalInto, randomStream, tensor } from '../../../src/tensor/index.ts'
import { configure } from '../../../src/lab/training/configuration.ts'
import { backwardGains, defaultActivation, defaultRate } from '../../../src/lab/training/rule-defaults.ts'
import { RULE_NAMES } from '../../../src/lab/training/rule-uses.ts'
import { denseOf, network } from '../../dfa/networks.ts'

const asked = (texts: Record<string, string>) => configure(new Map(Object.entries(texts))).configuration

describe('defaults by rule', () => {
  it('are taken where options are silent, and only there', () => {
    expect(asked({ rule: 'drtp' })).toMatchObject({ activation: 'tanh',
      rate: defaultRate('direct-random-target-projection', 'adam', [500]) })
    expect(asked({ rule: 'drtp', activation: 'relu', rate: '0.25' })).toMatchObject({ rate: 0.25, activation: 'relu' })
    expect(asked({ rule: 'bp' }).activation).toBe('relu')
    expect(configure(new Map(), { rule: 'drtp', activation: 'relu' }).configuration.activation).toBe('relu')
    for (const rule of RULE_NAMES) expect(Object.hasOwn(ACTIVATIONS, defaultActivation(rule)), rule).toBe(true)
  })

  it('are rates by rule, depth, width and optimizer', () => {
    const at = (hidden: string, more: Record<string, string> = {}): number => asked({ hidden, ...more }).rate
    expect(at('300,300')).toBeGreaterThan(at('300,300,300'))
    expect(at('300,300,300', { rule: 'bp' })).toBe(at('300', { rule: 'bp' }))
    expect(at('100,1000,100')).toBeCloseTo(at('300,300,300') * 0.3, 12)
    expect(at('100')).toBe(at('300'))
    expect(at('300', { optimizer: 'sgd' })).toBe(at('1000,1000,1000', { optimizer: 'sgd' }))
    expect(at('300', { optimizer: 'momentum' })).toBeLessThan(at('300', { optimizer: 'sgd' }))
    const model = { dataset: 'mnist', model: 'lenet' }
    expect(asked(model).rate).toBe(at('300,300,300'))
  })
})

describe('backwardGains', () => {
  const c = { initialization: 'uniform', 'initial-scale': 1, activation: 'relu', 'leaky-slope': 0.5 } as const

  it.each(Object.keys(ACTIVATIONS) as ActivationName[])('γ of %s is the mean squared slope of small pre-activations',
    (kind) => {
      // Slopes of the engine itself; the flat one at the variance that its row names.
      const deviation = kind === 'bump' ? Math.sqrt(1 / 3) : 1e-3
      const layer = activation({ name: 'g', kind, ...(kind === 'leaky-relu' ? { slope: 0.5 } : {}) })
      const a = tensor([1, 20_000], normalInto(new Float32Array(20_000), randomStream(1, 'a'), deviation))
      layer.forward(a)
      const slopes = layer.backward(tensor([1, 20_000], new Float32Array(20_000).fill(1)), true)?.data
      const mean = (slopes ?? new Float32Array(0)).reduce((sum, slope) => sum + slope * slope, 0) / 20_000
      expect(backwardGains({ ...c, activation: kind }).slopeGain / mean).toBeCloseTo(1, 1)
    })

  it.each(['uniform', 'gaussian', 'glorot', 'orthogonal'] as const)('v of %s is n times the variance of its weights',
    (initialization) => {
      const layer = network({ sizes: [100, 100, 10] })
      initialize(layer, initialization, 1, 3)
      const [{ weight: { value: { data } } }] = denseOf(layer)
      const square = data.reduce((sum, w) => sum + w * w, 0) / data.length
      expect(backwardGains({ ...c, initialization, 'initial-scale': 3 }).weightGain / (100 * square)).toBeCloseTo(1, 1)
    })
})
