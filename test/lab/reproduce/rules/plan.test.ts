import { describe, expect, it } from 'vitest'
import { RULES } from '../../../../src/dfa/index.ts'
import { planRules, RATES, type RulePlan } from '../../../../src/lab/reproduce/rules/plan.ts'
import type { RuleConfiguration, RuleResult } from '../../../../src/lab/reproduce/rules/training.ts'
import { complete, trained } from './fake-runs.ts'

const BUDGET = {
  model: 'mlp',
  sweepEpochs: 1,
  epochs: 5,
  batch: 64,
  trainingSamples: 100,
  validationSamples: 50,
  testSamples: 20,
} as const
const PLAN: RulePlan = { dataset: 'teacher', rates: RATES, further: 2, seeds: 3, budgets: [BUDGET] }

const runAll = (answer: (c: RuleConfiguration) => RuleResult, seed = 0): readonly RuleConfiguration[] =>
  complete((done) => planRules(PLAN, seed, done), answer).map(({ configuration }) => configuration)
const ratesOf = (all: readonly RuleConfiguration[], rule: string, stage: string): readonly number[] =>
  all.filter((c) => c.rule === rule && c.stage === stage).map(({ rate }) => rate)

describe('planRules', () => {
  it('begins with the same rates for every rule of RULES and no long run', () => {
    const first = planRules(PLAN, 4, [])
    expect(first).toHaveLength(RATES.length * Object.keys(RULES).length)
    for (const rule of Object.keys(RULES)) expect(ratesOf(first, rule, 'sweep'), rule).toEqual(RATES)
    for (const c of first) expect(c).toMatchObject({ seed: 4, epochs: 1, stage: 'sweep', testSamples: 0 })
  })

  it('runs every rule at its best validation rate with consecutive seeds, the first of which chose it', () => {
    const best: Record<string, number> = { backpropagation: 0.016, frozen: 0.004 }
    const all = runAll(({ rule, rate }) => trained(rate === (best[rule] ?? 0.004) ? 0.9 : 0.5, 0.1), 7)
    expect(ratesOf(all, 'backpropagation', 'final')).toEqual([0.016, 0.016, 0.016])
    expect(ratesOf(all, 'frozen', 'final')).toEqual([0.004, 0.004, 0.004])
    const final = all.filter(({ rule, stage }) => rule === 'frozen' && stage === 'final')
    expect(final).toMatchObject([7, 8, 9].map((seed) => ({ seed, epochs: 5, testSamples: 20 })))
  })

  it('goes on beyond an end of the grid while the best rate lies there, as far as it is allowed', () => {
    const score = (rule: string, rate: number): number => {
      if (rule === 'frozen') return 0.2 + Math.min(rate, 0.5)
      return rule === 'backpropagation' ? 1 - rate : rate === 0.001 ? 0.5 : 0.4
    }
    const all = runAll(({ rule, rate }) => trained(score(rule, rate)))
    expect(ratesOf(all, 'frozen', 'sweep')).toEqual([0.001, 0.004, 0.016, 0.064, 0.256, 1.024])
    expect(ratesOf(all, 'frozen', 'final')[0]).toBe(1.024)
    expect(ratesOf(all, 'backpropagation', 'sweep')).toEqual([0.0000625, 0.00025, 0.001, 0.004, 0.016, 0.064])
    expect(ratesOf(all, 'kolen-pollack', 'sweep')).toEqual([0.00025, 0.001, 0.004, 0.016, 0.064])
    expect(ratesOf(all, 'kolen-pollack', 'final')[0]).toBe(0.001)
  })

  it('takes the smaller of two equal rates and counts what diverged as chance', () => {
    const all = runAll(({ rate }) => (rate > 0.005 ? { diverged: 3 } : rate > 0.0005 ? trained(0.6) : trained(0.05)))
    expect(ratesOf(all, 'weight-mirror', 'final')).toEqual([0.001, 0.001, 0.001])
  })

  it('goes down from a grid on which nothing is learnt, whatever chance made of it', () => {
    const poor = runAll(({ rate }) => (rate === 0.016 ? trained(0.14) : { diverged: 3 }))
    expect(ratesOf(poor, 'weight-mirror', 'final')[0]).toBe(0.0000625)
  })

  it('makes no long run of a rule that is not defined for the model', () => {
    const all = runAll((
      { rule, rate },
    ) => (rule === 'weight-mirror' ? { refused: 'no' } : trained(rate === 0.004 ? 0.9 : 0.5, 0.9)))
    expect(ratesOf(all, 'weight-mirror', 'final')).toEqual([])
    expect(ratesOf(all, 'weight-mirror', 'sweep')).toEqual(RATES)
    expect(all.filter(({ stage }) => stage === 'final')).toHaveLength(3 * (Object.keys(RULES).length - 1))
  })
})
