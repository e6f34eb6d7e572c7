import { describe, expect, it } from 'vitest'
import { activation, chain, type Dense, dense, graphAttention, graphConvolution, type Initialization, initialize,
  type Layer, parametersOf } from '../../src/nn/index.ts'
import { normalAt, randomStream, uniformAt } from '../../src/tensor/index.ts'

const KINDS: readonly Initialization[] = ['zero', 'uniform', 'glorot', 'gaussian', 'normal', 'orthogonal']
const INPUTS = 150, OUTPUTS = 200, N = INPUTS * OUTPUTS

function made(kind: Initialization, seed = 1, scale = 1, inputs = INPUTS, outputs = OUTPUTS): Dense {
  const layer = dense({ name: 'd', inputs, outputs })
  for (const { value } of layer.parameters) value.data.fill(99)
  initialize(layer, kind, seed, scale)
  return layer
}

function statistics(x: Float32Array): { mean: number; variance: number; largest: number; kurtosis: number } {
  const mean = x.reduce((t, v) => t + v, 0) / x.length
  const central = (power: number): number => x.reduce((t, v) => t + (v - mean) ** power, 0) / x.length
  return {
    mean,
    variance: central(2),
    largest: x.reduce((m, v) => Math.max(m, Math.abs(v)), 0),
    kurtosis: central(4) / central(2) ** 2,
  }
}

function values(network: Layer): Record<string, number[]> {
  return Object.fromEntries(parametersOf(network).map(({ name, value }) => [name, [...value.data]]))
}

