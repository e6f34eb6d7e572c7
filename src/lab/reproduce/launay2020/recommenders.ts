// Recommender systems under BP, DFA and with all below the points frozen; why DCN fails, put to the test.

import type { RecommenderName } from '../../training/recommender-models.ts'
import { declared } from '../experiment.ts'
import { COMPARED, recommenderClaims } from '../recommenders/claims.ts'
import { CRITEO_FILES } from '../../training/click-rows.ts'
import { recommenderFigures, recommenderFindings, recommenderTables } from '../recommenders/presentation.ts'
import { planRecommenders, type RecommenderBudget, recommenderRows } from '../recommenders/settings.ts'
import { type RecommenderConfiguration, type RecommenderResult, TAP_WIDTH, trainRecommender,
  type Variant } from '../recommenders/training.ts'

const PLAIN: readonly (readonly [RecommenderName, Variant])[] =
  (['logistic-regression', 'fm', 'deepfm', 'dcn', 'autoint', 'afn'] as const).map((model) => [model, 'plain'])
const CLICKS: RecommenderBudget = {
  rows: 'clicks',
  sizes: [80_000, 20_000, 20_000],
  epochs: 6,
  seeds: 3,
  rates: [1e-3, 3e-3, 1e-2],
  models: [...PLAIN, ['dcn', 'wide'], ['dcn', 'broad-tap']],
}
const CRITEO: RecommenderBudget = {
  rows: 'criteo',
  sizes: [6000, 1000, 1000],
  epochs: 6,
  seeds: 6,
  rates: [1e-3, 3e-3, 1e-2],
  models: PLAIN,
}

const WIDE_RATES = [3e-4, 1e-3, 3e-3, 1e-2]

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
  default: { minutes: 10, budgets: [{ ...CLICKS, compared: COMPARED }, CRITEO] },
  paper: {
    minutes: 120,
    budgets: [{ ...CLICKS, compared: COMPARED, seeds: 10, rates: WIDE_RATES }, { ...CRITEO, seeds: 30,
      rates: WIDE_RATES }],
  },
} as const satisfies Readonly<
  Record<string, { readonly minutes: number; readonly budgets: readonly RecommenderBudget[] }>
>

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
      + 'rule has its own rate, the one of three that validates best with the first seed; test AUC is that of the first '
      + 'epoch of the best validation AUC. A single error times one vector per field moves all embeddings of a field '
      + 'along one line (derived; Adam turns the vector, not the rank). Whether that is why DCN fails is put to the test in '
      + 'three ways: by direct feedback to its embeddings alone, exact above; by embeddings that learn in a factorization '
      + `machine beside it; by errors read at ${TAP_WIDTH} features below the output. The 8,000 real rows of Criteo are too `
      + 'few to order models (the sampling error of one AUC is 0.02): they test the path from the file to the score.',
    data: CRITEO_FILES,
    quickData: [],
    revision: 1,
    basis: {
      equations: '(5.9), (5.17), (1.9)',
      statement: 'that DFA trains all four, nearly as BP: authors’ public code; that DCN fails, and why: derived here',
      setting: 'points and taps: authors’ public code; teacher, sizes, rates: chosen here',
      compared: 'own computation in PyTorch, same settings; otherwise order, shares and ranks',
    },
    scales: SCALES,
    decidedAtQuick: ['recommenders-line'],
    plan: ({ budgets }, seed, done) => planRecommenders(budgets, seed, done),
    resumes: true,
    run: trainRecommender,
    judge({ runs, claim, setting: { budgets } }) {
      const rows = recommenderRows(budgets, runs)
      return {
        claims: recommenderClaims(claim, rows),
        figures: recommenderFigures(rows),
        tables: recommenderTables(rows),
        findings: recommenderFindings(rows),
      }
    },
  })
