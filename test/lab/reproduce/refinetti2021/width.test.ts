import { beforeAll, describe, expect, it } from 'vitest'
import { valueOf } from '../../../../src/lab/claims/claim.ts'
import type { DeepCurves, GroupConfiguration, GroupResult } from '../../../../src/lab/reproduce/deep/training.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { width } from '../../../../src/lab/reproduce/refinetti2021/width.ts'
import { altered, byId, makeRuns } from '../made.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = makeRuns(width, 'quick')
})

describe('refinetti2021/width', () => {
  it('finds narrow networks aligned less at quick scale', () => {
    const [narrow, wide] = (byId(width.judge(runs, 'quick')).get('width-ga')?.measured ?? []).map(valueOf)
    expect(wide).toBeGreaterThan(narrow)
  })

  it('holds when GA rises from width to width, fails when one falls back, is undecided within the scatter', () => {
    const all = (ga: (units: number, seed: number) => number): string[] => {
      const points = altered<GroupResult>(runs, ({ curves }, configuration) => ({
        curves: curves.map((one, seed): DeepCurves => {
          const value = ga((configuration as GroupConfiguration).hidden[0], seed)
          const flat = one.ga.map(() => value)
          return { ...one, ga: flat, gaLayers: one.gaLayers.map(() => flat) }
        }),
      }))
      const claims = width.judge(points, 'default').claims
      expect(claims).toHaveLength(6)
      return [...new Set(claims.map(({ verdict }) => verdict))]
    }
    expect(all((units) => units / 100)).toEqual(['holds'])
    expect(all((units) => 1 - units / 100)).toEqual(['fails'])
    expect(all((units, seed) => units / 1000 + seed / 10)).toEqual(['undecided'])
  })

  it('plans every width under both rules, and DFA with small initial weights', () => {
    const plan = width.plan('default', 0, []) as readonly GroupConfiguration[]
    const names = plan.map(({ rule, hidden, initialScale = 1 }) => `${rule} ${initialScale} ${hidden[0]}`)
    expect(names).toHaveLength(15)
    expect(new Set(names).size).toBe(15)
    expect(names).toContain('DFA 0.1 256')
  })
})