describe('initialize', () => {
  it('zero sets everything to zero', () => {
    const { weight, bias } = made('zero')
    expect([...weight.value.data, ...bias?.value.data ?? []].every((x) => x === 0)).toBe(true)
  })

  it('uniform is U(±scale/√I) for weights and biases', () => {
    const scale = 2, bound = scale / Math.sqrt(INPUTS)
    const { weight, bias } = made('uniform', 1, scale)
    const { mean, variance, largest, kurtosis } = statistics(weight.value.data)
    expect(Math.abs(mean)).toBeLessThan(4 * bound / Math.sqrt(3 * N))
    expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(4 * 0.9 / Math.sqrt(N))
    expect(Math.abs(kurtosis - 1.8)).toBeLessThan(0.04)
    expect(largest).toBeLessThanOrEqual(Math.fround(bound))
    expect(largest).toBeGreaterThan(0.999 * bound)
    const b = statistics(bias?.value.data ?? new Float32Array(0))
    expect(b.largest).toBeLessThanOrEqual(Math.fround(bound))
    expect(b.largest).toBeGreaterThan(0.9 * bound)
    expect(Math.abs(b.variance / (bound ** 2 / 3) - 1)).toBeLessThan(4 * 0.9 / Math.sqrt(OUTPUTS))
  })

  it('glorot is U(±scale·√(6/(I + O))), with biases of zero', () => {
    const bound = 2 * Math.sqrt(6 / (INPUTS + OUTPUTS))
    const { weight, bias } = made('glorot', 1, 2)
    const { variance, largest } = statistics(weight.value.data)
    expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(4 * 0.9 / Math.sqrt(N))
    expect(largest).toBeLessThanOrEqual(Math.fround(bound))
    expect(largest).toBeGreaterThan(0.999 * bound)
    expect(bias?.value.data.every((x) => x === 0)).toBe(true)
  })

  it('knows the weights of graph layers', () => {
    const graph = { rows: 2, columns: 2, rowStarts: Int32Array.of(0, 1, 2), columnIndices: Int32Array.of(1, 0) }
    const attention = graphAttention({ name: 'a', graph, inputs: 40, outputs: 30, heads: 3 })
    const filter = graphConvolution({ name: 'f', graph, inputs: 40, outputs: 30 })
    for (const layer of [attention, filter]) {
      for (const { value } of parametersOf(layer)) value.data.fill(9)
      initialize(layer, 'glorot', 1)
    }
    const largest = (x: Float32Array): number => statistics(x).largest
    const [source, target, bias, weight] = parametersOf(attention).map(({ value }) => value.data)
    // A score is a sum of 2·10 terms, seen by 3 heads.
    for (const vector of [source, target]) {
      expect(largest(vector)).toBeLessThanOrEqual(Math.fround(Math.sqrt(6 / 23)))
      expect(largest(vector)).toBeGreaterThan(0.8 * Math.sqrt(6 / 23))
    }
    expect(largest(weight)).toBeLessThanOrEqual(Math.fround(Math.sqrt(6 / 70)))
    expect(bias.every((x) => x === 0)).toBe(true)
    expect(parametersOf(filter)[0].value.data.every((x) => x === 0)).toBe(true)
    expect(largest(parametersOf(filter)[1].value.data)).toBeGreaterThan(0.9 * Math.sqrt(6 / 70))
  })

  it('gaussian is N(0, scale²/I), normal N(0, scale²), both with biases of zero', () => {
    for (const [kind, deviation] of [['gaussian', 3 / Math.sqrt(INPUTS)], ['normal', 3]] as const) {
      const { weight, bias } = made(kind, 1, 3)
      const { mean, variance, kurtosis } = statistics(weight.value.data)
      expect(Math.abs(mean), kind).toBeLessThan(4 * deviation / Math.sqrt(N))
      expect(Math.abs(variance / deviation ** 2 - 1), kind).toBeLessThan(4 * Math.sqrt(2 / N))
      expect(Math.abs(kurtosis - 3), kind).toBeLessThan(4 * Math.sqrt(24 / N))
      expect(bias?.value.data.every((x) => x === 0), kind).toBe(true)
    }
  })

  it('orthogonal has orthonormal rows or columns times scale, and biases of zero', () => {
    for (const [inputs, outputs] of [[30, 50], [50, 30], [40, 40]]) {
      const { weight: { value: { data } }, bias } = made('orthogonal', 1, 0.5, inputs, outputs)
      expect(bias?.value.data.every((x) => x === 0)).toBe(true)
      const narrow = Math.min(inputs, outputs), long = Math.max(inputs, outputs)
      const at = (i: number, p: number): number => (outputs < inputs ? data[i * inputs + p] : data[p * inputs + i])
      for (let i = 0; i < narrow; i++) {
        for (let j = 0; j <= i; j++) {
          let product = 0
          for (let p = 0; p < long; p++) product += at(i, p) * at(j, p)
          // Each element is rounded to float32 once: 2⁻²⁴·0.5² for the whole product of unit vectors.
          expect(Math.abs(product - (i === j ? 0.25 : 0)), `[${inputs}, ${outputs}] ${i} ${j}`).toBeLessThan(2 ** -24)
        }
      }
    }
  })

  it('draws each parameter from its own named stream', () => {
    const { weight, bias } = made('uniform', 7)
    const root = 1 / Math.sqrt(INPUTS)
    const w = randomStream(7, 'init/d/weight'), b = randomStream(7, 'init/d/bias')
    for (const i of [0, 1, 17, 199]) {
      expect(weight.value.data[i]).toBe(Math.fround(-root + 2 * root * uniformAt(w, i)))
      expect(bias?.value.data[i]).toBe(Math.fround(-root + 2 * root * uniformAt(b, i)))
    }
    expect(made('normal', 7).weight.value.data[5]).toBe(Math.fround(normalAt(w, 5)))
  })

  it('changes no other layer when one is added, removed or moved', () => {
    const layer = (name: string, inputs: number): Dense => dense({ name, inputs, outputs: 4 })
    for (const kind of KINDS) {
      const three = chain('c', [layer('a', 3), activation({ name: 'g', kind: 'tanh' }), layer('b', 4), layer('c', 4)])
      const two = chain('other', [chain('inner', [layer('c', 4)]), layer('a', 3)])
      initialize(three, kind, 5)
      initialize(two, kind, 5)
      const [all, some] = [values(three), values(two)]
      for (const name of Object.keys(some)) expect(some[name], `${kind} ${name}`).toEqual(all[name])
      if (kind !== 'zero') expect(all['b/weight'], kind).not.toEqual(all['c/weight'])
    }
  })

  it('repeats with the seed, differs with another, and has scale 1 by default', () => {
    for (const kind of KINDS.filter((k) => k !== 'zero')) {
      expect(made(kind, 3, 1, 5, 6).weight.value.data, kind).toEqual(made(kind, 3, 1, 5, 6).weight.value.data)
      expect(made(kind, 3, 1, 5, 6).weight.value.data, kind).not.toEqual(made(kind, 4, 1, 5, 6).weight.value.data)
      const plain = dense({ name: 'd', inputs: 5, outputs: 6 })
      initialize(plain, kind, 3)
      expect(plain.weight.value.data, kind).toEqual(made(kind, 3, 1, 5, 6).weight.value.data)
    }
  })

  it('refuses unknown kinds, scales that are not finite and bad seeds, and changes nothing then', () => {
    const layer = made('normal', 1, 1, 3, 2)
    const before = values(layer)
    expect(() => initialize(layer, 'xavier' as never, 1)).toThrow(
      new RangeError(
        'initialize: kind must be one of zero, uniform, glorot, gaussian, normal, orthogonal, got "xavier"',
      ),
    )
    expect(() => initialize(layer, 'normal', 1, NaN)).toThrow(
      new RangeError('initialize: scale must be a finite number, got NaN'),
    )
    for (const scale of [-1, 1e39]) {
      expect(() => initialize(layer, 'uniform', 1, scale)).toThrow(
        new RangeError(`initialize: scale must be at least 0 and finite in float32, got ${scale}`),
      )
    }
    expect(() => initialize(layer, 'normal', 1, '1' as never)).toThrow(TypeError)
    for (const kind of KINDS) {
      expect(() => initialize(layer, kind, -1)).toThrow(
        new RangeError('randomStream: seed must be a whole number of at least 0, got -1'),
      )
    }
    expect(values(layer)).toEqual(before)
  })
})
