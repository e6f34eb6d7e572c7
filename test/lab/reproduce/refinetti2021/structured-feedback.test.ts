import { describe, expect, it } from 'vitest'
import type { Claim } from '../../../../src/lab/claims/claim.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { structuredFeedback } from '../../../../src/lab/reproduce/refinetti2021/structured-feedback.ts'
import type { AlignedResult, AlignedRun } from '../../../../src/lab/reproduce/refinetti2021/aligned-weights.ts'
import { allRuns } from './rounds.ts'

const quick = allRuns(structuredFeedback, 'quick', 0)
const verdicts = (claims: readonly Claim[]): Record<string, boolean | null> =>
  Object.fromEntries(claims.map(({ id, holds }) => [id, holds]))

/** The quick results, one kind of them changed. */
function altered(change: (run: Run<object, unknown>) => unknown): readonly Run<object, unknown>[] {
  return quick.map((run) => ({ ...run, result: { ...(run.result as object), ...(change(run) as object) } }))
}

const partOf = ({ configuration }: Run<object, unknown>): AlignedRun & { feedback: string } =>
  configuration as AlignedRun & { feedback: string }

describe('refinetti2021/structured-feedback', () => {
  it('holds at quick scale where few draws decide', () => {
    const { claims, figures, tables } = structuredFeedback.judge(quick, 'quick')
    expect(verdicts(claims)).toEqual({
      'structured-repeated': true,
      'structured-higher': true,
      'structured-limited': true,
      'aligned-start': true,
      'aligned-control': null,
      'aligned-decay': null,
    })
    expect([figures.length, tables?.length]).toEqual([4, 1])
  })

  it('fails when structure is of no use, or of too much', () => {
    const of = (value: number) =>
      altered((run) =>
        partOf(run).feedback === 'svd' && 'draws' in run.configuration ? { convolution: [value, value] } : {}
      )
    expect(verdicts(structuredFeedback.judge(of(0.02), 'default').claims)['structured-higher']).toBe(false)
    expect(verdicts(structuredFeedback.judge(of(0.95), 'default').claims)['structured-limited']).toBe(false)
    expect(verdicts(structuredFeedback.judge(of(0.5), 'default').claims)['structured-higher']).toBe(true)
  })

  it('fails when aligned weights do not align gradients, drawn ones do, or nothing decays', () => {
    const start = (initial: AlignedRun['initial'], value: number) =>
      altered((run) => {
        const { gradientAlignment } = run.result as AlignedResult
        return partOf(run).initial === initial
          ? { gradientAlignment: gradientAlignment.map((list) => [value, ...list.slice(1)]) }
          : {}
      })
    expect(verdicts(structuredFeedback.judge(start('aligned', 0.9), 'default').claims)).toMatchObject({
      'aligned-start': false,
      'aligned-control': true,
      'aligned-decay': false,
    })
    expect(verdicts(structuredFeedback.judge(start('uniform', 0.5), 'default').claims)['aligned-control']).toBe(false)
  })

  it('plans five seeds of both beginnings and 25 draws of each kind by default', () => {
    const plan = structuredFeedback.plan('default', 3, []) as readonly (AlignedRun & { readonly draws?: number })[]
    expect(plan.filter(({ part }) => part === 'aligned')).toHaveLength(10)
    expect(plan.filter(({ draws }) => draws === 25)).toHaveLength(8)
  })
})
