// The plan of a comparison on views: the same rates for every rule, chosen by validation views, then all seeds.

import { perSeed, type Run } from '../experiment.ts'
import { keyOf } from '../records.ts'
import type { ViewConfiguration, ViewResult, ViewRule } from './training.ts'

/** All rules, in the order of tables. */
export const VIEW_RULES: readonly ViewRule[] = ['BP', 'DFA', 'shared', 'shallow']

/** Names of the rules in tables. */
export const RULE_TITLES: Readonly<Record<ViewRule, string>> = {
  BP: 'BP',
  DFA: 'DFA, a matrix per layer',
  shared: 'DFA, one matrix for all',
  shallow: 'control',
}

/** A scene with its sizes. */
export interface ViewBudget extends Omit<ViewConfiguration, 'stage' | 'rule' | 'rate' | 'seed'> {
  /** Rates that every rule tries, ascending. */
  readonly rates: readonly number[]
  /** Steps of a trial of a rate; the rate falls to a tenth within them. */
  readonly trialSteps: number
  /** Seeds of the trainings at the best rate. */
  readonly seeds: number
  /** Rate at which BP, DFA and the control train with the first seed as well, to be compared with a computation elsewhere. */
  readonly common?: number | undefined
}

/** The configuration of a training to its end. */
export function viewConfiguration(budget: ViewBudget, rule: ViewRule, rate: number, seed: number,
  pictures = 0): ViewConfiguration
{
  const { rates: _rates, trialSteps: _trialSteps, seeds: _seeds, common: _common, ...sizes } = budget
  return { ...sizes, stage: 'final', rule, rate, seed, pictures }
}

/** The configuration of a trial of a rate: shorter, and nothing is shown. */
export function trialConfiguration(budget: ViewBudget, rule: ViewRule, rate: number, seed: number): ViewConfiguration {
  return { ...viewConfiguration(budget, rule, rate, seed), stage: 'sweep', steps: budget.trialSteps }
}

type Done = readonly Run<ViewConfiguration, ViewResult>[]

/** The rate with the best validation views of the first seed, the smallest among equals; undefined before all are known. */
export function bestViewRate(budget: ViewBudget, rule: ViewRule, seed: number, done: Done): number | undefined {
  const results = new Map(done.map(({ configuration, result }) => [keyOf(configuration), result]))
  const scores = budget.rates.flatMap((rate) => {
    const found = results.get(keyOf(trialConfiguration(budget, rule, rate, seed)))
    return found === undefined ? [] : [found.validation ?? -Infinity]
  })
  return scores.length < budget.rates.length ? undefined : budget.rates[scores.indexOf(Math.max(...scores))]
}

const COMPARED: readonly ViewRule[] = ['BP', 'DFA', 'shallow']

/** Trials of all rules with the first seed, then each rule at its best rate with every seed, and at the common one with the first. */
export function planViews(budgets: readonly ViewBudget[], seed: number, done: Done): readonly ViewConfiguration[] {
  const cases = budgets.flatMap((budget) => VIEW_RULES.map((rule) => ({ budget, rule })))
  const sweeps = cases.flatMap(({ budget, rule }) =>
    budget.rates.map((rate) => trialConfiguration(budget, rule, rate, seed))
  )
  const finals = cases.flatMap(({ budget, rule }) => {
    const best = bestViewRate(budget, rule, seed, done)
    if (best === undefined) return []
    const { common, seeds, pictures } = budget
    const compared = common === undefined || common === best || !COMPARED.includes(rule) ? []
      : [viewConfiguration(budget, rule, common, seed)]
    return [
      ...perSeed(seed, seeds, (own, index) => viewConfiguration(budget, rule, best, own, index === 0 ? pictures : 0)),
      ...compared,
    ]
  })
  return [...sweeps, ...finals]
}

/** What came of one rule on one scene at its best rate. */
export interface ViewOutcome {
  readonly rate: number
  /** Validation score by rate, the first seed's; null where it did not stay finite. */
  readonly sweep: readonly { readonly rate: number; readonly validation: number | null }[]
  readonly results: readonly ViewResult[]
  /** At the common rate; the same results where that is the best. */
  readonly common: readonly ViewResult[]
}

/** A scene with the outcomes of all rules. */
export interface ViewRow {
  readonly budget: ViewBudget
  readonly outcomes: Readonly<Record<ViewRule, ViewOutcome>>
}

/** The rows of a plan. */
export function viewRows(budgets: readonly ViewBudget[], runs: Done): readonly ViewRow[] {
  return budgets.map((budget) => {
    const outcome = (rule: ViewRule): ViewOutcome => {
      const own = runs.filter(({ configuration: c }) => c.scene === budget.scene && c.rule === rule)
      const sweeps = own.filter(({ configuration: { stage } }) => stage === 'sweep')
      const finals = own.filter(({ configuration: { stage } }) => stage === 'final')
      const rate = bestViewRate(budget, rule, sweeps[0].configuration.seed, runs) ?? NaN
      const at = (wanted: number | undefined): readonly ViewResult[] =>
        finals.filter(({ configuration }) => configuration.rate === wanted).map(({ result }) => result)
      return { rate, results: at(rate), common: at(budget.common),
        sweep: sweeps.map(({ configuration, result }) => ({ rate: configuration.rate,
          validation: result.validation })
        ) }
    }
    return { budget,
      outcomes: { BP: outcome('BP'), DFA: outcome('DFA'), shared: outcome('shared'), shallow: outcome('shallow') } }
  })
}

/** Test scores, NaN where a training did not stay finite. */
export function testScores(results: readonly ViewResult[]): readonly number[] {
  return results.map(({ test }) => test ?? NaN)
}
