import { describe, expect, it } from 'vitest'
import { configurationOf, type GraphBudget, planGraphs, SHALLOW_RATES,
  shallowRate } from '../../../../src/lab/reproduce/graphs/settings.ts'
import type { GraphConfiguration, GraphResult } from '../../../../src/lab/reproduce/graphs/training.ts'
import { SETTINGS } from '../../../../src/lab/training/graph-settings.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'

const BUDGET: GraphBudget = { model: 'gcn', datasets: ['cora', 'citeseer'], epochs: 9, every: 1, seeds: 3 }

const scored =
  (score: (c: GraphConfiguration) => number) =>
  (configuration: GraphConfiguration): Run<GraphConfiguration, GraphResult> => {
    const one = { epoch: 1, validation: score(configuration), test: 0 }
    return { configuration, result: { best: one, last: one, signal: [], first: null }, seconds: 0 }
  }

describe('planGraphs', () => {
  it('tunes the control with the first seed, then trains every rule with every seed', () => {
    const sweep = planGraphs([BUDGET], 5, [])
    expect(sweep).toHaveLength(2 * SHALLOW_RATES.length)
    expect(sweep.every(({ stage, rule, seed }) => stage === 'sweep' && rule === 'shallow' && seed === 5)).toBe(true)
    // Best at 1 on Cora; two equal ones on CiteSeer, of which the smaller is taken.
    const done = sweep.map(
      scored(({ dataset, rate }) => dataset === 'cora' ? (rate === 1 ? 0.5 : 0.4) : (rate > 0.5 ? 0.3 : 0.2)),
    )
    expect([shallowRate(BUDGET, 'cora', 5, done), shallowRate(BUDGET, 'citeseer', 5, done)]).toEqual([1, 1])
    expect(shallowRate(BUDGET, 'cora', 5, done.slice(1))).toBeUndefined()
    const plan = planGraphs([BUDGET], 5, done)
    expect(plan.slice(0, sweep.length)).toEqual(sweep)
    const finals = plan.slice(sweep.length)
    expect(finals).toHaveLength(2 * 3 * 3)
    expect(finals.map(({ seed }) => seed).slice(0, 3)).toEqual([5, 6, 7])
    expect(
      finals.filter(({ rule }) => rule === 'shallow').every((c) =>
        c.rate === 1 && c.decay === 0 && c.hidden === 0 && c.input === 0 && c.attention === 0
      ),
    ).toBe(true)
  })

  it('has less regularization for DFA, and features alike for all rules of a network', () => {
    for (const { BP, DFA } of Object.values(SETTINGS)) {
      for (const key of ['decay', 'input', 'hidden', 'attention'] as const) {
        expect(DFA[key]).toBeLessThanOrEqual(BP[key])
      }
    }
    expect(configurationOf({ ...BUDGET, width: 32 }, 'cora', 'DFA', 0, NaN).width).toBe(32)
    expect(configurationOf(BUDGET, 'cora', 'DFA', 0, NaN)).toMatchObject({
      width: 16,
      rate: 0.01,
      decay: 1e-4,
      hidden: 0.1,
    })
  })
})
