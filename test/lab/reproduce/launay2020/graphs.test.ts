import { describe, expect, it } from 'vitest'
import type { GraphConfiguration, GraphResult } from '../../../../src/lab/reproduce/graphs/training.ts'
import { graphs } from '../../../../src/lab/reproduce/launay2020/graphs.ts'
import { byId, verdicts } from '../made.ts'
import { allRuns } from '../rounds.ts'

/** Test accuracies by rule (percent, the control's last), the cosine of DFA, and a seed's share of scatter. */
const runs = (accuracy: (c: GraphConfiguration) => number, cosine = 0.85) =>
  allRuns(graphs, 'default', 0, (c) => {
    const own = c as GraphConfiguration
    const score = { epoch: 100, validation: accuracy(own), test: accuracy(own) + 0.001 * (own.seed % 3) }
    const direct = own.rule === 'DFA' || own.rule === 'target'
    const result: GraphResult = {
      best: score,
      last: score,
      signal: direct ? [cosine] : [],
      first: direct ? cosine : null,
    }
    return result
  })

const PAPER: Readonly<Record<string, readonly [bp: number, dfa: number]>> = {
  'gcn cora': [0.81, 0.78],
  'cheb cora': [0.789, 0.751],
  'gcn citeseer': [0.709, 0.692],
  'cheb citeseer': [0.697, 0.681],
  'mlp cora': [0.567, 0.581],
  'mlp citeseer': [0.56, 0.57],
}
const usual = ({ model, dataset, rule }: GraphConfiguration): number => {
  const [bp, dfa] = PAPER[`${model} ${dataset}`] ?? [0.8, 0.78]
  return rule === 'BP' ? bp : rule === 'shallow' ? 0.4 : dfa
}
const judged = (accuracy: typeof usual, cosine?: number) => verdicts(graphs.judge(runs(accuracy, cosine), 'default'))

describe('launay2020/graphs', () => {
  it('holds at the numbers that are expected', () => {
    const all = judged(usual)
    expect(Object.keys(all)).toHaveLength(9 + 6 + 9 + 8 + 5)
    expect(new Set(Object.values(all))).toEqual(new Set(['holds']))
  })

  it('fails where DFA is no better than the control, closes half of the gap, or does not use the graph', () => {
    expect(judged((c) => (c.rule === 'DFA' || c.rule === 'target' ? 0.39 : usual(c)))).toMatchObject({
      'graphs-trains-gcn-cora': 'fails',
      'graphs-trains-dna-cora': 'fails',
      'graphs-share-gat-citeseer': 'fails',
      'graphs-uses-graph-spline-cora': 'fails',
      'graphs-accuracy-gcn-cora': 'fails',
    })
    const half = judged((c) => (c.rule === 'DFA' ? 0.6 : usual(c)))
    expect(half).toMatchObject({ 'graphs-trains-gcn-cora': 'holds', 'graphs-share-gcn-cora': 'fails' })
  })

  it('fails where signals stand at right angles', () => {
    const all = judged(usual, 0.2)
    expect(all).toMatchObject({ 'graphs-aligned-gcn-cora': 'fails', 'graphs-trains-gcn-cora': 'holds' })
  })

  it('fails where BP is not what it is elsewhere', () => {
    expect(judged((c) => usual(c) - (c.rule === 'BP' ? 0.05 : 0))['graphs-accuracy-gcn-cora']).toBe('fails')
  })

  it('states the share of the gap with its standard error', () => {
    const judgment = graphs.judge(runs(usual), 'default')
    const [share] = byId(judgment).get('graphs-share-gcn-cora')?.measured ?? []
    // (0.78 − 0.4)/(0.81 − 0.4), without scatter: all seeds move alike.
    expect(share).toMatchObject({ seeds: 10 })
    expect((share as { mean: number }).mean).toBeCloseTo(0.38 / 0.41, 12)
    expect((share as { standardError: number }).standardError).toBeCloseTo(0, 12)
    expect(judgment.findings?.[0]).toBe(
      'GraphConv, Cora: DFA closes 0.93 ± 0.00 of the gap between the control (40.1 ± 0.1 %) and BP (81.1 ± 0.1 %).',
    )
  })

  it('names no share where there is no gap', () => {
    const { findings = [], tables = [] } = graphs.judge(runs((c) => (c.rule === 'BP' ? 0.4 : usual(c))), 'default')
    expect(findings[0]).toContain('GraphConv, Cora: BP (40.1 ± 0.1 %) is not ahead of the control, DFA reaches 78.1')
    expect(tables[0].table.rows[0][6]).toBe('–')
  })

  it('decides at quick scale alone that DFA trains', () => {
    const all = verdicts(graphs.judge(allRuns(graphs, 'quick', 0, (c) => {
      const score = { epoch: 1, validation: 0.5, test: usual(c as GraphConfiguration) }
      return { best: score, last: score, signal: [0.8], first: 0.8 }
    }), 'quick'))
    expect(all).toMatchObject({ 'graphs-trains-gcn-cora': 'holds', 'graphs-share-gcn-cora': 'undecided' })
  })
})
