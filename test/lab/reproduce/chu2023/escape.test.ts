import { beforeAll, describe, expect, it } from 'vitest'
import { escape } from '../../../../src/lab/reproduce/chu2023/escape.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import type { EscapePath } from '../../../../src/lab/reproduce/stability/linear-escape.ts'
import { altered, makeRuns, verdicts } from '../made.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = makeRuns(escape, 'quick')
}, 60_000)

describe('chu2023/escape', () => {
  it('holds at quick scale, with both figures and a table', () => {
    const judgment = escape.judge(runs, 'quick')
    expect(judgment.claims.filter(({ verdict }) => verdict !== 'holds').map(({ id }) => id)).toEqual([])
    expect(judgment.claims).toHaveLength(8)
    expect(judgment.figures).toHaveLength(2)
    expect(judgment.tables?.[0].table.rows).toHaveLength(5)
  })

  it('fails by one path that is otherwise', () => {
    const spoil = (change: (path: EscapePath) => Partial<EscapePath>, at = 2) =>
      verdicts(escape.judge(altered<EscapePath>(runs, (path, _, index) => index === at ? change(path) : {}), 'quick'))
    expect(spoil(({ rate }) => ({ fitted: 0.95 * rate }))['escape-rate']).toBe('fails')
    expect(spoil(({ errors }) => ({ errors: errors.map((error) => Math.min(error, 1e-3)) }))['escape-peak']).toBe(
      'fails',
    )
    expect(spoil(() => ({ errorAtEnd: 1e-3 }))['escape-ends']).toBe('fails')
    expect(spoil(() => ({ displacement: 1e-6 }))['escape-elsewhere']).toBe('fails')
    expect(spoil(() => ({ leastAtEnd: -0.01 }))['escape-stable']).toBe('fails')
    expect(spoil(({ weight }) => ({ weight: weight.map(() => -0.1) }), 0)['escape-aligned']).toBe('fails')
    // 3-6-2 has hidden units enough to be stable without.
    expect(spoil(({ weight }) => ({ weight: weight.map(() => -0.1) }), 2)['escape-aligned']).toBe('holds')
    expect(spoil(() => ({ control: 2 }))['escape-control']).toBe('fails')
    expect(spoil(() => ({ drift: 1e-3 }))['escape-conserved']).toBe('fails')
  })
})
