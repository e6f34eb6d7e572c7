// What both data sets share: plan, run, tables and figures around their own budgets and claims.

import { FILES, FILES_IF_PRESENT } from '../../training/datasets.ts'
import { type Claim, type Declaration, declared, type Evidence, type Experiment } from '../index.ts'
import { planRules, type RulePlan } from './plan.ts'
import { accuracyFigure, alignmentFigures, budgetText, namesOf, rulesTables } from './presentation.ts'
import { atEdge, rowsOf, type RuleRow } from './rows.ts'
import { type RuleConfiguration, type RuleResult, trainRule } from './training.ts'

type Declared = Declaration<RulePlan, RuleConfiguration, RuleResult>

/** What is particular to one data set. */
export interface RuleTable extends Pick<Declared, 'name' | 'title' | 'source' | 'about' | 'scales'> {
  readonly figure: 'accuracy' | 'error'
  readonly claims: (rows: readonly RuleRow[],
    evidence: Evidence<RulePlan, RuleConfiguration, RuleResult>) => readonly Claim[]
}

/** How every table is made; the same words for both. */
const METHOD = 'Every rule is given the same model, initial weights, batches, epochs and optimizer: momentum descent '
  + '(0.9) on cross-entropy, the rate falling to zero as a cosine; ReLU; weights and transports Gaussian with variance '
  + 'one over fan-in, direct feedback with one over the width of its layer; inputs standardized per channel. The rate '
  + 'alone is chosen: short runs of the first seed over a grid by factors of 4, each end of it moved further while the '
  + 'best rate lies there; the validation samples, taken out of the training files, decide. The test set is evaluated '
  + 'once, after the long runs. A training that diverges counts as chance; a grid on which nothing is learnt is moved '
  + 'down. Seconds per epoch are the least of the seeds, evaluations included, on processors that other work may have '
  + 'shared. Differences between rules are taken seed by seed.'

/** The experiment of one data set. A few steps of one seed decide nothing: the quick scale leaves every claim open. */
export function ruleExperiment({ about, figure, claims, ...table }: RuleTable): Experiment {
  const { dataset } = table.scales.default
  return declared<RulePlan, RuleConfiguration, RuleResult>({
    ...table,
    method: 'training',
    about: `${about} ${METHOD}`,
    data: FILES[dataset],
    dataIfPresent: FILES_IF_PRESENT[dataset],
    decidedAtQuick: [],
    plan: planRules,
    run: trainRule,
    judge(evidence) {
      const rows = rowsOf(evidence.runs)
      const budget = budgetText(evidence.runs)
      const [diverged, edge] = [rows.filter((row) => row.diverged > 0), rows.filter(atEdge)]
      return {
        claims: claims(rows, evidence),
        figures: [accuracyFigure(rows, table.title, figure), ...alignmentFigures(rows)],
        tables: rulesTables(rows, budget),
        findings: [budget,
          ...(diverged.length === 0 ? []
            : [`Long runs diverged at the rate that was best in the short ones: ${namesOf(diverged)}.`]),
          ...(edge.length === 0 ? []
            : [`The rate chosen is the last that was allowed at its end of the grid: ${namesOf(edge)}.`])],
      }
    },
  })
}
