// Recommender systems under BP, DFA and with all below the points frozen; why DCN fails, put to the test.

import { barFigure } from '../../report/bars.ts'
import type { ReportFigure } from '../../report/html.ts'
import { last, mean, pairedDifference, ratioOfMeans, type Sample, sample } from '../../statistics.ts'
import type { RecommenderName } from '../../training/recommender-models.ts'
import { declared } from '../experiment.ts'
import { type Gap, hasGap, shareClaim, shareClosed } from '../graphs/share.ts'
import { CRITEO_FILES } from '../recommenders/data.ts'
import { aucs, type Outcome, planRecommenders, RECOMMENDER_TITLES, type RecommenderBudget, type RecommenderRow,
  recommenderRows, VARIANT_TITLES } from '../recommenders/settings.ts'
import { type RecommenderConfiguration, type RecommenderResult, type RecommenderRule, TAP_WIDTH, trainRecommender,
  type Variant } from '../recommenders/training.ts'
import { spread, tableOf } from '../series.ts'

const PLAIN: readonly (readonly [RecommenderName, Variant])[] =
  (['logistic-regression', 'fm', 'deepfm', 'dcn', 'autoint', 'afn'] as const).map((model) => [model, 'plain'])
const CLICKS: RecommenderBudget = {
  rows: 'clicks',
  sizes: [80_000, 20_000, 20_000],
  epochs: 6,
  seeds: 3,
  rates: [1e-3, 3e-3],
  models: [...PLAIN, ['dcn', 'wide'], ['dcn', 'broad-tap']],
}
const CRITEO: RecommenderBudget = {
  rows: 'criteo',
  sizes: [6000, 1000, 1000],
  epochs: 6,
  seeds: 8,
  rates: [1e-3, 3e-3],
  models: PLAIN,
}

const SCALES = {
  quick: {
    minutes: 0.3,
    budgets: [{
      ...CLICKS,
      sizes: [6000, 2000, 2000],
      epochs: 3,
      seeds: 2,
      rates: [3e-3],
      models: [['logistic-regression', 'plain'], ['fm', 'plain'], ['deepfm', 'plain'], ['dcn', 'plain']],
    }],
  },
  default: { minutes: 10, budgets: [CLICKS, CRITEO] },
  paper: {
    minutes: 120,
    budgets: [{ ...CLICKS, seeds: 10, rates: [3e-4, 1e-3, 3e-3] }, { ...CRITEO, seeds: 30, rates: [3e-4, 1e-3, 3e-3] }],
  },
} as const satisfies Readonly<
  Record<string, { readonly minutes: number; readonly budgets: readonly RecommenderBudget[] }>
>

/** Mean test AUC over three seeds in PyTorch, at the rate 10⁻³, of another draw of the teacher. */
const ELSEWHERE: readonly (readonly [RecommenderName, RecommenderRule, number])[] = [['logistic-regression', 'BP',
  0.7136], ['fm', 'BP', 0.8163], ['deepfm', 'BP', 0.8767], ['deepfm', 'DFA', 0.8614], ['deepfm', 'shallow', 0.8148], [
  'dcn',
  'BP',
  0.8733,
], ['dcn', 'DFA', 0.7478]]
const ELSEWHERE_BAYES = 0.9065

const gapOf = ({ by }: RecommenderRow): Gap => ({ BP: aucs(by.BP), DFA: aucs(by.DFA), shallow: aucs(by.shallow) })
const titleOf = ({ model, variant }: RecommenderRow): string => `${RECOMMENDER_TITLES[model]}${VARIANT_TITLES[variant]}`
const isDeep = ({ by }: RecommenderRow): boolean => by.DFA !== undefined
const ranks = (outcome: Outcome | undefined): readonly number[] =>
  outcome?.results.flatMap(({ rank }) => rank ?? []) ?? []

function plusMinus({ mean: value, standardError }: Sample): string {
  return `${value.toFixed(2)} ± ${standardError.toFixed(2)}`
}

const shareText = (row: RecommenderRow): string => {
  const gap = gapOf(row)
  return isDeep(row) && hasGap(gap) ? plusMinus(shareClosed(gap)) : '–'
}

