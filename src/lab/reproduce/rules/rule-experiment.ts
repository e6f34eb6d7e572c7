// What both data sets share: plan, run, tables and figures around their own budgets and claims.

import { FILES, FILES_IF_PRESENT } from '../../training/datasets.ts'
import { type Claim, type Declaration, declared, type Evidence, type Experiment, sample } from '../index.ts'
import { planRules, type RulePlan } from './plan.ts'
import { accuracyFigure, alignmentFigures, budgetText, modelName, rulesTables } from './presentation.ts'
import { atEdge, hasNone, namesOf, rowsOf, type RuleRow } from './rows.ts'
import { type RuleConfiguration, type RuleResult, trainRule } from './training.ts'

type Declared = Declaration<RulePlan, RuleConfiguration, RuleResult>

/** What is particular to one data set. */
export interface RuleTable extends Pick<Declared, 'name' | 'title' | 'source' | 'about' | 'scales'> {
  readonly figure: 'accuracy' | 'error'
  readonly claims: (rows: readonly RuleRow[],
    evidence: Evidence<RulePlan, RuleConfiguration, RuleResult>) => readonly Claim[]
}

/** How every table is made; the same words for both. */
const METHOD = 'Every rule is given the same model, initial weights, batches, epochs and the same search: full-length '
  + 'trainings with momentum descent (0.9) and with Adam, from three rates each (0.003, 0.01, 0.03; 0.0003, 0.001, '
  + '0.003) along a ladder of factors of about three that begins at 0.00001. One seed climbs it until its best rate has two worse neighbors; '
  + 'with the optimizer that is ahead all tuning seeds train there and below, until the best rate has a worse one '
  + 'under it. Best is what classifies '
  + 'most of the validation samples, taken out of the training files; a setting is out where a tuning seed diverges or '
  + 'collapses: ends below 1.5 times chance, or with a training loss above that of its first step. The setting that '
  + 'wins trains with fresh seeds, and these alone see the test set, once, at the end. Common to all: cross-entropy, the '
  + 'rate falling to zero as a cosine, ReLU, weights and transports uniform within ± one over the root of fan-in, direct '
  + 'feedback within ± one over the root of the width of its layer, inputs standardized per channel; other options of rules are the '
  + 'defaults of `train`. Rules for bounded units are shown in the common setting and in their own. How long an epoch '
  + 'takes is measured elsewhere (docs/speed.md). Differences between rules are taken seed by seed.'

/** Claims about the procedure itself, with criteria that were fixed before any run of it. */
function soundness(id: string, rows: readonly RuleRow[], { claim }: Evidence<RulePlan, RuleConfiguration, RuleResult>) {
  const defined = rows.filter(({ refused }) => refused === undefined)
  const errors = defined.map(({ test }) => sample(test).standardError)
  return [
    claim.atMost(`${id}-sound`, 'lines without a sound setting, or with a final run that diverges or collapses',
      sample([defined.filter((row) => hasNone(row) || row.unsound > 0).length]), 0, 'tuning is there to avoid them'),
    claim.atMost(`${id}-spread`, 'largest standard error of a test accuracy over seeds, in points',
      sample([Math.max(...errors.map((error) => (Number.isFinite(error) ? error : Infinity)))]), 1.5,
      'above it a line says little; fixed before the runs'),
  ]
}

/** The experiment of one data set. A few steps of one seed decide nothing: the quick scale leaves every claim open. */
export function ruleExperiment({ about, figure, claims, ...table }: RuleTable): Experiment {
  const { dataset } = table.scales.default
  return declared<RulePlan, RuleConfiguration, RuleResult>({
    ...table,
    method: 'training',
    revision: 2,
    about: `${about} ${METHOD}`,
    data: FILES[dataset],
    dataIfPresent: FILES_IF_PRESENT[dataset],
    decidedAtQuick: [],
    resumes: true,
    plan: planRules,
    run: trainRule,
    judge(evidence) {
      const rows = rowsOf(evidence.runs)
      const budget = budgetText(evidence.runs)
      const [unsound, none, edge] = [rows.filter((row) => row.unsound > 0), rows.filter(hasNone), rows.filter(atEdge)]
      return {
        claims: [...claims(rows, evidence), ...soundness(table.name, rows, evidence)],
        figures: [accuracyFigure(rows, table.title, figure), ...alignmentFigures(rows)],
        tables: rulesTables(rows, evidence.runs),
        findings: [budget,
          ...(unsound.length === 0 ? []
            : [`Final runs diverged or collapsed at the setting chosen: ${namesOf(unsound, modelName)}.`]),
          ...(none.length === 0 ? []
            : [`No setting tried is sound for all tuning seeds: ${namesOf(none, modelName)}.`]),
          ...(edge.length === 0 ? []
            : [`The rate chosen stands at the end of what was tried: ${namesOf(edge, modelName)}.`])],
      }
    },
  })
}
