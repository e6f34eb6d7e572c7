// What both data sets share: plan, run, tables and figures around their own budgets and claims.

import type { Claim } from '../../claims/claim.ts'
import { CIFAR_PARTS, FILES } from '../../training/datasets.ts'
import { type Experiment, experiment, type Scale } from '../experiment.ts'
import { planRules, type RulePlan } from './plan.ts'
import { accuracyFigure, alignmentFigures, budgetText, modelName, rulesTables } from './presentation.ts'
import { atEdge, rowsOf, type RuleRow, SHORT_NAMES } from './rows.ts'
import { type RuleConfiguration, type RuleResult, trainRule } from './training.ts'
import { settled } from './claims.ts'

/** What is particular to one data set. */
export interface RuleTable {
  readonly name: string
  readonly title: string
  readonly source: string
  readonly about: string
  readonly minutes: Readonly<Record<Scale, number>>
  readonly plans: Readonly<Record<Scale, RulePlan>>
  readonly figure: 'accuracy' | 'error'
  readonly claims: (rows: readonly RuleRow[], scale: Scale) => readonly Claim[]
  /** Paragraphs that discuss what came out at default scale. */
  readonly discussion: readonly string[]
}

/** How every table is made; the same words for both. */
const METHOD = 'Every rule is given the same model, initial weights, batches, epochs and optimizer: momentum descent '
  + '(0.9) on cross-entropy, the rate falling to zero as a cosine; ReLU; weights and transports Gaussian with variance '
  + 'one over fan-in, direct feedback with one over the width of its layer; inputs standardized per channel. The rate '
  + 'alone is chosen: short runs of the first seed over a grid by factors of 4, each end of it moved further while the '
  + 'best rate lies there; the validation samples, taken out of the training files, decide. The test set is evaluated '
  + 'once, after the long runs. A training that diverges counts as chance; a grid on which nothing is learnt is moved '
  + 'down. Seconds per epoch are the least of the seeds, evaluations included, on processors that other work may have '
  + 'shared.'

/** The experiment of one data set. */
export function ruleExperiment(table: RuleTable): Experiment {
  const { name, title, source, about, minutes, plans, figure, claims, discussion } = table
  return experiment<RuleConfiguration, RuleResult>({
    name,
    title,
    source,
    about: `${about} ${METHOD}`,
    minutes,
    revision: 1,
    data: FILES[plans.default.dataset],
    dataIfPresent: plans.default.dataset === 'cifar10' ? CIFAR_PARTS : [],
    plan: (scale, seed, done) => planRules(plans[scale], seed, done),
    run: trainRule,
    judge(runs, scale) {
      const rows = rowsOf(runs)
      const budget = budgetText(runs)
      return {
        claims: settled(claims(rows, scale), scale),
        figures: [accuracyFigure(rows, title, figure), ...alignmentFigures(rows)],
        tables: rulesTables(rows, budget),
        findings: [`${budget} Claims compare means over seeds and allow two standard errors.`, ...remarks(rows),
          ...scale === 'default' ? discussion : []],
      }
    },
  })
}

/** What a reader of the table must know about single cells. */
function remarks(rows: readonly RuleRow[]): readonly string[] {
  const named = (chosen: readonly RuleRow[]): string =>
    chosen.map(({ rule, model }) => `${SHORT_NAMES[rule]} on ${modelName(model)}`).join(', ')
  const diverged = named(rows.filter((row) => row.diverged > 0))
  const edge = named(rows.filter(atEdge))
  return [...diverged === '' ? [] : [`Long runs diverged at the rate that was best in the short ones: ${diverged}.`],
    ...edge === '' ? [] : [`The rate chosen is the last that was allowed at its end of the grid: ${edge}.`]]
}