/** Six recommenders on generated clicks and on a sample of real ones. */
export const recommenders = declared<{ readonly budgets: readonly RecommenderBudget[] }, RecommenderConfiguration,
  RecommenderResult>({
    name: 'launay2020/recommenders',
    title: 'DFA trains recommender systems where embeddings learn elsewhere',
    source: 'launay2020',
    method: 'training',
    about:
      'Clicks are told from ten categorical fields. A teacher with interactions of fields, drawn anew by every seed, '
      + 'gives their probabilities, so that the best possible AUC is known. Logistic regression, a factorization machine, '
      + 'DeepFM, DCN, AutoInt and AFN with embeddings of 6, three dense layers of 64 with batch normalization, batches of '
      + '256, Adam, 6 epochs. Under DFA one error, p − y, goes through one matrix to points behind every hidden layer, as '
      + 'in the paper’s code: embeddings of DeepFM learn by its factorization machine alone, those of AFN stay as drawn, '
      + 'those of DCN and AutoInt are given the error directly. The control freezes all below the points. Each model and '
      + 'rule has its own rate, the one of two that validates best with the first seed; test AUC is that of the first '
      + 'epoch of the best validation AUC. A single error times one vector per field moves all embeddings of a field '
      + 'along one line (derived; Adam turns the vector, not the rank). Whether that is why DCN fails is put to the test in '
      + 'three ways: by direct feedback to its embeddings alone, exact above; by embeddings that learn in a factorization '
      + `machine beside it; by errors read at ${TAP_WIDTH} features below the output. The 8,000 real rows of Criteo are too `
      + 'few to order models (the sampling error of one AUC is 0.02): they test the path from the file to the score.',
    data: CRITEO_FILES,
    quickData: [],
    revision: 1,
    basis: {
      equations: '(5.9), (1.9)',
      statement: 'that DFA trains all four, nearly as BP: authors’ public code; that DCN fails, and why: derived here',
      setting: 'points and taps: authors’ public code; teacher, sizes, rates: chosen here',
      compared: 'own computation in PyTorch, same settings; otherwise order, shares and ranks',
    },
    scales: SCALES,
    decidedAtQuick: ['recommenders-line'],
    plan: ({ budgets }, seed, done) => planRecommenders(budgets, seed, done),
    run: trainRecommender,
    judge({ runs, claim, setting }) {
      const all = recommenderRows(setting.budgets, runs)
      const clicks = all.filter(({ rows }) => rows === 'clicks'), real = all.filter(({ rows }) => rows === 'criteo')
      const find = (model: RecommenderName, variant: Variant = 'plain'): RecommenderRow | undefined =>
        clicks.find((row) => row.model === model && row.variant === variant)
      const deep = clicks.filter((row) => isDeep(row) && row.variant === 'plain')
      const dcn = find('dcn'), machine = find('fm'), wide = find('dcn', 'wide'), broad = find('dcn', 'broad-tap')
      const independent = { source: 'own computation in PyTorch, same settings' }
      const bayes = clicks[0].by.BP?.results.map((one) => one.bayes?.auc ?? NaN) ?? []
      /** Claims about a row that this scale may not have. */
      const about = <T>(row: RecommenderRow | undefined, claims: (row: RecommenderRow) => readonly T[]): readonly T[] =>
        row === undefined ? [] : claims(row)
      const over = (row: RecommenderRow, other: Outcome | undefined): Sample =>
        pairedDifference(aucs(row.by.DFA), aucs(other))
      return {
        claims: [
          ...deep.map((row) =>
            claim.above(`recommenders-trains-${row.model}`, `${titleOf(row)}: test AUC of DFA less that of the control`,
              over(row, row.by.shallow), 0, 'sign alone')
          ),
          ...deep.map((row) =>
            shareClaim(claim, `recommenders-share-${row.model}`,
              `${titleOf(row)}: share of the gap from control to BP that DFA closes`, gapOf(row), 0.9,
              '“close to BP” read as nine tenths, as for graphs, fixed before the runs')
          ),
          ...about(dcn, (row) =>
            about(machine,
              (
                { by },
              ) => [
                claim.below('recommenders-dcn-below-fm', 'DCN under DFA less a factorization machine: deep, and worse',
                  over(row, by.BP), 0, 'sign alone, predicted before the runs'),
              ])),
          ...clicks.filter((row) =>
            (row.model === 'dcn' && row.variant === 'plain') || row.model === 'autoint'
          ).map((row) =>
            claim.atMost(`recommenders-line-${row.model}`,
              `${titleOf(row)} under DFA: effective rank of the embeddings’ movement, one line per field`,
              sample(ranks(row.by.DFA)), 1.1, 'rank one; what Adam’s ε and rounding add, fixed before the runs')
          ),
          ...about(dcn,
            (
              row,
            ) => [
              claim.atLeast('recommenders-plane-dcn', 'DCN under BP: the same, of 6 at most', sample(ranks(row.by.BP)),
                2, 'more than a line, fixed before the runs'),
            ]),
          ...about(dcn?.by.embeddings === undefined ? undefined : dcn,
            (
              { by },
            ) => [
              claim.atLeast('recommenders-cause-embeddings',
                'DCN: what direct feedback to the embeddings alone loses against BP, in shares of what DFA loses',
                ratioOfMeans(aucs(by.BP).map((value, seed) =>
                  value - aucs(by.embeddings)[seed]
                ), aucs(by.BP).map((value, seed) =>
                  value - aucs(by.DFA)[seed]
                )), 0.5, 'most of it, fixed before the runs'),
            ]),
          ...about(wide,
            (
              row,
            ) => [
              claim.above('recommenders-cure-wide', 'DCN under DFA: with embeddings that learn beside it, less without',
                over(row, dcn?.by.DFA), 0, 'sign alone'),
              shareClaim(claim, 'recommenders-cure-wide-share',
                'DCN beside FM: share of the gap from control to BP that DFA closes', gapOf(row), 0.5,
                'most of it, fixed before the runs'),
            ]),
          ...about(broad,
            (
              row,
            ) => [
              claim.atLeast('recommenders-broad-rank',
                `DCN under DFA with errors of ${TAP_WIDTH} features: effective rank of the embeddings’ movement`,
                sample(ranks(row.by.DFA)), 2, 'more than a line: else nothing was changed'),
              claim.above('recommenders-cure-tap', `DCN under DFA: with errors of ${TAP_WIDTH} features, less with one`,
                over(row, dcn?.by.DFA), 0, 'sign alone'),
              shareClaim(claim, 'recommenders-cure-tap-share',
                'DCN, broad tap: share of the gap from control to BP that DFA closes', gapOf(row), 0.5,
                'most of it, fixed before the runs'),
            ]),
          claim.absolute('recommenders-bayes', 'AUC of the teacher’s own probabilities', sample(bayes), ELSEWHERE_BAYES,
            0.01, 'another draw of the teacher', independent),
          ...ELSEWHERE.flatMap(([model, rule, auc]) =>
            about(find(model),
              (
                { by },
              ) => [
                claim.absolute(`recommenders-auc-${model}-${rule}`, `${RECOMMENDER_TITLES[model]}, ${rule}: test AUC`,
                  sample(aucs(by[rule])), auc, 0.03,
                  'another draw of the teacher, other initial weights, a chosen rate', independent),
              ])
          ),
          ...about(real.find(({ model }) => model === 'logistic-regression'),
            (
              { by },
            ) => [
              claim.above('recommenders-criteo', 'Criteo, logistic regression: test AUC of 1,000 rows',
                sample(aucs(by.BP)), 0.56, 'chance and three sampling errors of one AUC'),
            ]),
        ],
        figures: [aucFigure(clicks, mean(bayes)), ...(deep.length === 0 ? [] : [rankFigure(clicks.filter(isDeep))])],
        tables: [
          tableOf(
            `Generated clicks: test AUC at the best validation AUC, mean ± one standard deviation over seeds (the `
              + `teacher’s own: ${spread(bayes, 4)}); share of the gap that DFA closes ± its standard error`,
            COLUMNS,
            clicks.map((row) => [titleOf(row), ...RULES.map((rule) =>
              cell(row.by[rule], ({ auc }) => auc)
            ), shareText(row)]),
          ),
          tableOf('The same: log loss in nats, and rates', [...COLUMNS.slice(0, 4), 'rates of BP, DFA, control'],
            clicks.map((
              row,
            ) => [titleOf(row), ...RULES.map((rule) => cell(row.by[rule], ({ logLoss }) => logLoss)),
              RULES.map((rule) => row.by[rule]?.rate ?? '–').join(', ')]
            )),
          tableOf(
            'Effective rank of W − W₀, mean over fields (of 6 at most), and DFA’s cosine of delivered and exact '
              + 'signal at the points, at the end of training',
            ['model', 'BP', 'DFA', 'control', 'cosine'],
            clicks.filter(isDeep).map((row) => [titleOf(row), ...RULES.map((rule) => {
              const own = ranks(row.by[rule])
              return own.length === 0 ? 'at rest' : spread(own, 2)
            }), spread(row.by.DFA?.results.map(({ signal }) => signal) ?? [], 2)]),
          ),
          ...(real.length === 0 ? []
            : [
              tableOf(
                'Criteo, 6,000 rows to train, 1,000 to validate, 1,000 to test, split anew by each seed: test AUC at the '
                  + 'best validation AUC, mean ± one standard deviation over seeds; a gap of less than twice its standard error '
                  + 'has no share',
                COLUMNS,
                real.map((
                  row,
                ) => [titleOf(row), ...RULES.map((rule) => cell(row.by[rule], ({ auc }) => auc)), shareText(row)]),
              ),
            ]),
        ],
        findings: [
          ...deep.map((row) =>
            hasGap(gapOf(row))
              ? `${titleOf(row)}: DFA closes ${shareText(row)} of the gap between the control `
                + `(AUC ${spread(aucs(row.by.shallow), 3)}) and BP (${spread(aucs(row.by.BP), 3)}).`
              : `${titleOf(row)}: BP (AUC ${spread(aucs(row.by.BP), 3)}) is not ahead of the control.`
          ),
          ...about(dcn?.by.embeddings === undefined ? undefined : dcn,
            (
              { by },
            ) => [
              `DCN: AUC ${spread(aucs(by.BP), 3)} under BP, ${spread(aucs(by.DFA), 3)} under DFA, `
              + `${spread(aucs(by.embeddings), 3)} with direct feedback to the embeddings alone, `
              + `${
                spread(aucs(wide?.by.DFA), 3)
              } under DFA with embeddings that learn in a factorization machine beside it, `
              + `${spread(aucs(broad?.by.DFA), 3)} under DFA with errors of ${TAP_WIDTH} features.`,
            ]),
          ...about(real.find(({ model }) => model === 'fm'), ({ by }) => {
            const ahead = real.filter(isDeep).filter((row) => {
              const { mean: difference, standardError } = pairedDifference(aucs(row.by.BP), aucs(by.BP))
              return difference > 2 * standardError
            })
            return [
              `Criteo’s 8,000 rows: ${
                ahead.length === 0 ? 'no deep model' : ahead.map(titleOf).join(', ')
              } under BP is ` + `ahead of FM (${spread(aucs(by.BP), 3)}) by more than twice the standard error.`,
            ]
          }),
        ],
      }
    },
  })

