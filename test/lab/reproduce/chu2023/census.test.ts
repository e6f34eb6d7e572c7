import { beforeAll, describe, expect, it } from 'vitest'
import { census } from '../../../../src/lab/reproduce/chu2023/census.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { altered, byId, makeRuns, verdicts } from '../made.ts'

interface Counts {
  readonly stable: number
  readonly aligned: number
  readonly stableAligned: number
  readonly positive: number
  readonly stablePositive: number
  readonly bins: readonly (readonly [number, number])[]
}

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = makeRuns(census, 'quick')
})

describe('chu2023/census', () => {
  it('decides the implications at quick scale, and nothing else', () => {
    const judgment = census.judge(runs, 'quick')
    const found = verdicts(judgment)
    for (const id of ['census-necessary', 'census-positive', 'census-not-sufficient', 'census-single']) {
      expect(found[id], id).toBe('holds')
    }
    for (const id of ['census-row-1', 'census-half', 'census-scale']) expect(found[id], id).toBe('undecided')
    expect(judgment.figures).toHaveLength(1)
    expect(judgment.tables?.[0].table.rows).toHaveLength(9)
  })

  it('counts alike whatever the bins: what lies in them is what was drawn', () => {
    for (const { configuration, result } of runs) {
      const { draws } = configuration as { draws: number }
      const { bins, stable, aligned } = result as Counts
      const sum = (k: 0 | 1): number => bins.reduce((total, bin) => total + bin[k], 0)
      expect(sum(0)).toBeLessThanOrEqual(draws)
      expect(sum(0)).toBeGreaterThan(0.85 * draws)
      expect(sum(1)).toBeLessThanOrEqual(stable)
      expect(Math.abs(aligned / draws - 0.5)).toBeLessThan(0.06)
    }
  })

  it('is near the independent census already, by another seed, too', () => {
    for (const seed of [0, 17]) {
      const judged = byId(census.judge(seed === 0 ? runs : makeRuns(census, 'quick', undefined, seed), 'default'))
      for (let row = 1; row <= 5; row++) {
        const { measured, criterion } = judged.get(`census-row-${row}`) ?? expect.unreachable()
        const { expected } = criterion as { expected: readonly number[] }
        measured.forEach((value, i) => expect(Math.abs(Number(value) - expected[i])).toBeLessThan(0.06))
      }
    }
  })

  it('fails by one violation, by alignment that suffices, by other probabilities', () => {
    const spoil = (change: (counts: Counts, index: number) => Partial<Counts>) =>
      verdicts(census.judge(altered<Counts>(runs, (counts, _, index) => change(counts, index)), 'default'))
    expect(spoil((c, i) => i === 5 ? { stableAligned: c.stable - 1 } : {})['census-necessary']).toBe('fails')
    // In a row with as many hidden units it is no violation.
    expect(spoil((c, i) => i === 3 ? { stableAligned: c.stable - 1 } : {})['census-necessary']).toBe('holds')
    expect(spoil((c, i) => i === 8 ? { stablePositive: c.positive - 1 } : {})['census-positive']).toBe('fails')
    expect(spoil((c) => ({ stableAligned: c.aligned, stable: c.aligned }))['census-not-sufficient']).toBe('fails')
    expect(spoil((c, i) => i === 5 ? { stableAligned: c.aligned - 20 } : {})['census-single']).toBe('fails')
    expect(spoil(() => ({ aligned: 600 }))['census-half']).toBe('fails')
    expect(spoil((c, i) => i === 0 ? { stable: c.stable + 60 } : {})['census-row-1']).toBe('fails')
    expect(spoil((_, i) => i === 3 ? { stable: 300 } : {})['census-scale']).toBe('fails')
  })
})
