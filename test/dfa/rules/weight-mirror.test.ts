import { describe, expect, it } from 'vitest'
import { errorTap, installRule, isCarrier, partsOf, transportAlignment, weightMirror, type StepContext } from '../../../src/dfa/index.ts'
import { chain, dense, type Layer } from '../../../src/nn/index.ts'
import { tensor } from '../../../src/tensor/index.ts'
import { denseOf, network, valuesOf } from '../networks.ts'

/** Mirror phases without training. */
function mirror(layer: Layer, rule: ReturnType<typeof weightMirror>, from: number, to: number): void {
  const parts = partsOf(layer)
  for (let step = from; step < to; step++) rule.beforeStep?.({ parts, step, rate: 0 } satisfies StepContext)
}

describe('weightMirror', () => {
  it('turns R towards W by noise alone, to the angle that its page gives, touching no parameter', () => {
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
      const slope = w.reduce((sum, x, i) => sum + x * (transport?.data[i] ?? NaN), 0) / w.reduce((sum, x) => sum + x * x, 0)
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

  it('refuses layers that are not dense, and options out of range', () => {
    const weight = { name: 'odd/weight', value: tensor([2, 2]), gradient: tensor([2, 2]) }
    const odd: Layer & { weight: object; transport: undefined; outputGradient: undefined } =
      { ...errorTap('odd'), weight, transport: undefined, outputGradient: undefined, forward: (h) => h, backward: (d) => d }
    delete (odd as { kind?: string }).kind
    expect(isCarrier(odd)).toBe(true)
    const layer = chain('c', [dense({ name: 'a', inputs: 2, outputs: 2 }), odd, dense({ name: 'b', inputs: 2, outputs: 2 })])
    expect(() => installRule(layer, weightMirror())).toThrow('weightMirror: layers that carry must be dense, got odd')
    expect(() => weightMirror({ mirrorRate: 0 })).toThrow('weightMirror: mirrorRate must be positive, got 0')
    expect(() => weightMirror({ samples: 0 })).toThrow('weightMirror: samples must be a whole number of at least 1, got 0')
    expect(() => weightMirror({ mirrorDecay: 1 })).toThrow('weightMirror: mirrorDecay must be at least 0 and below 1, got 1')
  })
})