const COLUMNS = ['model', 'BP', 'DFA', 'control', 'share closed']
const RULES = ['BP', 'DFA', 'shallow'] as const
const NAMES = { BP: 'BP', DFA: 'DFA', shallow: 'control' } as const

function cell(outcome: Outcome | undefined, of: (score: RecommenderResult['best']['test']) => number): string {
  return outcome === undefined ? '–' : spread(outcome.results.map(({ best }) => of(best.test)), 4)
}

/** Means over seeds with the range over them. */
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

function aucFigure(rows: readonly RecommenderRow[], bayes: number): ReportFigure {
  return {
    svg: bars('Generated clicks', 'test AUC', rows, aucs, { value: bayes, label: 'the teacher itself' }),
    caption:
      'At the best validation AUC: means over seeds, with the range over them. The control freezes all below the '
      + 'points; each model and rule at its own rate.',
  }
}

function rankFigure(rows: readonly RecommenderRow[]): ReportFigure {
  return {
    svg: bars('In how many directions embeddings move', 'effective rank of W − W₀', rows, ranks),
    caption: 'Mean over the ten fields, of 6 directions at most; means over seeds, with the range over them. Nothing '
      + 'stands where embeddings are at rest. One line: every embedding of a field has moved along the same vector.',
  }
}
