// What is claimed of recommenders. Every criterion was fixed before the runs, but for the rate at which AUC is compared with
// a computation elsewhere (docs/discussion.md).

import type { Claim, ClaimBuilder } from '../../claims/claim.ts'
import { pairedDifference, ratioOfMeans, type Sample, sample } from '../../statistics.ts'
import type { RecommenderName } from '../../training/recommender-models.ts'
import { shareClaim } from '../graphs/share.ts'
import { aucs, bayesAucs, comparedAucs, find, gapOf, isDeep, type Outcome, ranks, RECOMMENDER_TITLES,
  type RecommenderBudget, type RecommenderRow, titleOf } from './settings.ts'
import { type RecommenderRule, TAP_WIDTH } from './training.ts'

/** Means over three seeds in PyTorch, at the rate 10⁻³, of another draw of the teacher. */
const ELSEWHERE: readonly (readonly [RecommenderName, RecommenderRule, auc: number])[] = [['logistic-regression', 'BP',
  0.7136], ['fm', 'BP', 0.8163], ['deepfm', 'BP', 0.8767], ['deepfm', 'DFA', 0.8614], ['deepfm', 'shallow', 0.8148], [
  'dcn',
  'BP',
  0.8733,
], ['dcn', 'DFA', 0.7478]]
const ELSEWHERE_BAYES = 0.9065

/** Trainings that are compared with them. */
export const COMPARED: NonNullable<RecommenderBudget['compared']> = {
  rate: 1e-3,
  cases: ELSEWHERE.map(([model, rule]) => [model, rule]),
}

const MOST = 'most of it, fixed before the runs'

/** Whatever there is at this scale. */
export function recommenderClaims(claim: ClaimBuilder, rows: readonly RecommenderRow[]): readonly Claim[] {
  return [...learning(claim, rows), ...causes(claim, rows), ...wideCure(claim, rows), ...tapCure(claim, rows),
    ...elsewhere(claim, rows), ...criteo(claim, rows)]
}

/** Test AUC of DFA less that of another training, seed by seed. */
function ahead({ by }: RecommenderRow, other: Outcome | undefined): Sample {
  return pairedDifference(aucs(by.DFA), aucs(other))
}

function learning(claim: ClaimBuilder, rows: readonly RecommenderRow[]): readonly Claim[] {
  const deep = rows.filter((row) => row.rows === 'clicks' && row.variant === 'plain' && isDeep(row))
  return [
    ...deep.map((row) =>
      claim.above(`recommenders-trains-${row.model}`, `${titleOf(row)}: test AUC of DFA less that of the control`,
        ahead(row, row.by.shallow), 0, 'sign alone')
    ),
    ...deep.map((row) =>
      shareClaim(claim, `recommenders-share-${row.model}`,
        `${titleOf(row)}: share of the gap from control to BP that DFA closes`, gapOf(row), 0.9,
        '“close to BP” read as nine tenths, as for graphs, fixed before the runs')
    ),
    ...deep.filter(({ model }) => model === 'dcn' || model === 'autoint').map((row) =>
      claim.atMost(`recommenders-line-${row.model}`,
        `${titleOf(row)} under DFA: effective rank of the embeddings’ movement, one line per field`,
        sample(ranks(row.by.DFA)), 1.1, 'rank one; what Adam’s ε and rounding add, fixed before the runs')
    ),
  ]
}

/** Why DCN fails. */
function causes(claim: ClaimBuilder, rows: readonly RecommenderRow[]): readonly Claim[] {
  const dcn = find(rows, 'dcn'), machine = find(rows, 'fm')
  if (dcn === undefined || machine === undefined) return []
  const { BP, DFA, embeddings } = dcn.by
  const lost = (outcome: Outcome | undefined): readonly number[] =>
    aucs(outcome).map((value, seed) => aucs(BP)[seed] - value)
  return [
    claim.below('recommenders-dcn-below-fm', 'DCN under DFA less a factorization machine: deep, and worse',
      ahead(dcn, machine.by.BP), 0, 'sign alone, predicted before the runs'),
    claim.atLeast('recommenders-plane-dcn', 'DCN under BP: effective rank of the embeddings’ movement, of 6 at most',
      sample(ranks(BP)), 2, 'more than a line, fixed before the runs'),
    claim.atLeast('recommenders-cause-embeddings',
      'DCN: what direct feedback to the embeddings alone loses against BP, in shares of what DFA loses',
      ratioOfMeans(lost(embeddings), lost(DFA)), 0.5, MOST),
  ]
}

/** Embeddings that learn in a factorization machine beside DCN. */
function wideCure(claim: ClaimBuilder, rows: readonly RecommenderRow[]): readonly Claim[] {
  const wide = find(rows, 'dcn', 'wide')
  return wide === undefined ? []
    : [
      claim.above('recommenders-cure-wide', 'DCN under DFA: with embeddings that learn beside it, less without',
        ahead(wide, find(rows, 'dcn')?.by.DFA), 0, 'sign alone'),
      shareClaim(claim, 'recommenders-cure-wide-share',
        'DCN beside FM: share of the gap from control to BP that DFA closes', gapOf(wide), 0.5, MOST),
    ]
}

/** Errors that are read where they have more than one number. */
function tapCure(claim: ClaimBuilder, rows: readonly RecommenderRow[]): readonly Claim[] {
  const broad = find(rows, 'dcn', 'broad-tap')
  return broad === undefined ? []
    : [
      claim.atLeast('recommenders-broad-rank',
        `DCN under DFA with errors of ${TAP_WIDTH} features: effective rank of the embeddings’ movement`,
        sample(ranks(broad.by.DFA)), 2, 'more than a line: else nothing was changed'),
      claim.above('recommenders-cure-tap', `DCN under DFA: with errors of ${TAP_WIDTH} features, less with one`,
        ahead(broad, find(rows, 'dcn')?.by.DFA), 0, 'sign alone'),
      shareClaim(claim, 'recommenders-cure-tap-share',
        'DCN, broad tap: share of the gap from control to BP that DFA closes', gapOf(broad), 0.5, MOST),
    ]
}

function elsewhere(claim: ClaimBuilder, rows: readonly RecommenderRow[]): readonly Claim[] {
  const independent = { source: 'own computation in PyTorch, same settings' }
  return [
    claim.absolute('recommenders-bayes', 'AUC of the teacher’s own probabilities', sample(bayesAucs(rows)),
      ELSEWHERE_BAYES, 0.01, 'another draw of the teacher', independent),
    ...ELSEWHERE.flatMap(([model, rule, auc]) => {
      const values = comparedAucs(find(rows, model)?.by[rule])
      return values.length === 0 ? []
        : [
          claim.absolute(`recommenders-auc-${model}-${rule}`,
            `${RECOMMENDER_TITLES[model]}, ${rule}: test AUC at the rate ${COMPARED.rate}`, sample(values), auc, 0.03,
            'another draw of the teacher, other initial weights', independent),
        ]
    }),
  ]
}

function criteo(claim: ClaimBuilder, rows: readonly RecommenderRow[]): readonly Claim[] {
  const row = rows.find(({ rows: own, model }) => own === 'criteo' && model === 'logistic-regression')
  return row === undefined ? []
    : [
      claim.above('recommenders-criteo', 'Criteo, logistic regression: test AUC of 1,000 rows', sample(aucs(row.by.BP)),
        0.56, 'chance and three sampling errors of one AUC'),
    ]
}
