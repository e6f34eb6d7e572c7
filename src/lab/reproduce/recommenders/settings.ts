// Which recommenders are trained how, and the plan: rates by validation with the first seed, then all seeds.

import type { RecommenderName } from '../../training/recommender-models.ts'
import { perSeed, type Run } from '../experiment.ts'
import type { Gap } from '../graphs/share.ts'
import { keyOf } from '../records.ts'
import type { PartSizes, RowsName } from '../../training/click-rows.ts'
import type { RecommenderConfiguration, RecommenderResult, RecommenderRule, Variant } from './training.ts'

/** What is trained on one kind of rows. */
export interface RecommenderBudget {
  readonly rows: RowsName
  readonly sizes: PartSizes
  readonly epochs: number
  readonly seeds: number
  /** Tried with the first seed. */
  readonly rates: readonly number[]
  /** What is also trained with all seeds at a rate that others have used. */
  readonly compared?: { readonly rate: number;
    readonly cases: readonly (readonly [RecommenderName, RecommenderRule])[] }
  readonly models: readonly (readonly [RecommenderName, Variant])[]
}

/** Settings that all trainings have. */
const COMMON = { embedding: 6, hidden: [64, 64, 64], batch: 256 } as const

const DEEP: readonly RecommenderRule[] = ['BP', 'DFA', 'shallow']

/** The rules of a model: where nothing is hidden there is BP alone; DCN is also tried with direct feedback to its embeddings. */
export function rulesOf({ rows }: RecommenderBudget, model: RecommenderName,
  variant: Variant): readonly RecommenderRule[]
{
  if (model === 'fm' || model === 'logistic-regression') return ['BP']
  return model === 'dcn' && variant === 'plain' && rows === 'clicks' ? [...DEEP, 'embeddings'] : DEEP
}

function configurationOf({ rows, sizes, epochs }: RecommenderBudget, model: RecommenderName, variant: Variant,
  rule: RecommenderRule, rate: number, seed: number): RecommenderConfiguration
{
  return { rows, sizes, model, variant, rule, ...COMMON, epochs, rate, seed }
}

type Runs = readonly Run<RecommenderConfiguration, RecommenderResult>[]

/** One model under one rule. */
interface Case {
  readonly budget: RecommenderBudget
  readonly model: RecommenderName
  readonly variant: Variant
  readonly rule: RecommenderRule
}

function casesOf(budgets: readonly RecommenderBudget[]): readonly Case[] {
  return budgets.flatMap((budget) =>
    budget.models.flatMap(([model, variant]) =>
      rulesOf(budget, model, variant).map((rule) => ({ budget, model, variant, rule }))
    )
  )
}

/** The rate of the best validation AUC with the first seed, the smallest among equals; undefined before all are done. */
function chosenRate({ budget, model, variant, rule }: Case, seed: number,
  results: ReadonlyMap<string, RecommenderResult>): number | undefined
{
  const scores = budget.rates.flatMap((rate) =>
    results.get(keyOf(configurationOf(budget, model, variant, rule, rate, seed)))?.best.validation ?? []
  )
  return scores.length < budget.rates.length ? undefined : budget.rates[scores.indexOf(Math.max(...scores))]
}

const resultsOf = (runs: Runs): ReadonlyMap<string, RecommenderResult> =>
  new Map(runs.map(({ configuration, result }) => [keyOf(configuration), result]))

/** Trainings at rates of others, all seeds. */
function comparisons(budgets: readonly RecommenderBudget[], seed: number): readonly RecommenderConfiguration[] {
  return budgets.flatMap((budget) =>
    (budget.compared?.cases ?? []).flatMap(([model, rule]) =>
      perSeed(seed, budget.seeds, (own) =>
        configurationOf(budget, model, 'plain', rule, budget.compared?.rate ?? NaN, own))
    )
  )
}

/** Each once: a rate can be both chosen and that of others. */
function distinct(all: readonly RecommenderConfiguration[]): readonly RecommenderConfiguration[] {
  return [...new Map(all.map((configuration) => [keyOf(configuration), configuration])).values()]
}

/** All rates with the first seed, then the other seeds at the rate that validates best. */
export function planRecommenders(budgets: readonly RecommenderBudget[], seed: number,
  done: Runs): readonly RecommenderConfiguration[]
{
  const results = resultsOf(done)
  const cases = casesOf(budgets)
  const first = cases.flatMap(({ budget, model, variant, rule }) =>
    budget.rates.map((rate) => configurationOf(budget, model, variant, rule, rate, seed))
  )
  const others = cases.flatMap((one) => {
    const rate = chosenRate(one, seed, results)
    return rate === undefined ? []
      : perSeed(seed + 1, one.budget.seeds - 1,
        (own) => configurationOf(one.budget, one.model, one.variant, one.rule, rate, own))
  })
  return distinct([...first, ...others, ...comparisons(budgets, seed)])
}

