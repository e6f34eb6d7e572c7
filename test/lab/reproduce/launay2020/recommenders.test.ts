import { describe, expect, it } from 'vitest'
import { recommenders } from '../../../../src/lab/reproduce/launay2020/recommenders.ts'
import type { RecommenderConfiguration,
  RecommenderResult } from '../../../../src/lab/reproduce/recommenders/training.ts'
import { byId, verdicts } from '../made.ts'
import { allRuns } from '../rounds.ts'

type Auc = (c: RecommenderConfiguration) => number

/** What the claims expect, all of them. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'logistic-regression plain': { BP: 0.714 },
  'fm plain': { BP: 0.816 },
  'deepfm plain': { BP: 0.877, DFA: 0.873, shallow: 0.815 },
  'dcn plain': { BP: 0.873, DFA: 0.75, shallow: -0.36, embeddings: 0.76 },
  'dcn wide': { BP: 0.87, DFA: 0.86, shallow: 0.815 },
  'dcn broad-tap': { BP: 0.87, DFA: 0.82, shallow: 0.63 },
  'autoint plain': { BP: 0.86, DFA: 0.85, shallow: 0.71 },
  'afn plain': { BP: 0.86, DFA: 0.85, shallow: 0.71 },
}
const usual: Auc = ({ model, variant, rule }) => EXPECTED[`${model} ${variant}`][rule]

const runs = (auc: Auc = usual, rank = 1, scale: 'default' | 'quick' = 'default', bayes = 0.905) =>
  allRuns(recommenders, scale, 0, (c) => {
    const own = c as RecommenderConfiguration
    const score = { epoch: 5, validation: auc(own), test: { auc: auc(own) + 0.001 * (own.seed % 3), logLoss: 0.5 } }
    const isLine = own.model !== 'fm' && own.rule !== 'BP' && own.variant === 'plain'
    const result: RecommenderResult = { best: score, last: score, signal: own.rule === 'DFA' ? 0.5 : null,
      bayes: own.rows === 'clicks' ? { auc: bayes, logLoss: 0.37 } : null, rank: isLine ? rank : 3 }
    return result
  })
const judged = (auc?: Auc, rank?: number, bayes?: number) =>
  verdicts(recommenders.judge(runs(auc, rank, 'default', bayes), 'default'))
/** Another AUC for some. */
const but = (model: string, variant: string, rule: string, auc: number): Auc => (c) =>
  c.model === model && c.variant === variant && c.rule === rule ? auc : usual(c)

