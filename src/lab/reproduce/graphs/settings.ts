// The plan of a comparison of learning rules on citation graphs with a tuned control.

import type { GraphName } from '../../training/citation-graphs.ts'
import type { GraphModelName } from '../../training/graph-models.ts'
import { PLAIN, SETTINGS } from '../../training/graph-settings.ts'
import { perSeed, type Run } from '../experiment.ts'
import { keyOf } from '../records.ts'
import type { GraphConfiguration, GraphResult, GraphRule } from './training.ts'

/** Rates of the control, whose first layers are frozen: no dropout, no decay, nothing but the rate is chosen. */
export const SHALLOW_RATES: readonly number[] = [0.01, 0.1, 1, 10, 100]

/** Names of the networks in tables. */
export const MODEL_TITLES: Readonly<Record<GraphModelName, string>> = {
  gcn: 'GraphConv',
  cheb: 'ChebConv',
  spline: 'SplineConv',
  gat: 'GATConv',
  dna: 'DNAConv',
  mlp: 'no graph',
}

/** Names of the graphs in tables. */
export const GRAPH_TITLES: Readonly<Record<GraphName, string>> = {
  cora: 'Cora',
  citeseer: 'CiteSeer',
  pubmed: 'PubMed',
}

/** One network on some graphs. */
export interface GraphBudget {
  readonly model: GraphModelName
  readonly datasets: readonly GraphName[]
  readonly epochs: number
  readonly every: number
  readonly seeds: number
  /** In the place of the network's own. */
  readonly width?: number
}

/** What stands in the column of DFA: DNAConv has its tap behind the log-softmax, where the error is the label. */
export function directRule(model: GraphModelName): GraphRule {
  return ({ gcn: 'DFA', cheb: 'DFA', spline: 'DFA', gat: 'DFA', mlp: 'DFA', dna: 'target' } as const)[model]
}

/** The configuration of a network under a rule; `rate` is that of the control. */
export function configurationOf({ model, epochs, every, width }: GraphBudget, dataset: GraphName, rule: GraphRule,
  seed: number, rate: number, stage: GraphConfiguration['stage'] = 'final'): GraphConfiguration
{
  const { common, BP: exact, DFA: direct } = SETTINGS[model]
  const own = { BP: exact, DFA: direct, target: direct, shallow: { ...PLAIN, rate } }[rule]
  return { stage, dataset, model, rule, epochs, every, ...common, width: width ?? common.width, ...own, seed }
}

/** Rate of the control with the best validation accuracy of the first seed, the smallest among equals; undefined before. */
export function shallowRate(budget: GraphBudget, dataset: GraphName, seed: number,
  done: readonly Run<GraphConfiguration, GraphResult>[]): number | undefined
{
  const results = new Map(done.map(({ configuration, result }) => [keyOf(configuration), result]))
  const trials = SHALLOW_RATES.map((rate) => results.get(keyOf(sweepOf(budget, dataset, seed, rate))))
  const scores = trials.flatMap((trial) => (trial === undefined ? [] : [trial.best.validation]))
  return scores.length < trials.length ? undefined : SHALLOW_RATES[scores.indexOf(Math.max(...scores))]
}

function sweepOf(budget: GraphBudget, dataset: GraphName, seed: number, rate: number): GraphConfiguration {
  return configurationOf(budget, dataset, 'shallow', seed, rate, 'sweep')
}

/** Sweeps of the control first, then every rule with every seed. */
export function planGraphs(budgets: readonly GraphBudget[], seed: number,
  done: readonly Run<GraphConfiguration, GraphResult>[]): readonly GraphConfiguration[]
{
  const cases = budgets.flatMap((budget) => budget.datasets.map((dataset) => ({ budget, dataset })))
  return [...cases.flatMap(({ budget, dataset }) => SHALLOW_RATES.map((rate) => sweepOf(budget, dataset, seed, rate))),
    ...cases.flatMap(({ budget, dataset }) => {
      const rate = shallowRate(budget, dataset, seed, done)
      const rules: readonly GraphRule[] = rate === undefined ? [] : ['BP', directRule(budget.model), 'shallow']
      return rules.flatMap((rule) =>
        perSeed(seed, budget.seeds, (own) => configurationOf(budget, dataset, rule, own, rate ?? NaN))
      )
    })]
}

/** What came of one network on one graph, seed by seed. */
export interface GraphRow {
  readonly model: GraphModelName
  readonly dataset: GraphName
  readonly rate: number
  readonly BP: readonly GraphResult[]
  readonly DFA: readonly GraphResult[]
  readonly shallow: readonly GraphResult[]
}

/** The rows of a plan. */
export function graphRows(budgets: readonly GraphBudget[],
  runs: readonly Run<GraphConfiguration, GraphResult>[]): readonly GraphRow[]
{
  return budgets.flatMap(({ model, datasets }) =>
    datasets.map((dataset): GraphRow => {
      const own = runs.filter(({ configuration: c }) =>
        c.stage === 'final' && c.model === model && c.dataset === dataset
      )
      const of = (...rules: readonly GraphRule[]) =>
        own.filter(({ configuration }) => rules.includes(configuration.rule))
      const results = (...rules: readonly GraphRule[]) => of(...rules).map(({ result }) => result)
      return {
        model,
        dataset,
        rate: of('shallow')[0].configuration.rate,
        BP: results('BP'),
        DFA: results('DFA', 'target'),
        shallow: results('shallow'),
      }
    })
  )
}

/** Test accuracies at the best validation epoch. */
export function tests(results: readonly GraphResult[]): readonly number[] {
  return results.map(({ best }) => best.test)
}
