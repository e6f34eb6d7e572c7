import { describe, expect, it } from 'vitest'
import { bayesScore, clickTeacher } from '../../src/data/index.ts'
import { areaUnderCurve } from '../../src/nn/index.ts'

const SMALL = { rows: 4000, seed: 1 }

describe('clickTeacher', () => {
  const { input, target, logits, vocabularies } = clickTeacher(SMALL)

  it('draws categories with probability ∝ 1/√rank, and labels by their logits', () => {
    expect(vocabularies).toEqual(Array.from({ length: 10 }, () => 16))
    expect([input.shape, target.shape]).toEqual([[4000, 10], [4000, 1]])
    const counts = Array.from({ length: 16 }, () => 0)
    for (const k of input.data) counts[k]++
    const total = counts.reduce((sum, _, k) => sum + 1 / Math.sqrt(k + 1), 0)
    counts.forEach((count, k) => {
      const p = 1 / Math.sqrt(k + 1) / total
      expect(Math.abs(count / 40000 - p), String(k)).toBeLessThan(4 * Math.sqrt(p / 40000))
    })
    const p = [...logits].map((s) => 1 / (1 + Math.exp(-s)))
    const expected = p.reduce((sum, v) => sum + v, 0), variance = p.reduce((sum, v) => sum + v * (1 - v), 0)
    expect(Math.abs(target.data.reduce((sum, v) => sum + v, 0) - expected)).toBeLessThan(4 * Math.sqrt(variance))
  })

  it('has logits of mean −1.1 and deviation 2.5, of which the fields explain a part alone', () => {
    const mean = logits.reduce((sum, v) => sum + v, 0) / 4000
    expect(mean).toBeCloseTo(-1.1, 10)
    expect(logits.reduce((sum, v) => sum + (v + 1.1) ** 2, 0) / 4000).toBeCloseTo(6.25, 10)
  })

  it('is a function of its seed, the first rows’ categories not of how many there are', () => {
    expect(clickTeacher(SMALL)).toEqual({ input, target, logits, vocabularies })
    expect(clickTeacher({ ...SMALL, seed: 2 }).target).not.toEqual(target)
    expect(clickTeacher({ ...SMALL, rows: 100 }).input.data).toEqual(input.data.slice(0, 1000))
    expect(() => clickTeacher({ ...SMALL, fields: 2 })).toThrow(
      'clickTeacher: fields must be a whole number of at least 3, got 2',
    )
  })
})

describe('bayesScore', () => {
  it('is the mean over labels of what the logits themselves score', () => {
    // Two rows: with labels (1, 0) the AUC is 1, with (0, 1) it is 0.
    const [a, b] = [2, -1].map((s) => 1 / (1 + Math.exp(-s)))
    const { auc, logLoss } = bayesScore(Float64Array.of(2, -1))
    expect(auc).toBeCloseTo((a * (1 - b) + (a * (1 - a) + b * (1 - b)) / 2) / ((a + b) * (2 - a - b)), 12)
    const entropy = (p: number): number => -p * Math.log(p) - (1 - p) * Math.log(1 - p)
    expect(logLoss).toBeCloseTo((entropy(a) + entropy(b)) / 2, 12)
    expect(bayesScore(Float64Array.of(1, 1, 1)).auc).toBe(0.5)
    const { logits, target } = clickTeacher(SMALL)
    expect(Math.abs(areaUnderCurve(logits, target.data) - bayesScore(logits).auc)).toBeLessThan(0.02)
  })
})
