// Two stages: short runs choose a rate for every rule on validation samples, long runs at that rate see the test set.

import type { DatasetName } from '../../training/datasets.ts'
import { RULE_NAMES } from '../../training/rule-uses.ts'
import { keyOf } from '../records.ts'
import { perSeed, type Run } from '../experiment.ts'
import { isRefused, isTrained, type RuleConfiguration, type RuleResult } from './training.ts'

/** A run of the table. */
export type RuleRun = Run<RuleConfiguration, RuleResult>

/** What every rule is given to train one model. */
export interface Budget extends Omit<RuleConfiguration, 'stage' | 'dataset' | 'rule' | 'rate' | 'seed'> {
  readonly sweepEpochs: number
}

/** Sizes of one scale. */
export interface RulePlan {
  readonly dataset: DatasetName
  readonly budgets: readonly Budget[]
  /** Rates of the sweep, ascending by `RATE_FACTOR`; the same for all rules. */
  readonly rates: readonly number[]
  /** How many more rates are tried beyond each end while the best one lies there. */
  readonly further: number
  readonly seeds: number
}

/** From one rate to the next: the best one on the grid is at most a factor of 2 away from the best there is. */
export const RATE_FACTOR = 4

/** η = 0.001 … 0.064: wide enough that most rules stay inside. */
export const RATES: readonly number[] = [0.001, 0.004, 0.016, 0.064]

/** The rules that carry errors by signs of weights. */
export const SIGN_RULES: readonly string[] = ['uniform-sign-symmetry', 'batch-random-sign-symmetry',
  'fixed-random-sign-symmetry']

/** Accuracy of guessing among ten classes: what a training is worth that does not come to its end. */
export const CHANCE = 0.1

/** Where a sweep stands. */
export interface Sweep {
  /** Rates to try so far, ascending. */
  readonly rates: readonly number[]
  /** The rate chosen, once its neighbors are known; never for a rule that is not defined for the model. */
  readonly chosen: number | undefined
}

function configurationOf(stage: 'sweep' | 'final', { dataset }: RulePlan, budget: Budget, rule: string, rate: number,
  seed: number): RuleConfiguration
{
  const { sweepEpochs, epochs, testSamples, ...common } = budget
  const own = stage === 'sweep' ? { epochs: sweepEpochs, testSamples: 0 } : { epochs, testSamples }
  return { stage, dataset, ...common, rule, rate, seed, ...own }
}

/**
 * Validation accuracy; what diverged or is hardly better than guessing counts as chance, so that a grid on which
 * nothing is learnt has its best rate at the lower end and goes on there.
 */
function scoreOf(result: RuleResult): number {
  return isTrained(result) && result.validation > 1.5 * CHANCE ? result.validation : CHANCE
}

/**
 * The sweep of one rule: the grid, then one rate further at the end where the best one lies, until it lies inside or
 * `further` rates have been added there. The best has the highest score, the smallest among equals.
 */
export function sweepOf(plan: RulePlan, b: Budget, rule: string, seed: number,
  done: ReadonlyMap<string, RuleResult>): Sweep
{
  const rates = [...plan.rates]
  const lowest = rates[0] / RATE_FACTOR ** plan.further
  const highest = rates[rates.length - 1] * RATE_FACTOR ** plan.further
  for (;;) {
    const results = rates.map((rate) => done.get(keyOf(configurationOf('sweep', plan, b, rule, rate, seed))))
    const open: Sweep = { rates, chosen: undefined }
    if (results.some((result) => result !== undefined && isRefused(result))) return open
    const known = results.flatMap((result) => (result === undefined ? [] : scoreOf(result)))
    if (known.length < rates.length) return open
    const best = known.indexOf(Math.max(...known))
    const rate = rates[best]
    const down = best === 0 && rate / RATE_FACTOR >= lowest * 0.99
    const up = best === rates.length - 1 && rate * RATE_FACTOR <= highest * 1.01
    if (!down && !up) return { rates, chosen: rate }
    if (down) rates.unshift(rate / RATE_FACTOR)
    if (up) rates.push(rate * RATE_FACTOR)
  }
}

/** All runs that are due: sweeps of all models, then the long runs of every rule that has its rate. */
export function planRules(plan: RulePlan, seed: number, done: readonly RuleRun[]): readonly RuleConfiguration[] {
  const results = new Map(done.map(({ configuration, result }) => [keyOf(configuration), result]))
  const sweeps = plan.budgets.flatMap((b) =>
    RULE_NAMES.map((rule) => ({ b, rule, ...sweepOf(plan, b, rule, seed, results) }))
  )
  const short = sweeps.flatMap(({ b, rule, rates }) =>
    rates.map((rate) => configurationOf('sweep', plan, b, rule, rate, seed))
  )
  const long = sweeps.flatMap((
    { b, rule, chosen },
  ) => (chosen === undefined ? []
    : perSeed(seed, plan.seeds, (own) => configurationOf('final', plan, b, rule, chosen, own)))
  )
  return [...short, ...long]
}
