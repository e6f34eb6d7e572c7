import { describe, expect, it } from 'vitest'
import { errorTap, installRule, type StepContext, transportAlignment, weightMirror } from '../../../src/dfa/index.ts'
import { partsOf } from '../../../src/dfa/rules/rule.ts'
import { chain, conv2d, dense, flatten, initialize, type Layer } from '../../../src/nn/index.ts'
import { randomStream, stepNormalsInto } from '../../../src/tensor/index.ts'
import { denseOf, network, relativeDistance, valuesOf } from '../networks.ts'

/** Mirror phases without training. */
function mirror(layer: Layer, rule: ReturnType<typeof weightMirror>, from: number, to: number): void {
  const parts = partsOf(layer)
  for (let step = from; step < to; step++) rule.beforeStep?.({ parts, step, rate: 0 } satisfies StepContext)
}

describe('weightMirror', () => {
  it('turns R towards W by noise alone, to the angle of theory (5.8), touching no parameter', () => {
    const layer = network({ sizes: [5, 40, 30, 3] })
    const rule = weightMirror({ mirrorRate: 0.05, samples: 40 })
    installRule(layer, rule)
    const before = valuesOf(layer)
    const start = transportAlignment(layer)
    mirror(layer, rule, 0, 150)
    transportAlignment(layer).forEach(({ name, cosine }, l) => {
      // R = W + noise of relative size √(η·I/(2M)): 0.16 and 0.14.
      const noise = Math.sqrt(0.05 * [40, 30][l] / (2 * 40))
      expect(start[l].cosine, name).toBeLessThan(0.4)
      expect(Math.abs(cosine - 1 / Math.sqrt(1 + noise * noise)), name).toBeLessThan(0.01)
    })
    expect(valuesOf(layer)).toEqual(before)
  })

  it('tends to η_m·s²/λ_m times W', () => {
    const layer = network({ sizes: [5, 6, 6, 3] })
    const rule = weightMirror({ mirrorRate: 0.01, mirrorDecay: 0.02, deviation: 2, samples: 400 })
    installRule(layer, rule)
    mirror(layer, rule, 0, 400)
    for (const { weight, transport } of denseOf(layer).slice(1)) {
      const w = weight.value.data
      const slope = w.reduce((sum, x, i) => sum + x * (transport?.data[i] ?? NaN), 0)
        / w.reduce((sum, x) => sum + x * x, 0)
      expect(Math.abs(slope / 2 - 1)).toBeLessThan(0.03)
    }
  })

  it('is one phase by hand: R := (1 − λ)R + η·(Wξ)ξᵀ for one sample', () => {
    const layer = network({ sizes: [2, 1, 1], activation: 'linear' })
    const rule = weightMirror({ mirrorRate: 0.5, mirrorDecay: 0.25, samples: 1 })
    installRule(layer, rule)
    const second = denseOf(layer)[1]
    second.weight.value.data[0] = 3
    const r = second.transport?.data ?? new Float32Array(1)
    r[0] = 8
    mirror(layer, rule, 0, 1)
    // ξ² from the result; then twice the weight must add twice as much with the same ξ.
    const added = r[0] - 6
    expect(added).toBeGreaterThan(0)
    second.weight.value.data[0] = 6
    r[0] = 8
    mirror(layer, rule, 0, 1)
    expect(r[0] - 6).toBeCloseTo(2 * added, 5)
  })

  it('mirrors only every so many steps, with noise that is a function of the step', () => {
    const run = (steps: readonly number[]): Float32Array => {
      const layer = network()
      const rule = weightMirror({ every: 3 })
      installRule(layer, rule)
      for (const step of steps) mirror(layer, rule, step, step + 1)
      return denseOf(layer)[1].transport?.data ?? new Float32Array(0)
    }
    expect(run([0, 1, 2, 3, 4])).toEqual(run([0, 3]))
    expect(run([0, 3])).not.toEqual(run([0]))
    expect(run([3])).not.toEqual(run([0]))
  })

  it('mirrors before the first step as often as it is told, with noise of its own', () => {
    const layer = network({ sizes: [5, 40, 30, 3] })
    const rule = weightMirror({ mirrorRate: 0.05, samples: 40, first: 150 })
    installRule(layer, rule)
    mirror(layer, rule, 0, 1)
    for (const { name, cosine } of transportAlignment(layer)) expect(cosine, name).toBeGreaterThan(0.97)
    const later = network({ sizes: [5, 40, 30, 3] })
    const resumed = weightMirror({ mirrorRate: 0.05, samples: 40, first: 150 })
    installRule(later, resumed)
    mirror(later, resumed, 1, 2)
    for (const { name, cosine } of transportAlignment(later)) expect(cosine, name).toBeLessThan(0.5)
  })

  it('mirrors convolutions by their kernels: R turns towards W for every group, in the kernel’s shape', () => {
    const net = (): Layer => {
      const made = chain('net', [conv2d({ name: 'c1', inputChannels: 1, outputChannels: 4, kernelSize: 3, padding: 1 }),
        conv2d({ name: 'c2', inputChannels: 4, outputChannels: 6, kernelSize: [3, 2], groups: 2 }),
        flatten({ name: 'f' }), dense({ name: 'd', inputs: 6 * 3 * 4, outputs: 3 }), errorTap('tap')])
      initialize(made, 'gaussian', 1)
      return made
    }
    const layer = net()
    const rule = weightMirror({ mirrorRate: 0.05, samples: 40 })
    installRule(layer, rule)
    const before = valuesOf(layer)
    expect(partsOf(layer).carriers.map(({ transport }) => transport?.shape)).toEqual([undefined, [6, 2, 3, 2], [3, 72]])
    expect(transportAlignment(layer)[0].cosine).toBeLessThan(0.5)
    mirror(layer, rule, 0, 150)
    // Relative noise √(η·I/(2M)) with I = 12: cos = 0.996.
    expect(Math.abs(transportAlignment(layer)[0].cosine - 1 / Math.sqrt(1 + 0.05 * 12 / 80))).toBeLessThan(0.003)
    expect(valuesOf(layer)).toEqual(before)
  })

  it('of a convolution is one phase of (1 − λ)R + η⟨(Wξ)ξᵀ⟩ in float64, ξ patches from the stream of the step', () => {
    const c = conv2d({ name: 'c', inputChannels: 4, outputChannels: 6, kernelSize: [3, 2], groups: 2 })
    const layer = chain('net', [conv2d({ name: 'b', inputChannels: 1, outputChannels: 4, kernelSize: 1 }), c,
      flatten({ name: 'f' }), dense({ name: 'd', inputs: 6, outputs: 3 }), errorTap('tap')])
    initialize(layer, 'gaussian', 1)
    const rule = weightMirror({ mirrorRate: 0.5, mirrorDecay: 0.25, samples: 5, deviation: 2, seed: 7 })
    installRule(layer, rule)
    const r = Float64Array.from(c.transport?.data ?? [])
    const w = c.weight.value.data
    mirror(layer, rule, 3, 4)
    const noise = stepNormalsInto(new Float64Array(5 * 12), randomStream(7, 'mirror/c'), 3).map((x) =>
      Math.fround(2 * x)
    )
    const want = r.map((old, at) => {
      const o = Math.floor(at / 12), i = at % 12
      let total = 0
      for (let m = 0; m < 5; m++) {
        let response = 0
        for (let j = 0; j < 12; j++) response += w[12 * o + j] * noise[12 * m + j]
        total += response * noise[12 * m + i]
      }
      return 0.75 * old + 0.5 * total / 5
    })
    expect(relativeDistance(c.transport?.data ?? [], want)).toBeLessThan(1e-6)
  })

  it('correlates noise with σ(Wξ + b) where it is told to, in float64', () => {
    const layer = network({ sizes: [2, 3, 2], activation: 'linear' })
    const rule = weightMirror({ mirrorRate: 0.5, mirrorDecay: 0, samples: 4, seed: 3, response: 'sigmoid' })
    installRule(layer, rule)
    const [, { weight, bias, transport }] = denseOf(layer)
    bias?.value.data.set([0.5, -1])
    const r = Float64Array.from(transport?.data ?? []), w = weight.value.data
    mirror(layer, rule, 0, 1)
    const noise = stepNormalsInto(new Float64Array(12), randomStream(3, 'mirror/dense2'), 0).map(Math.fround)
    const want = r.map((old, at) => {
      const o = Math.floor(at / 3), i = at % 3
      let total = 0
      for (let m = 0; m < 4; m++) {
        let a = [0.5, -1][o]
        for (let j = 0; j < 3; j++) a += w[3 * o + j] * noise[3 * m + j]
        total += noise[3 * m + i] / (1 + Math.exp(-a))
      }
      return old + 0.5 * total / 4
    })
    expect(relativeDistance(transport?.data ?? [], want)).toBeLessThan(1e-6)
    expect(() => weightMirror({ response: 'tanh' as never })).toThrow(
      'weightMirror: response must be one of linear, sigmoid, got "tanh"',
    )
  })

  it('refuses options out of range', () => {
    expect(() => weightMirror({ mirrorRate: 0 })).toThrow('weightMirror: mirrorRate must be positive, got 0')
    expect(() => weightMirror({ deviation: 1e-46 })).toThrow(
      'weightMirror: deviation must be positive and finite in float32, got 1e-46',
    )
    expect(() => weightMirror({ mirrorRate: 1e-9 })).toThrow('weightMirror: mirrorDecay must be 0 or tell')
    expect(() => weightMirror({ samples: 0 })).toThrow(
      'weightMirror: samples must be a whole number of at least 1, got 0',
    )
    expect(() => weightMirror({ mirrorDecay: 1 })).toThrow(
      'weightMirror: mirrorDecay must be at least 0 and below 1, got 1',
    )
  })
})
