import { beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { width } from '../../../../src/lab/reproduce/refinetti2021/width.ts'
import type { GroupConfiguration, GroupResult } from '../../../../src/lab/reproduce/refinetti2021/deep-run.ts'
import { quickRuns, verdicts } from './deep-experiments.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = quickRuns(width)
})

describe('refinetti2021/width', () => {
  it('finds narrow networks aligned less at quick scale, and decides nothing there', () => {
    const { claims } = width.judge(runs, 'quick')
    const [narrow, wide] = claims.find(({ id }) => id === 'width-ga')?.measured as readonly number[]
    expect(wide).toBeGreaterThan(narrow)
    expect(claims.every(({ holds }) => holds === null)).toBe(true)
  })

  it('holds when GA rises from width to width and fails when one falls back', () => {
    const points = (ga: readonly number[]): readonly Run<object, unknown>[] =>
      runs.map((run, index) => {
        const group = run.result as GroupResult
        return {
          ...run,
          result: {
            ...group,
            curves: group.curves.map((one) => ({ ...one, ga: one.ga.map(() => ga[index % ga.length]) })),
          },
        }
      })
    const ga = (of: readonly Run<object, unknown>[]): boolean | null =>
      verdicts(width.judge(of, 'default').claims)['width-ga']
    expect(ga(points([0.5, 0.6]))).toBe(true)
    expect(ga(points([0.5, 0.49]))).toBe(false)
  })

  it('plans every width under both rules, and DFA with small initial weights', () => {
    const plan = width.plan('default', 0, []) as readonly GroupConfiguration[]
    const names = plan.map(({ rule, hidden, initialScale = 1 }) => `${rule} ${initialScale} ${hidden[0]}`)
    expect(names).toHaveLength(15)
    expect(new Set(names).size).toBe(15)
    expect(names).toContain('DFA 0.1 256')
  })
})
