import { describe, expect, it } from 'vitest'
import { FIT, followEscape, unstableMinimum } from '../../../../src/lab/reproduce/stability/linear-escape.ts'
import { errorOperator, exactFeedback, layerTerms, stabilityOf } from '../../../../src/theory/index.ts'

const setting = { sizes: [7, 4, 2], first: 1, oscillation: 0, records: 60, seed: 3 }

describe('unstableMinimum', () => {
  it('is unstable at the chosen rate, in the most negative mode, whatever the sizes and seeds', () => {
    for (const [sizes, first] of [[[7, 4, 2], 1], [[5, 3, 3], 1], [[8, 5, 5, 2], 1]] as const) {
      for (const oscillation of [0, 0.8]) {
        for (const seed of [0, 1]) {
          const { weights, feedback } = unstableMinimum({ ...setting, sizes, first, oscillation, seed })
          const { spectrum, leastRate } = stabilityOf(errorOperator(layerTerms(weights, feedback)))
          expect(leastRate).toBeCloseTo(-0.6, 10)
          const fastest = spectrum.real.filter((rate) => Math.abs(rate + 0.6) < 1e-8)
          expect(fastest).toHaveLength((sizes[0] - sizes[1]) * (oscillation === 0 ? 1 : 2))
          const next = Math.min(...spectrum.real.filter((rate) => Math.abs(rate + 0.6) >= 1e-8))
          expect(next).toBeGreaterThan(sizes.length === 3 ? 0 : -0.5)
          expect(stabilityOf(errorOperator(layerTerms(weights, exactFeedback(weights)))).leastRate).toBeGreaterThan(
            -1e-10,
          )
        }
      }
    }
    const { weights, feedback } = unstableMinimum({ ...setting, sizes: [3, 6, 2], first: 0.3 })
    expect(stabilityOf(errorOperator(layerTerms(weights, feedback))).leastRate).toBeCloseTo(0.09 - 0.6, 10)
  })
})

describe('followEscape', () => {
  it('records a path that grows as fitted, in between, and comes to rest', () => {
    const path = followEscape(setting, () => {})
    expect(path.times).toHaveLength(121)
    expect(path.errors).toHaveLength(121)
    const at = path.errors.findIndex((error, i) => i > 5 && error > 10 * FIT[0])
    const slope = Math.log(path.errors[at + 6] / path.errors[at]) / 3
    expect(Math.abs(slope / path.fitted - 1)).toBeLessThan(0.01)
    expect(path.errorAtEnd).toBeLessThan(1e-12)
    expect(path.end).toBeGreaterThanOrEqual(60)
    // The whole gradient is misaligned while the error grows, aligned when it falls.
    expect(path.whole[at]).toBeLessThan(0)
    expect(path.whole[120]).toBeGreaterThan(0)
  })
})
