// Two stages: tuning runs choose optimizer and rate of every rule on validation samples, runs with fresh seeds see the test set.

import type { DatasetName } from '../../training/datasets.ts'
import { bestRate, RATES, type Trial, trialsToMake } from '../rates/rate-search.ts'
import { mean } from '../../statistics.ts'
import { keyOf } from '../records.ts'
import { perSeed, type Run } from '../experiment.ts'
import { ENTRIES, type Entry } from './entries.ts'
import { isRefused, isTrained, type RuleConfiguration, type RuleOptimizer, type RuleResult } from './training.ts'

/** A run of the table. */
export type RuleRun = Run<RuleConfiguration, RuleResult>

/** What every rule is given to train one model; some rules train longer, too, at the setting that they chose. */
export interface Budget
  extends Omit<RuleConfiguration, 'stage' | 'dataset' | 'rule' | 'units' | 'optimizer' | 'rate' | 'seed'>
{
  readonly longer?: Pick<RuleConfiguration, 'epochs' | 'trainingSamples'> & { readonly rules: readonly string[] }
}

/** Sizes of one scale. */
export interface RulePlan {
  readonly dataset: DatasetName
  readonly budgets: readonly Budget[]
  /** Seeds that tune: the first climbs the ladder of rates of every optimizer, all of them settle that of the better. */
  readonly tuningSeeds: number
  /** Seeds of the table, none of which tunes. */
  readonly seeds: number
}

/** Rates that every rule tries first, by optimizer; from there the ladder is climbed. The order is that of ties. */
export const FIRST_RATES: Readonly<Record<RuleOptimizer, readonly number[]>> = {
  momentum: [0.003, 0.01, 0.03],
  adam: [0.0003, 0.001, 0.003],
}

/** Below these rates nothing is learnt in trainings as short as these: a search that finds nothing sound ends there. */
const LADDER: readonly number[] = RATES.filter((rate) => rate >= 0.00001)

/** The optimizers that each rule is tuned with. */
export const OPTIMIZERS = Object.keys(FIRST_RATES) as readonly RuleOptimizer[]

/** The rules that carry errors by signs of weights. */
export const SIGN_RULES: readonly string[] = ['uniform-sign-symmetry', 'batch-random-sign-symmetry',
  'fixed-random-sign-symmetry']

/** Accuracy of guessing among ten classes: what a training is worth that does not come to its end. */
export const CHANCE = 0.1

/** Optimizer and rate. */
export interface Setting {
  readonly optimizer: RuleOptimizer
  readonly rate: number
}

/** A tuning run: its validation error as the search sees it, null where it disqualifies the setting. */
export interface TuningTrial extends Trial {
  readonly optimizer: RuleOptimizer
}

/** Where the tuning of one rule on one model stands. */
export interface Search {
  readonly trials: readonly TuningTrial[]
  /** Runs to make next, none when it is over. */
  readonly due: readonly (Setting & { readonly seed: number })[]
  /** The best setting that no tuning seed disqualifies; undefined before the end, and where there is none. */
  readonly chosen: Setting | undefined
}

/**
 * True for a training that came to its end above chance, by half of it at least, with a loss below that of its first
 * step: what ends otherwise diverged or collapsed.
 */
export function isSound(result: RuleResult): boolean {
  return isTrained(result) && result.validation >= 1.5 * CHANCE && result.loss < result.start
}

