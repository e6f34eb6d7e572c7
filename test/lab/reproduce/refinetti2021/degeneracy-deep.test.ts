import { beforeAll, describe, expect, it } from 'vitest'
import type { GroupConfiguration, GroupResult } from '../../../../src/lab/reproduce/deep/training.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { correlation, degeneracyDeep } from '../../../../src/lab/reproduce/refinetti2021/degeneracy-deep.ts'
import { altered, makeRuns, verdicts } from '../made.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = makeRuns(degeneracyDeep, 'quick')
})

/** Verdicts when the cosines of seeds are others. */
const withCosines = (mean: (cosines: readonly number[], rule: string) => readonly number[]) =>
  verdicts(degeneracyDeep.judge(altered<GroupResult>(runs, ({ cosine }, configuration) => ({
    cosine: { ...cosine, mean: mean(cosine.mean, (configuration as GroupConfiguration).rule) },
  })), 'default'))

describe('refinetti2021/degeneracy-deep', () => {
  it('finds networks of different seeds alike under DFA and apart under BP, already at quick scale', () => {
    expect(verdicts(degeneracyDeep.judge(runs, 'quick'))).toMatchObject({
      'cosine-ratio-clusters-tanh': 'holds',
      'cosine-ratio-clusters-relu': 'holds',
      'cosine-wa-clusters-tanh': 'undecided',
    })
    for (const { configuration, result } of runs) {
      const end = (result as GroupResult).cosine.mean.at(-1)
      if ((configuration as GroupConfiguration).rule === 'DFA') expect(end).toBeGreaterThan(0.3)
      else expect(end).toBeLessThan(0.1)
    }
  })

  it('fails when BP networks are as alike, or when likeness falls while WA rises', () => {
    const flat = (dfa: number, bp: number): string | undefined =>
      withCosines((cosines, rule) => cosines.map(() => rule === 'DFA' ? dfa : bp))['cosine-ratio-clusters-tanh']
    expect([flat(0.8, 0.2), flat(0.5, 0.1), flat(0.8, 0.1)]).toEqual(['fails', 'fails', 'holds'])
    expect(withCosines((cosines) => cosines)['cosine-wa-clusters-tanh']).toBe('holds')
    expect(withCosines((cosines) => cosines.map((value) => -value))['cosine-wa-clusters-tanh']).toBe('fails')
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
