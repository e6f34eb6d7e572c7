import { describe, expect, it } from 'vitest'
import { aucs, comparedAucs, planRecommenders, type RecommenderBudget, recommenderRows,
  rulesOf } from '../../../../src/lab/reproduce/recommenders/settings.ts'
import type { RecommenderConfiguration,
  RecommenderResult } from '../../../../src/lab/reproduce/recommenders/training.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'

const BUDGET: RecommenderBudget = { rows: 'clicks', sizes: [10, 5, 5], epochs: 2, seeds: 3, rates: [0.1, 1],
  models: [['fm', 'plain'], ['dcn', 'plain'], ['dcn', 'wide']] }

/** Validates best at the larger rate under DFA, at both alike elsewhere. */
function finished(configuration: RecommenderConfiguration): Run<RecommenderConfiguration, RecommenderResult> {
  const { rate, rule, seed } = configuration
  const validation = rule === 'DFA' ? rate : 0.5
  const score = { epoch: 1, validation, test: { auc: rate + seed / 100, logLoss: 1 } }
  return { configuration, seconds: 0, result: { best: score, last: score, bayes: null, rank: 1, signal: null } }
}

describe('planRecommenders', () => {
  it('tries every rate with the first seed, then makes the others at the best, the smallest among equals', () => {
    const first = planRecommenders([BUDGET], 7, [])
    expect(first).toHaveLength(2 * (1 + 4 + 3))
    expect(first.every(({ seed }) => seed === 7)).toBe(true)
    const runs = first.map(finished)
    const all = planRecommenders([BUDGET], 7, runs)
    expect(all.slice(0, first.length)).toEqual(first)
    const others = all.slice(first.length)
    expect(others.map(({ seed }) => seed)).toEqual(Array.from({ length: 8 }, () => [8, 9]).flat())
    for (const { rule, rate } of others) expect(rate, rule).toBe(rule === 'DFA' ? 1 : 0.1)
    expect(planRecommenders([BUDGET], 7, all.map(finished))).toEqual(all)
  })

  it('gives all rules the same number of trainings', () => {
    const counts = new Map<string, number>()
    const runs = planRecommenders([BUDGET], 7, planRecommenders([BUDGET], 7, []).map(finished))
    for (const { model, variant, rule } of runs) {
      const key = `${model} ${variant} ${rule}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect(new Set(counts.values())).toEqual(new Set([4]))
  })
})

describe('recommenderRows', () => {
  it('has every seed once, at the rate that was chosen', () => {
    const runs = planRecommenders([BUDGET], 7, planRecommenders([BUDGET], 7, []).map(finished)).map(finished)
    const rows = recommenderRows([BUDGET], runs)
    expect(rows.map(({ model, variant }) => [model, variant])).toEqual(BUDGET.models)
    expect(rows[1].by.DFA?.rate).toBe(1)
    expect(aucs(rows[1].by.DFA)).toEqual([1.07, 1.08, 1.09])
    expect(aucs(rows[1].by.BP).map((v) => v.toFixed(2))).toEqual(['0.17', '0.18', '0.19'])
    expect(aucs(rows[0].by.DFA)).toEqual([])
    expect(() => recommenderRows([BUDGET], runs.slice(0, 3))).toThrow(/^recommenderRows: runs must be complete/)
  })

  it('makes what is compared with others with all seeds at their rate, each training once', () => {
    const compared = { rate: 0.1, cases: [['dcn', 'BP'], ['dcn', 'DFA']] } as const
    const budget: RecommenderBudget = { ...BUDGET, compared }
    const plan = (runs: Parameters<typeof planRecommenders>[2]) => planRecommenders([budget], 7, runs)
    const runs = plan(plan([]).map(finished)).map(finished)
    // BP has chosen 0.1 anyway.
    expect(runs).toHaveLength(4 * 8 + 2)
    const [, dcn] = recommenderRows([budget], runs)
    expect(comparedAucs(dcn.by.DFA).map((v) => v.toFixed(2))).toEqual(['0.17', '0.18', '0.19'])
    expect(comparedAucs(dcn.by.BP)).toEqual(aucs(dcn.by.BP))
    expect(comparedAucs(dcn.by.shallow)).toEqual([])
    expect(dcn.by.DFA?.tried).toEqual([{ rate: 0.1, validation: 0.1 }, { rate: 1, validation: 1 }])
  })

  it('knows which rules a model has', () => {
    expect(rulesOf(BUDGET, 'logistic-regression', 'plain')).toEqual(['BP'])
    expect(rulesOf(BUDGET, 'dcn', 'plain')).toEqual(['BP', 'DFA', 'shallow', 'embeddings'])
    expect(rulesOf({ ...BUDGET, rows: 'criteo' }, 'dcn', 'plain')).toEqual(['BP', 'DFA', 'shallow'])
  })
})
