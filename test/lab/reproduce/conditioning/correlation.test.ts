import { describe, expect, it } from 'vitest'
import { correlation, estimate, type Pairing } from '../../../../src/lab/reproduce/conditioning/correlation.ts'
import { normal, randomStream } from '../../../../src/tensor/index.ts'

const pairing = (x: number, y: number, part: Partial<Pairing> = {}): Pairing => ({
  x,
  y,
  stratum: '',
  covariates: [],
  cluster: `${x},${y}`,
  block: '',
  ...part,
})

describe('correlation', () => {
  it('is the coefficient of the textbook: Pearson of values, Spearman of ranks', () => {
    const list = [[1, 2], [2, 1], [3, 5], [4, 4]].map(([x, y]) => pairing(x, y))
    // Σ(x − 2.5)(y − 3) = 5, Σ(x − 2.5)² = 5, Σ(y − 3)² = 10; ranks of y 2 1 4 3: 1 − 6·4/(4·15) = 0.6
    expect(correlation(list, 'value')).toBeCloseTo(5 / Math.sqrt(50), 14)
    expect(correlation(list, 'rank')).toBeCloseTo(0.6, 14)
    expect(correlation([1, 2, 3].map((x) => pairing(x, Math.exp(x))), 'rank')).toBeCloseTo(1, 14)
    // Ranks 1.5 1.5 3 against 1 2 3: equals share the mean of their places.
    expect(correlation([pairing(5, 1), pairing(5, 2), pairing(9, 3)], 'rank')).toBeCloseTo(1.5 / Math.sqrt(1.5 * 2), 14)
    expect(correlation([1, 2, 3].map((x) => pairing(x, 7)), 'rank')).toBeNaN()
  })

  it('within strata sees no difference between them', () => {
    const list = ['a', 'b'].flatMap((stratum, offset) =>
      [0, 1, 2, 3].map((x) => pairing(x + 10 * offset, -x + 100 * offset, { stratum }))
    )
    expect(correlation(list, 'rank')).toBeCloseTo(-1, 14)
    expect(correlation(list, 'value')).toBeCloseTo(-1, 14)
    expect(correlation(list.map((one) => ({ ...one, stratum: '' })), 'value')).toBeGreaterThan(0.9)
  })

  it('takes out what a covariate explains: the partial coefficient', () => {
    const stream = randomStream(1, 'test/partial')
    const list = Array.from({ length: 400 }, () => {
      const cause = normal(stream)
      return pairing(cause + 0.3 * normal(stream), cause + 0.3 * normal(stream), { covariates: [cause, 2 * cause, 5] })
    })
    type Column = (p: Pairing) => number
    const [x, y, z]: Column[] = [(p) => p.x, (p) => p.y, (p) => p.covariates[0]]
    const value = (a: Column, b: Column): number => correlation(list.map((p) => pairing(a(p), b(p))), 'value')
    const [xy, xz, yz] = [value(x, y), value(x, z), value(y, z)]
    const formula = (xy - xz * yz) / Math.sqrt((1 - xz * xz) * (1 - yz * yz))
    expect(xy).toBeGreaterThan(0.85)
    expect(correlation(list, 'value')).toBeCloseTo(formula, 10)
    expect(Math.abs(formula)).toBeLessThan(0.15)
  })
})

describe('estimate', () => {
  /** Clusters of `copies` nearly equal runs with the given correlation between clusters. */
  const sample = (clusters: number, copies: number, strength: number, seed: number): Pairing[] => {
    const stream = randomStream(seed, 'test/clusters')
    const copy = randomStream(seed, 'test/copies')
    return Array.from({ length: clusters }, (_, c) => {
      const x = normal(stream)
      const y = strength * x + Math.sqrt(1 - strength * strength) * normal(stream)
      return Array.from({ length: copies },
        () => pairing(x + 1e-6 * normal(copy), y + 1e-6 * normal(copy), { cluster: `${c}`, block: `${c % 3}` }))
    }).flat()
  }

  it('has intervals that hold the truth about 95 times in 100, and no narrower ones for copies', () => {
    let covered = 0
    const total = 120
    for (let seed = 0; seed < total; seed++) {
      const { low, high } = estimate(sample(40, 2, -0.5, seed), 'value', 200)
      if (low <= -0.5 && high >= -0.5) covered++
    }
    // Percentile intervals of forty clusters cover a little less than they say.
    expect(covered / total).toBeGreaterThan(0.86)
    expect(covered / total).toBeLessThan(0.99)
    const width = (copies: number): number => {
      const { low, high } = estimate(sample(40, copies, -0.5, 1), 'value', 400)
      return high - low
    }
    expect(width(5) / width(1)).toBeGreaterThan(0.9)
    // The tester: copies taken for independent runs.
    const { low, high } = estimate(sample(40, 5, -0.5, 1).map((one, i) => ({ ...one, cluster: `${i}` })), 'value', 400)
    expect((high - low) / width(1)).toBeLessThan(0.6)
  })

  it('weighs rows as if they stood there as often: one block of one cluster gives the coefficient itself', () => {
    const list = sample(12, 1, 0.4, 3).map((one) => ({ ...one, block: '', cluster: '' }))
    const { value, low, high } = estimate(list, 'rank', 30)
    expect([low, high]).toEqual([value, value])
    // Two clusters: draws are the first twice, the second twice, or both.
    const [a, b] = [list.slice(0, 6), list.slice(6)]
    const two = estimate(list.map((one, i) => ({ ...one, cluster: i < 6 ? 'a' : 'b' })), 'rank', 200)
    const possible = [correlation([...a, ...a], 'rank'), correlation([...b, ...b], 'rank')]
    expect([two.low, two.high].map((x) => x.toFixed(12)).sort()).toEqual(possible.map((x) => x.toFixed(12)).sort())
  })

  it('is the same at every call, and undefined where there is nothing to draw', () => {
    const list = sample(20, 2, 0.3, 9)
    expect(estimate(list, 'rank', 100)).toEqual(estimate(list, 'rank', 100))
    expect(estimate([], 'rank', 100)).toEqual({ value: NaN, low: NaN, high: NaN, count: 0 })
  })
})
