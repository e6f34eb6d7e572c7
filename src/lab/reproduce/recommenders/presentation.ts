// How trainings of recommenders are shown: tables, bars, sentences.

import { barFigure } from '../../report/bars.ts'
import type { ReportFigure } from '../../report/html.ts'
import type { Cell } from '../../report/table.ts'
import { last, mean, pairedDifference } from '../../statistics.ts'
import { hasGap, shareClosed } from '../graphs/share.ts'
import { type NamedTable, spread, tableOf } from '../series.ts'
import type { Score } from '../../training/click-rows.ts'
import { aucs, bayesAucs, find, gapOf, isDeep, type Outcome, ranks, type RecommenderRow, titleOf } from './settings.ts'
import { TAP_WIDTH } from './training.ts'

const RULES = ['BP', 'DFA', 'shallow'] as const
const ALL_RULES = [...RULES, 'embeddings'] as const
const NAMES = { BP: 'BP', DFA: 'DFA', shallow: 'control', embeddings: 'direct to embeddings' } as const
const COLUMNS: readonly string[] = ['model', ...RULES.map((rule) => NAMES[rule])]

const onClicks = (rows: readonly RecommenderRow[]): readonly RecommenderRow[] =>
  rows.filter((row) => row.rows === 'clicks')
const onCriteo = (rows: readonly RecommenderRow[]): readonly RecommenderRow[] =>
  rows.filter((row) => row.rows === 'criteo')

/** Share of the gap with its standard error; none without a gap. */
export function shareText(row: RecommenderRow): string {
  const gap = gapOf(row)
  if (!isDeep(row) || !hasGap(gap)) return '–'
  const { mean: share, standardError } = shareClosed(gap)
  return `${share.toFixed(2)} ± ${standardError.toFixed(2)}`
}

/** A line of scores on test rows. */
function scored(row: RecommenderRow, of: (score: Score) => number): readonly Cell[] {
  return [titleOf(row), ...RULES.map((rule) => {
    const results = row.by[rule]?.results
    return results === undefined ? '–' : spread(results.map(({ best }) => of(best.test)), 4)
  })]
}

/** AUC, log loss and rates, ranks and cosines; AUC on real rows. */
export function recommenderTables(rows: readonly RecommenderRow[]): readonly NamedTable[] {
  const clicks = onClicks(rows), real = onCriteo(rows)
  const withShare = (row: RecommenderRow): readonly Cell[] => [...scored(row, ({ auc }) => auc), shareText(row)]
  const rank = (outcome: Outcome | undefined): string => {
    const own = ranks(outcome)
    return own.length === 0 ? 'at rest' : spread(own, 2)
  }
  const share = [...COLUMNS, 'share closed']
  return [
    tableOf(
      'Generated clicks: test AUC at the best validation AUC, mean ± one standard deviation over seeds (the teacher’s '
        + `own: ${spread(bayesAucs(rows), 4)}); share of the gap that DFA closes ± its standard error`,
      share,
      clicks.map(withShare),
    ),
    tableOf('The same: log loss in nats, and rates', [...COLUMNS, 'rates of BP, DFA, control'],
      clicks.map((row) => [...scored(row, ({ logLoss }) =>
        logLoss), RULES.map((rule) =>
          row.by[rule]?.rate ?? '–'
        ).join(', ')]
      )),
    tableOf('Validation AUC with the first seed, by rate', ['model', 'rule', ...ratesOf(clicks).map(String)],
      clicks.flatMap(sweepOf)),
    tableOf(
      'Effective rank of W − W₀, mean over fields (of 6 at most), and DFA’s cosine of delivered and exact signal at the '
        + 'points, at the end of training',
      [...COLUMNS, 'cosine'],
      clicks.filter(isDeep).map((row) => [titleOf(row), ...RULES.map((rule) =>
        rank(row.by[rule])
      ), spread(row.by.DFA?.results.map(({ signal }) => signal) ?? [], 2)]),
    ),
    ...(real.length === 0 ? []
      : [
        tableOf(
          'Criteo, split anew by each seed: test AUC of 1,000 rows at the best validation AUC, mean ± one standard '
            + 'deviation over seeds; a gap of less than twice its standard error has no share',
          share,
          real.map(withShare),
        ),
      ]),
  ]
}

/** A line for each rule of a model. */
function sweepOf(row: RecommenderRow): readonly (readonly Cell[])[] {
  return ALL_RULES.flatMap((rule) => {
    const tried = row.by[rule]?.tried
    return tried === undefined ? []
      : [[titleOf(row), NAMES[rule], ...tried.map(({ validation }) => validation.toFixed(4))]]
  })
}

