import { beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { correlation, degeneracyDeep } from '../../../../src/lab/reproduce/refinetti2021/degeneracy-deep.ts'
import type { GroupConfiguration, GroupResult } from '../../../../src/lab/reproduce/refinetti2021/deep-run.ts'
import { quickRuns, verdicts } from './deep-experiments.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = quickRuns(degeneracyDeep)
})

describe('refinetti2021/degeneracy-deep', () => {
  it('finds networks of different seeds alike under DFA and apart under BP, already at quick scale', () => {
    const holds = verdicts(degeneracyDeep.judge(runs, 'quick').claims)
    expect([holds['cosine-ratio-clusters-tanh'], holds['cosine-ratio-clusters-relu']]).toEqual([true, true])
    const ends = runs.map(({ configuration, result }) =>
      [(configuration as GroupConfiguration).rule, (result as GroupResult).cosine.mean.at(-1)] as const
    )
    for (const [rule, cosine] of ends) {
      if (rule === 'DFA') expect(cosine).toBeGreaterThan(0.3)
      else expect(cosine).toBeLessThan(0.1)
    }
  })

  it('fails when BP networks are as alike, or when likeness falls while WA rises', () => {
    const swapped = runs.map((run) => {
      const { rule } = run.configuration as GroupConfiguration
      return { ...run, configuration: { ...run.configuration, rule: rule === 'DFA' ? 'BP' : 'DFA' } }
    })
    expect(verdicts(degeneracyDeep.judge(swapped, 'default').claims)['cosine-ratio-clusters-tanh']).toBe(false)
    const quarter = runs.map((run) => {
      const result = run.result as GroupResult
      const end = (run.configuration as GroupConfiguration).rule === 'DFA' ? 0.8 : 0.2
      return { ...run, result: { ...result, cosine: { ...result.cosine, mean: result.cosine.mean.map(() => end) } } }
    })
    expect(verdicts(degeneracyDeep.judge(quarter, 'default').claims)['cosine-ratio-clusters-tanh']).toBe(false)
    const falling = runs.map((run) => {
      const result = run.result as GroupResult
      return {
        ...run,
        result: { ...result, cosine: { ...result.cosine, mean: result.cosine.mean.map((value) => -value) } },
      }
    })
    expect(verdicts(degeneracyDeep.judge(falling, 'default').claims)['cosine-wa-clusters-tanh']).toBe(false)
  })

  it('plans pairs of DFA and BP that differ in nothing else', () => {
    const plan = degeneracyDeep.plan('default', 2, []) as readonly GroupConfiguration[]
    for (let i = 0; i < plan.length; i += 2) expect({ ...plan[i], rule: 'BP' }).toEqual(plan[i + 1])
    expect(plan[0].seeds[0]).toBe(2)
  })
})

describe('correlation', () => {
  it('is 1, −1 and in between', () => {
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12)
    expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12)
    expect(correlation([1, 2, 3, 4], [1, -1, -1, 1])).toBeCloseTo(0, 12)
  })
})