describe('launay2020/recommenders', () => {
  it('holds at the numbers that are expected', () => {
    const all = judged()
    expect(Object.keys(all)).toHaveLength(4 + 4 + 2 + 3 + 2 + 3 + 8 + 1)
    expect(all).toEqual({ ...Object.fromEntries(Object.keys(all).map((id) => [id, 'holds'])) })
  })

  it.each<[string, string, ReturnType<typeof judged>]>([['recommenders-trains-afn', 'DFA is no better than the control',
    judged(but('afn', 'plain', 'DFA', 0.7))], ['recommenders-share-deepfm', 'half of the gap is closed',
    judged(but('deepfm', 'plain', 'DFA', 0.845))], ['recommenders-dcn-below-fm', 'DCN does not fail',
    judged(but('dcn', 'plain', 'DFA', 0.85))], ['recommenders-line-dcn', 'embeddings move in two directions under DFA',
    judged(usual, 2)], ['recommenders-line-autoint', 'the same in AutoInt', judged(usual, 2)], [
    'recommenders-cause-embeddings',
    'direct feedback to the embeddings alone costs little',
    judged(but('dcn', 'plain', 'embeddings', 0.87)),
  ], ['recommenders-cure-wide', 'embeddings that learn elsewhere do not help', judged(but('dcn', 'wide', 'DFA', 0.74))],
    ['recommenders-cure-wide-share', 'and where DFA closes a tenth', judged(but('dcn', 'wide', 'DFA', 0.82))], [
    'recommenders-cure-tap',
    'errors of more features do not help',
    judged(but('dcn', 'broad-tap', 'DFA', 0.7)),
  ], ['recommenders-cure-tap-share', 'and where DFA closes a third', judged(but('dcn', 'broad-tap', 'DFA', 0.71))], [
    'recommenders-auc-fm-BP',
    'FM is not what it is elsewhere',
    judged(but('fm', 'plain', 'BP', 0.77)),
  ], ['recommenders-auc-deepfm-DFA', 'DeepFM is not', judged(but('deepfm', 'plain', 'DFA', 0.82))], [
    'recommenders-bayes',
    'the teacher is another',
    judged(usual, 1, 0.88),
  ], ['recommenders-criteo', 'real rows tell nothing',
    judged((c) => (c.rows === 'criteo' && c.model === 'logistic-regression' ? 0.52 : usual(c)))]])('%s fails where %s',
      (id, _why, all) => {
        expect(all[id]).toBe('fails')
      })

  it('fails where the interventions change nothing in the movement, or BP moves along a line', () => {
    const lines = verdicts(
      recommenders.judge(runs().map((run) => ({ ...run, result: { ...run.result as RecommenderResult, rank: 1 } })),
        'default'),
    )
    expect(lines).toMatchObject({ 'recommenders-plane-dcn': 'fails', 'recommenders-broad-rank': 'fails' })
  })

  it('states shares with their standard errors, and none without a gap', () => {
    const judgment = recommenders.judge(runs(), 'default')
    const [share] = byId(judgment).get('recommenders-share-deepfm')?.measured ?? []
    expect((share as { mean: number }).mean).toBeCloseTo(0.058 / 0.062, 12)
    expect(judgment.findings?.[0]).toBe(
      'DeepFM: DFA closes 0.94 ± 0.00 of the gap between the control (AUC 0.816 ± 0.001) and BP (0.878 ± 0.001).',
    )
    const flat = recommenders.judge(runs(but('deepfm', 'plain', 'BP', 0.81)), 'default')
    expect(verdicts(flat)['recommenders-share-deepfm']).toBe('undecided')
    expect(flat.findings?.[0]).toBe('DeepFM: BP (AUC 0.811 ± 0.001) is not ahead of the control.')
    expect(flat.tables?.[0].table.rows[2].at(-1)).toBe('–')
    expect(flat.tables?.[2].table.rows).toHaveLength(1 + 1 + 3 + 4 + 4 * 3)
    expect(flat.tables?.[2].table.rows[2]).toEqual(['DeepFM', 'BP', '0.8100', '0.8100', '0.8100'])
  })

  it('says whether real rows can order models', () => {
    const { findings = [] } = recommenders.judge(
      runs((c) => (c.rows === 'criteo' && c.model !== 'dcn' ? 0.7 : usual(c))),
      'default',
    )
    expect(findings.at(-1)).toBe(
      'Criteo’s 8,000 rows: DCN under BP is ahead of FM (AUC 0.701 ± 0.001) by more than twice the standard error of the '
        + 'difference.',
    )
    const { findings: none = [] } = recommenders.judge(runs((c) => (c.rows === 'criteo' ? 0.7 : usual(c))), 'default')
    expect(none.at(-1)).toContain('no deep model under BP is ahead')
  })

  it('decides at quick scale alone that embeddings move along lines', () => {
    const all = verdicts(recommenders.judge(runs(usual, 1, 'quick'), 'quick'))
    expect(all).toMatchObject({ 'recommenders-line-dcn': 'holds', 'recommenders-trains-deepfm': 'undecided' })
  })

  it('says where a rate beyond those that were tried might have been better', () => {
    const said = (best: (c: RecommenderConfiguration) => number) =>
      recommenders.judge(runs((c) => usual(c) + (c.rate === best(c) ? 0.01 : 0)), 'default').findings?.filter((text) =>
        text.startsWith('The best rate')
      )
    expect(said(() => 3e-3)).toEqual([])
    expect(
      said(({ model, rule, variant }) =>
        model === 'dcn' && variant === 'wide' && rule === 'shallow' ? 1e-2 : model === 'fm' ? 1e-3 : 3e-3
      ),
    ).toEqual(['The best rate stands at an end of those that were tried for FM (BP); DCN beside FM (control).'])
  })
})