/** The tuning of one entry from its runs. */
export function searchOf(own: readonly RuleRun[], { tuningSeeds }: RulePlan, first: number): Search {
  const tuning = own.filter(({ configuration: { stage } }) => stage === 'tuning')
  const trials = tuning.map(({ configuration: { optimizer, rate, seed }, result }): TuningTrial => ({ optimizer, rate,
    seed, loss: isTrained(result) && isSound(result) ? 1 - result.validation : null })
  )
  if (tuning.some(({ result }) => isRefused(result))) return { trials, due: [], chosen: undefined }
  const seeds = perSeed(first, tuningSeeds, (seed) => seed)
  const of = (optimizer: RuleOptimizer): readonly TuningTrial[] => trials.filter((one) => one.optimizer === optimizer)
  const dueWith = (optimizer: RuleOptimizer, by: readonly number[]): Search['due'] =>
    trialsToMake(of(optimizer), by, FIRST_RATES[optimizer], LADDER).map((one) => ({ ...one, optimizer }))
  const climbing = OPTIMIZERS.flatMap((optimizer) => dueWith(optimizer, [first]))
  if (climbing.length > 0) return { trials, due: climbing, chosen: undefined }
  // The optimizer that is ahead with the first seed is settled by all, the other where nothing of it is left.
  const best = (optimizer: RuleOptimizer, by: readonly number[]): Setting & { readonly loss: number } => {
    const rate = bestRate(of(optimizer), by)
    const losses = of(optimizer).filter((one) => one.rate === rate && by.includes(one.seed)).map(({ loss }) =>
      loss ?? Infinity
    )
    return { optimizer, rate, loss: mean(losses) }
  }
  const order = OPTIMIZERS.map((optimizer) => best(optimizer, [first])).sort((a, b) =>
    a.loss < b.loss ? -1 : a.loss > b.loss ? 1 : 0
  )
  for (const { optimizer, loss } of order) {
    if (loss === Infinity) continue
    const due = dueWith(optimizer, seeds)
    if (due.length > 0) return { trials, due, chosen: undefined }
    const settled = best(optimizer, seeds)
    if (settled.loss < Infinity) return { trials, due, chosen: { optimizer, rate: settled.rate } }
  }
  return { trials, due: [], chosen: undefined }
}

function configurationOf(stage: RuleConfiguration['stage'], { dataset }: RulePlan, { longer, ...budget }: Budget,
  { rule, units }: Entry, { optimizer, rate }: Setting, seed: number): RuleConfiguration
{
  const { rules: _, ...size } = longer ?? { rules: [] }
  const own = stage === 'tuning' ? { testSamples: 0 } : stage === 'longer' ? size : {}
  return { stage, dataset, ...budget, rule: rule.name, units, optimizer, rate, seed, ...own }
}

/** All runs that are due: the tuning of every rule on every model, then the runs of those that have their setting. */
export function planRules(plan: RulePlan, seed: number, done: readonly RuleRun[]): readonly RuleConfiguration[] {
  const known = new Map<string, RuleRun[]>()
  const keyed = ({ model, rule, units }: Pick<RuleConfiguration, 'model' | 'rule' | 'units'>): string =>
    keyOf({ model, rule, units })
  for (const run of done) {
    const key = keyed(run.configuration)
    known.set(key, [...known.get(key) ?? [], run])
  }
  const searches = plan.budgets.flatMap((budget) =>
    ENTRIES.map((entry) => {
      const own = known.get(keyed({ model: budget.model, rule: entry.rule.name, units: entry.units })) ?? []
      return { budget, entry, ...searchOf(own, plan, seed) }
    })
  )
  const tuning = searches.flatMap(({ budget, entry, trials, due }) =>
    [...trials, ...due].map((one) => configurationOf('tuning', plan, budget, entry, one, one.seed))
  )
  const isLonger = ({ longer }: Budget, { rule, units }: Entry): boolean =>
    units === 'relu' && longer !== undefined && longer.rules.includes(rule.name)
  const final = searches.flatMap(({ budget, entry, chosen }) =>
    chosen === undefined ? []
      : (isLonger(budget, entry) ? ['final', 'longer'] as const : ['final'] as const).flatMap((stage) =>
        perSeed(seed + plan.tuningSeeds, plan.seeds, (own) => configurationOf(stage, plan, budget, entry, chosen, own))
      )
  )
  return [...tuning, ...final]
}
