import { describe, expect, it } from 'vitest'
import { runLinear } from '../../../../src/lab/reproduce/fixed-points/linear-flow.ts'
import { linearGroups, planLinear } from '../../../../src/lab/reproduce/fixed-points/linear-scales.ts'
import { interpolate } from '../../../../src/lab/reproduce/fixed-points/two-layer.ts'

const small = {
  activation: 'tanh',
  sizes: [4, 8, 2],
  samples: 4,
  step: 0.05,
  most: 40_000,
  after: 3000,
  seed: 1,
} as const

describe('interpolate', () => {
  it('finds points of rest whose spectrum foretells what a push does', () => {
    for (let seed = 0; seed < 6; seed++) {
      const { bp, fa } = interpolate({ ...small, seed })
      for (const point of [bp, fa]) {
        if (!point.converged || point.rate === null || Math.abs(point.rate) < 0.02) continue
        expect(point.loss).toBeLessThan(1e-18)
        expect(point.spectrum).toHaveLength(8)
        expect(Math.max(...point.spectrum.map(([re]) => re))).toBeCloseTo(-point.rate, 12)
        expect((point.rise ?? Infinity) > 10).toBe(point.rate < 0)
        // At rest no direction grows but those of the kernel; others stand still.
        expect(Math.abs((point.growth ?? NaN) - Math.max(0, -point.rate))).toBeLessThan(1e-6)
      }
      if (fa.converged) expect(fa.rate).toBeGreaterThan(0)
    }
  })

  it('says so when a run leaves all bounds', () => {
    const { bp } = interpolate({ ...small, step: 50 })
    expect(bp).toMatchObject({ loss: null, converged: false, rate: null, spectrum: [] })
  })
})

describe('runLinear', () => {
  const c = { part: 'linear', sizes: [5, 8, 3], scale: 0.5, step: 1e-3, until: 2, seed: 3 } as const

  it('falls where the whole gradient is aligned, and is a function of its configuration', () => {
    const found = runLinear(c)
    expect(found.times[0]).toBe(0)
    expect(found.times.at(-1)).toBeCloseTo(2, 12)
    found.whole.forEach((cosine, time) => expect((cosine ?? NaN) > 0).toBe(found.falls[time]))
    expect(found.loss.at(-1)).toBeLessThan(1e-2 * found.loss[0])
    expect(runLinear(c)).toEqual(found)
  })

  it('has no alignment to show at zero weights, and the same lists', () => {
    const found = runLinear({ ...c, scale: 0 })
    expect([found.signal[0], found.gradient[0], found.weight[0]]).toEqual([null, null, null])
    const lengths = [found.loss, found.signal, found.gradient, found.whole, found.weight, found.falls].map((list) =>
      list.length
    )
    expect(new Set(lengths)).toEqual(new Set([found.times.length]))
  })

  it('is planned by scale and found again', () => {
    const runs = planLinear(7, 2).map((configuration) => ({ configuration, result: configuration.seed, seconds: 0 }))
    expect(linearGroups(runs).map(({ scale, results }) => [scale, results])).toEqual([[0, [7, 8]], [0.1, [7, 8]], [1, [
      7,
      8,
    ]]])
  })
})