function ratesOf(rows: readonly RecommenderRow[]): readonly number[] {
  return rows[0]?.by.BP?.tried.map(({ rate }) => rate) ?? []
}

/** AUC and ranks of the models on generated clicks. */
export function recommenderFigures(rows: readonly RecommenderRow[]): readonly ReportFigure[] {
  const clicks = onClicks(rows)
  return [{
    svg: bars('Generated clicks', 'test AUC − ½', clicks, (outcome) => aucs(outcome).map((auc) => auc - 0.5), {
      value: mean(bayesAucs(rows)) - 0.5,
      label: 'the teacher itself',
    }),
    caption: 'How far the test AUC is above chance, at the best validation AUC: means over seeds, with the range over '
      + 'them. The control freezes all below the points; each model and rule at its own rate.',
  }, {
    svg: bars('In how many directions embeddings move', 'effective rank of W − W₀', clicks.filter(isDeep), ranks),
    caption: 'Mean over the ten fields, of 6 directions at most; means over seeds, with the range over them. Nothing '
      + 'stands where embeddings are at rest. At 1, every embedding of a field has moved along the same line.',
  }]
}

function bars(title: string, label: string, rows: readonly RecommenderRow[],
  values: (outcome: Outcome | undefined) => readonly number[],
  mark?: { readonly value: number; readonly label: string }): string
{
  return barFigure({
    title,
    categories: rows.map(titleOf),
    value: { label },
    ...(mark === undefined ? {} : { mark }),
    series: RULES.map((rule) => ({
      name: NAMES[rule],
      values: rows.map((row) => {
        const sorted = [...values(row.by[rule])].sort((a, b) => a - b)
        return sorted.length === 0 ? { value: NaN } : { value: mean(sorted), low: sorted[0], high: last(sorted) }
      }),
    })),
  })
}

/** Shares in words, what was tried on DCN, and whether real rows can order models. */
export function recommenderFindings(rows: readonly RecommenderRow[]): readonly string[] {
  const auc = (outcome: Outcome | undefined): string => spread(aucs(outcome), 3)
  const deep = onClicks(rows).filter((row) => row.variant === 'plain' && isDeep(row))
  const dcn = find(rows, 'dcn')?.by, wide = find(rows, 'dcn', 'wide')?.by, broad = find(rows, 'dcn', 'broad-tap')?.by
  const real = onCriteo(rows)
  const machine = real.find(({ model }) => model === 'fm')?.by.BP
  const beating = real.filter(isDeep).filter(({ by }) => {
    const { mean: difference, standardError } = pairedDifference(aucs(by.BP), aucs(machine))
    return difference > 2 * standardError
  })
  return [
    ...deep.map((row) =>
      hasGap(gapOf(row))
        ? `${titleOf(row)}: DFA closes ${shareText(row)} of the gap between the control (AUC ${
          auc(row.by.shallow)
        }) and ` + `BP (${auc(row.by.BP)}).`
        : `${titleOf(row)}: BP (AUC ${auc(row.by.BP)}) is not ahead of the control.`
    ),
    ...(dcn === undefined || wide === undefined || broad === undefined ? []
      : [
        `DCN: AUC ${auc(dcn.BP)} under BP, ${auc(dcn.DFA)} under DFA, ${
          auc(dcn.embeddings)
        } with direct feedback to the `
        + `embeddings alone; under DFA ${
          auc(wide.DFA)
        } with embeddings that learn in a factorization machine beside it, `
        + `${auc(broad.DFA)} with errors of ${TAP_WIDTH} features (${auc(wide.BP)} and ${auc(broad.BP)} under BP).`,
      ]),
    ...atAnEnd(onClicks(rows)),
    ...(machine === undefined ? []
      : [
        `Criteo’s 8,000 rows: ${
          beating.length === 0 ? 'no deep model' : beating.map(titleOf).join(', ')
        } under BP is ahead ` + `of FM (AUC ${auc(machine)}) by more than twice the standard error of the difference.`,
      ]),
  ]
}

/** Says where a rate beyond those that were tried might have been better. */
function atAnEnd(rows: readonly RecommenderRow[]): readonly string[] {
  const isAtEnd = (outcome: Outcome | undefined): boolean =>
    outcome !== undefined && outcome.tried.length > 1
    && [outcome.tried[0].rate, last(outcome.tried).rate].includes(outcome.rate)
  const names = rows.flatMap((row) =>
    ALL_RULES.filter((rule) => isAtEnd(row.by[rule])).map((rule) => `${titleOf(row)} (${NAMES[rule]})`)
  )
  return names.length === 0 ? [] : [`The best rate stands at an end of those that were tried for ${names.join('; ')}.`]
}
