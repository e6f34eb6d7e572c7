// The three sign rules share one frame; this file holds the tests of all of them.

import { describe, expect, it } from 'vitest'
import { batchRandomSignSymmetry, fixedRandomSignSymmetry, installRule, type LearningRule, type Trainer, trainer,
  uniformSignSymmetry } from '../../../src/dfa/index.ts'
import { crossEntropy, sgd } from '../../../src/nn/index.ts'
import { fromRows } from '../../../src/tensor/index.ts'
import { denseOf, network, normals } from '../networks.ts'

const target = fromRows([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]])
const make = (rule: LearningRule): Trainer =>
  trainer({ network: network(), rule, loss: crossEntropy('mean'), optimizer: sgd(0.5) })
const step = (engine: Trainer): number => engine.step(normals(4, 5, engine.steps, 'input'), target)
const transportOf = (engine: Trainer): Float32Array =>
  denseOf(engine.network)[2].transport?.data.slice() ?? new Float32Array(0)
const sizes = (r: Float32Array): readonly number[] => [...r].map(Math.abs)

describe.each<readonly [string, () => LearningRule]>([['uniformSignSymmetry', () => uniformSignSymmetry()], [
  'batchRandomSignSymmetry',
  () => batchRandomSignSymmetry(),
], ['fixedRandomSignSymmetry', () => fixedRandomSignSymmetry({ kind: 'uniform' })]])('%s', (_name, rule) => {
  it('keeps sign R = sign W in every layer that carries, over training that turns signs', () => {
    const engine = make(rule())
    const start = denseOf(engine.network).map(({ weight }) => weight.value.data.map(Math.sign))
    let turned = 0
    for (let t = 0; t < 40; t++) {
      if (t > 0) step(engine)
      denseOf(engine.network).forEach(({ weight, transport }, l) => {
        if (l === 0) return expect(transport).toBeUndefined()
        expect(transport?.data.map(Math.sign), `step ${t}`).toEqual(weight.value.data.map(Math.sign))
        turned += weight.value.data.filter((w, i) => Math.sign(w) !== start[l][i]).length
      })
    }
    expect(turned).toBeGreaterThan(0)
  })

  it('follows weights that were set from outside before the next step, and 0 by 0', () => {
    const engine = make(rule())
    const { weight } = denseOf(engine.network)[2]
    weight.value.data.forEach((w, i) => {
      weight.value.data[i] = i === 3 ? 0 : -w
    })
    const before = weight.value.data.slice()
    const { network: layer } = engine
    let seen: Float32Array | undefined
    const { backward } = layer
    Object.assign(layer, {
      backward: (...args: Parameters<typeof backward>) => {
        seen = transportOf(engine)
        return backward(...args)
      },
    })
    step(engine)
    expect(seen?.map(Math.sign)).toEqual(before.map(Math.sign))
    expect(seen?.[3]).toBe(0)
  })
})

describe('uniformSignSymmetry', () => {
  it('has entries ±scale/√I', () => {
    const engine = make(uniformSignSymmetry({ scale: 3 }))
    expect(new Set(sizes(transportOf(engine)))).toEqual(new Set([Math.fround(3 / Math.sqrt(6))]))
    expect(() => uniformSignSymmetry({ scale: 1e-46 })).toThrow('scale must be positive and finite in float32')
    expect(() => uniformSignSymmetry({ scale: 0 })).toThrow('uniformSignSymmetry: scale must be positive, got 0')
  })
})

describe('batchRandomSignSymmetry', () => {
  it('draws other sizes for every batch, as a function of the step alone', () => {
    const [one, two] = [make(batchRandomSignSymmetry({ seed: 5 })), make(batchRandomSignSymmetry({ seed: 5 }))]
    const draws = Array.from({ length: 6 }, () => {
      step(one)
      return sizes(transportOf(one))
    })
    for (let t = 1; t < 6; t++) {
      expect(draws[t].filter((size, i) => size === draws[t - 1][i]), `batch ${t}`).toEqual([])
    }
    two.restore(5, [])
    step(two)
    expect(sizes(transportOf(two))).toEqual(draws[5])
  })

  it('has mean square 1/I, or 1/(3I) when uniform', () => {
    for (const [kind, square] of [['gaussian', 1], ['uniform', 1 / 3]] as const) {
      const layer = network({ sizes: [4, 300, 200] })
      installRule(layer, batchRandomSignSymmetry({ kind }))
      const r = denseOf(layer)[1].transport?.data ?? new Float32Array(0)
      expect(Math.abs(300 * r.reduce((sum, x) => sum + x * x, 0) / r.length / square - 1), kind).toBeLessThan(0.03)
    }
  })
})

describe('fixedRandomSignSymmetry', () => {
  it('keeps the sizes of its one draw', () => {
    const engine = make(fixedRandomSignSymmetry({ seed: 5 }))
    const before = sizes(transportOf(engine))
    expect(new Set(before).size).toBe(before.length)
    for (let t = 0; t < 20; t++) step(engine)
    expect(sizes(transportOf(engine))).toEqual(before)
    expect(sizes(transportOf(make(fixedRandomSignSymmetry({ seed: 6 }))))).not.toEqual(before)
  })

  it('refuses kinds with zeros or dependence', () => {
    expect(() => fixedRandomSignSymmetry({ kind: 'sparse' as 'uniform' })).toThrow(
      'fixedRandomSignSymmetry: kind must be one of gaussian, uniform, got "sparse"',
    )
  })
})
