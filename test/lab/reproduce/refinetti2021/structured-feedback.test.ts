import { describe, expect, it } from 'vitest'
import type { AlignedResult, AlignedRun } from '../../../../src/lab/reproduce/convolution/aligned-weights.ts'
import { structuredFeedback } from '../../../../src/lab/reproduce/refinetti2021/structured-feedback.ts'
import { altered, verdicts } from '../made.ts'
import { allRuns } from '../rounds.ts'

const quick = allRuns(structuredFeedback, 'quick', 0)
const judged = (runs: typeof quick, scale: 'quick' | 'default' = 'default') =>
  verdicts(structuredFeedback.judge(runs, scale))

/** Best cosines of convolutions under one kind of feedback; the quick scale has one geometry of k/d = 2/7. */
const drawn = (kind: string, value: number) =>
  altered(quick, (_, configuration) => {
    const { part, feedback } = configuration as { part: string; feedback?: string }
    return part === 'attainable' && feedback === kind ? { convolution: [value, value] } : {}
  })

/** Gradient alignment of linear networks before training. */
const starting = (initial: AlignedRun['initial'], value: number) =>
  altered<Partial<AlignedResult>>(quick, ({ gradientAlignment }, configuration) =>
    (configuration as AlignedRun).initial === initial && gradientAlignment !== undefined
      ? { gradientAlignment: gradientAlignment.map((list) => [value, ...list.slice(1)]) } : {})

const QUICK = {
  'structured-repeated': 'holds',
  'structured-higher': 'holds',
  'structured-limited': 'holds',
  'aligned-start': 'holds',
  'aligned-control': 'undecided',
  'aligned-decay': 'undecided',
}

describe('refinetti2021/structured-feedback', () => {
  it('holds at quick scale where few draws decide, and leaves the rest open whatever comes out', () => {
    const judgment = structuredFeedback.judge(quick, 'quick')
    expect(verdicts(judgment)).toEqual(QUICK)
    expect([judgment.figures.length, judgment.tables?.length]).toEqual([4, 1])
    expect(JSON.stringify(judgment)).not.toMatch(/NaN|undefined/)
    expect(judged(starting('uniform', 0.9), 'quick')).toEqual(QUICK)
    expect(judged(starting('aligned', 0.96), 'quick')).toEqual(QUICK)
  })

  it('fails when repeated feedback leaves its law, when structure is of no use, or of too much', () => {
    expect(judged(drawn('repeated', 0.29))['structured-repeated']).toBe('fails')
    expect(judged(drawn('svd', 0.02))['structured-higher']).toBe('fails')
    expect(judged(drawn('svd', 0.95))['structured-limited']).toBe('fails')
    expect(judged(drawn('svd', 0.5))['structured-higher']).toBe('holds')
  })

  it('fails when aligned weights do not align gradients, drawn ones do, or nothing decays', () => {
    expect(judged(quick)).toEqual({ ...QUICK, 'aligned-control': 'holds', 'aligned-decay': 'holds' })
    expect(judged(starting('aligned', 0.9))).toMatchObject({ 'aligned-start': 'fails', 'aligned-decay': 'fails' })
    expect(judged(starting('uniform', 0.5))['aligned-control']).toBe('fails')
  })

  it('plans five seeds of both beginnings and 25 draws of each kind by default', () => {
    const plan = structuredFeedback.plan('default', 3, []) as readonly (AlignedRun & { readonly draws?: number })[]
    expect(plan.filter(({ part }) => part === 'aligned')).toHaveLength(10)
    expect(plan.filter(({ draws }) => draws === 25)).toHaveLength(8)
  })
})
