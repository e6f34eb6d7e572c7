import { describe, expect, it } from 'vitest'
import { ENTRIES } from '../../../../src/lab/reproduce/rules/entries.ts'
import { FIRST_RATES, isSound, planRules, type RulePlan } from '../../../../src/lab/reproduce/rules/plan.ts'
import type { RuleConfiguration, RuleResult, Trained } from '../../../../src/lab/reproduce/rules/training.ts'
import { complete, trained } from './fake-runs.ts'

const BUDGET = { model: 'mlp', epochs: 5, batch: 64, trainingSamples: 100, validationSamples: 50,
  testSamples: 20 } as const
const PLAN: RulePlan = { dataset: 'teacher', tuningSeeds: 2, seeds: 3, budgets: [BUDGET] }

const runAll = (answer: (c: RuleConfiguration) => RuleResult, seed = 0): readonly RuleConfiguration[] =>
  complete((done) => planRules(PLAN, seed, done), answer).map(({ configuration }) => configuration)
const of = (all: readonly RuleConfiguration[], rule: string, stage: string): readonly RuleConfiguration[] =>
  all.filter((c) => c.rule === rule && c.stage === stage && c.units === 'relu')
const settings = (
  all: readonly RuleConfiguration[],
): readonly string[] => [...new Set(all.map(({ optimizer, rate }) => `${optimizer} ${rate}`))]
/** Best at one setting, worse with every step of the ladder away from it, at any seed. */
const peak = (optimizer: string, rate: number) => (c: RuleConfiguration): RuleResult =>
  trained(0.9 - 0.05 * Math.abs(Math.log10(c.rate / rate)) - (c.optimizer === optimizer ? 0 : 0.1), 0.5)

describe('planRules', () => {
  it('begins with the same settings for every entry and no final run', () => {
    const first = planRules(PLAN, 4, [])
    const each = FIRST_RATES.momentum.length + FIRST_RATES.adam.length
    expect(first).toHaveLength(each * ENTRIES.length)
    expect(new Set(first.map(({ rule, units }) => `${rule} ${units}`)).size).toBe(ENTRIES.length)
    for (const c of first) expect(c).toMatchObject({ seed: 4, epochs: 5, stage: 'tuning', testSamples: 0 })
  })

  it('trains with fresh seeds at the best setting of either optimizer', () => {
    const answer = (c: RuleConfiguration): RuleResult =>
      c.rule === 'frozen' ? peak('adam', 0.001)(c) : peak('momentum', 0.01)(c)
    const all = runAll(answer, 7)
    const final = of(all, 'frozen', 'final')
    expect(settings(final)).toEqual(['adam 0.001'])
    expect(final).toMatchObject([9, 10, 11].map((seed) => ({ seed, epochs: 5, testSamples: 20 })))
    expect(settings(of(all, 'backpropagation', 'final'))).toEqual(['momentum 0.01'])
    expect(new Set(of(all, 'frozen', 'tuning').map(({ seed }) => seed))).toEqual(new Set([7, 8]))
  })

  it('climbs the ladder until the best rate lies between two others', () => {
    const all = runAll(peak('momentum', 1))
    const rates = of(all, 'frozen', 'tuning').filter((c) => c.optimizer === 'momentum').map(({ rate }) => rate)
    expect([...new Set(rates)].sort((a, b) => a - b)).toEqual([0.003, 0.01, 0.03, 0.1, 0.3, 1, 3])
    expect(settings(of(all, 'frozen', 'final'))).toEqual(['momentum 1'])
    expect(settings(of(runAll(peak('adam', 0.00003)), 'frozen', 'final'))).toEqual(['adam 0.00003'])
  })

  it.each<readonly [string, RuleResult]>([['diverges', { diverged: 3 }], ['ends at chance', trained(0.12)], [
    'ends above its first loss',
    { ...trained(0.99) as Trained, loss: 3 },
  ]])('is not content with a setting at which the second tuning seed %s', (_what, failure) => {
    const all = runAll((c) => (c.seed === 1 && c.rate >= 0.01 ? failure : peak('momentum', 0.03)(c)))
    expect(settings(of(all, 'weight-mirror', 'final'))).toEqual(['momentum 0.003'])
  })

  it('settles the other optimizer where nothing of the better one is left', () => {
    const all = runAll((
      c,
    ) => (c.seed === 1 && c.optimizer === 'momentum' ? { diverged: 3 } : peak('momentum', 0.01)(c)))
    expect(settings(of(all, 'frozen', 'final'))).toEqual(['adam 0.01'])
    const second = of(runAll(peak('momentum', 0.01)), 'frozen', 'tuning').filter(({ seed }) => seed === 1)
    expect(new Set(second.map(({ optimizer }) => optimizer))).toEqual(new Set(['momentum']))
  })

  it('makes no final run where every setting fails, nor of a rule that is not defined', () => {
    const failing = runAll(() => ({ diverged: 3 }))
    expect(failing.filter(({ stage }) => stage === 'final')).toEqual([])
    const all = runAll((c) => (c.rule === 'weight-mirror' ? { refused: 'no' } : peak('momentum', 0.01)(c)))
    expect(of(all, 'weight-mirror', 'final')).toEqual([])
    expect(of(all, 'weight-mirror', 'tuning')).toHaveLength(6)
  })
})

describe('isSound', () => {
  it('asks for an end, an accuracy above chance by half of it, and a loss below the first', () => {
    const good = trained(0.5) as Trained
    expect(
      [good, { ...good, validation: 0.16 }, { ...good, validation: 0.14 }, { ...good, loss: 2.3 }, { diverged: 1 }, {
        refused: 'no',
      }].map(isSound),
    ).toEqual([true, true, false, false, false, false])
  })
})
