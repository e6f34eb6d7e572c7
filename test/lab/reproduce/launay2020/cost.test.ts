import { describe, expect, it } from 'vitest'
import { cost } from '../../../../src/lab/reproduce/launay2020/cost.ts'
import type { CostConfiguration, CostResult } from '../../../../src/lab/reproduce/cost/training.ts'
import { altered, verdicts } from '../made.ts'
import { allRuns } from '../rounds.ts'

const runs = allRuns(cost, 'quick', 0)
const judged = (alter: (result: CostResult, c: CostConfiguration) => object) =>
  verdicts(cost.judge(altered<CostResult>(runs, (result, c) => alter(result, c as CostConfiguration)), 'quick'))

describe('launay2020/cost', () => {
  it('counts what the shapes say, for every architecture', () => {
    const all = judged(() => ({}))
    expect(Object.keys(all)).toHaveLength(4 + 6 + 6 + 6)
    expect(new Set(Object.values(all))).toEqual(new Set(['holds']))
  })

  it('fails by a single operation or byte', () => {
    const direct = (change: (result: CostResult) => object) => (result: CostResult, { rule }: CostConfiguration) =>
      rule === 'independent' ? change(result) : {}
    expect(judged(direct(({ backward }) => ({ backward: backward + 1 })))).toMatchObject({ 'cost-counted-mlp': 'fails',
      'cost-fewer-gcn': 'fails', 'cost-fewer-mlp': 'holds' })
    expect(judged(direct(({ feedbackBytes, bytes }) => ({ feedbackBytes: feedbackBytes + 1, bytes: bytes + 1 }))))
      .toMatchObject({ 'cost-matrices-nerf': 'fails', 'cost-memory-deepfm': 'fails' })
  })

  it('bounds what owners of segments can gain where there are segments', () => {
    const { tables = [], findings = [] } = cost.judge(runs, 'quick')
    const [, , , owners] = tables.map(({ table }) => table.rows)
    expect(owners[0].slice(0, 3)).toEqual(['MLP', '1.27', '1.27'])
    expect(owners[1].slice(1)).toEqual(['–', '–', '–'])
    expect(findings[0]).toContain('0.73 (MLP), 1.00 (GraphConv)')
  })
})