/** What came of one model under one rule, seed by seed, at the rate that was chosen. */
export interface Outcome {
  readonly rate: number
  readonly results: readonly RecommenderResult[]
  /** With the first seed, by rate. */
  readonly tried: readonly { readonly rate: number; readonly validation: number }[]
  /** Seed by seed at the rate of others; none where nothing is compared. */
  readonly compared: readonly RecommenderResult[]
}

/** One model on one kind of rows under its rules. */
export interface RecommenderRow {
  readonly rows: RowsName
  readonly model: RecommenderName
  readonly variant: Variant
  readonly by: Readonly<Partial<Record<RecommenderRule, Outcome>>>
}

/** The rows of a plan whose runs are done. Throws: Error for runs that are not. */
export function recommenderRows(budgets: readonly RecommenderBudget[], runs: Runs): readonly RecommenderRow[] {
  const results = resultsOf(runs)
  const seed = runs.reduce((least, { configuration }) => Math.min(least, configuration.seed), Infinity)
  const outcomeOf = (one: Case): Outcome => {
    const { budget, model, variant, rule } = one
    const at = (rate: number, own: number): RecommenderResult => {
      const found = results.get(keyOf(configurationOf(budget, model, variant, rule, rate, own)))
      if (found !== undefined) return found
      throw new Error(`recommenderRows: runs must be complete, got no ${model} under ${rule} of seed ${own}`)
    }
    const tried = budget.rates.map((rate) => ({ rate, validation: at(rate, seed).best.validation }))
    const rate = chosenRate(one, seed, results) ?? NaN
    const { compared } = budget
    const isCompared = variant === 'plain' && compared?.cases.some(([name, its]) => name === model && its === rule)
    return {
      rate,
      tried,
      results: perSeed(seed, budget.seeds, (own) => at(rate, own)),
      compared: compared === undefined || isCompared !== true ? []
        : perSeed(seed, budget.seeds, (own) => at(compared.rate, own)),
    }
  }
  return budgets.flatMap((budget) =>
    budget.models.map(([model, variant]): RecommenderRow => ({
      rows: budget.rows,
      model,
      variant,
      by: Object.fromEntries(
        rulesOf(budget, model, variant).map((rule) => [rule, outcomeOf({ budget, model, variant, rule })]),
      ),
    }))
  )
}

/** Test AUC at the best validation epoch, seed by seed; none where the rule was not run. */
export function aucs(outcome: Outcome | undefined): readonly number[] {
  return outcome?.results.map(({ best }) => best.test.auc) ?? []
}

/** The same at the rate of others. */
export function comparedAucs(outcome: Outcome | undefined): readonly number[] {
  return outcome?.compared.map(({ best }) => best.test.auc) ?? []
}

/** Names of models in tables. */
export const RECOMMENDER_TITLES: Readonly<Record<RecommenderName, string>> = {
  'logistic-regression': 'logistic regression',
  fm: 'FM',
  deepfm: 'DeepFM',
  dcn: 'DCN',
  autoint: 'AutoInt',
  afn: 'AFN',
}

/** What a variant adds to the name. */
export const VARIANT_TITLES: Readonly<Record<Variant, string>> = {
  plain: '',
  wide: ' beside FM',
  'broad-tap': ', broad tap',
}

/** The name of a row. */
export function titleOf({ model, variant }: RecommenderRow): string {
  return `${RECOMMENDER_TITLES[model]}${VARIANT_TITLES[variant]}`
}

/** Whether there is anything for DFA to train. */
export function isDeep({ by }: RecommenderRow): boolean {
  return by.DFA !== undefined
}

/** A row of generated clicks, if this scale has it. */
export function find(rows: readonly RecommenderRow[], model: RecommenderName, variant: Variant = 'plain'):
  | RecommenderRow
  | undefined
{
  return rows.find((row) => row.rows === 'clicks' && row.model === model && row.variant === variant)
}

/** Test AUC of the three rules, seed by seed. */
export function gapOf({ by }: RecommenderRow): Gap {
  return { BP: aucs(by.BP), DFA: aucs(by.DFA), shallow: aucs(by.shallow) }
}

/** Effective ranks of the movement of embeddings, of the seeds where they moved. */
export function ranks(outcome: Outcome | undefined): readonly number[] {
  return outcome?.results.flatMap(({ rank }) => rank ?? []) ?? []
}

/** AUC of the teachers' own probabilities, seed by seed. */
export function bayesAucs(rows: readonly RecommenderRow[]): readonly number[] {
  const row = rows.find(({ rows: own }) => own === 'clicks')
  return row?.by.BP?.results.flatMap(({ bayes }) => bayes?.auc ?? []) ?? []
}
