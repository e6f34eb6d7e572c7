import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hiddenMap } from '../../../../src/lab/reproduce/launay2020/hidden-map.ts'
import { allRuns, TOOLS } from '../rounds.ts'
import { verdicts } from '../made.ts'

const judged = (neighbors: Readonly<Record<string, number>>) =>
  verdicts(hiddenMap.judge(allRuns(hiddenMap, 'default', 0, (configuration) => {
    const { rule, mapped } = configuration as { rule: string; mapped: boolean }
    const one = { neighbors: neighbors[rule], silhouette: neighbors[rule] - 0.5 }
    return { ...one, plane: mapped ? one : null, places: mapped ? [0, 0, 100, 100] : [], labels: mapped ? [0, 1] : [] }
  }), 'default'))

describe('launay2020/hidden-map', () => {
  it('holds where DFA parts the classes as BP does, fails where it does not', () => {
    expect(judged({ BP: 0.87, DFA: 0.85, shallow: 0.4 })).toEqual({
      'hidden-map-neighbors': 'holds',
      'hidden-map-silhouette': 'holds',
      'hidden-map-share': 'holds',
    })
    expect(judged({ BP: 0.87, DFA: 0.6, shallow: 0.4 })['hidden-map-share']).toBe('fails')
    expect(judged({ BP: 0.87, DFA: 0.39, shallow: 0.4 })).toMatchObject({
      'hidden-map-neighbors': 'fails',
      'hidden-map-silhouette': 'fails',
    })
  })

  const data = process.env['FEEDBACK_ALIGNMENT_DATA'] ?? '../shared/data'
  it.skipIf(!existsSync(`${data}/planetoid/cora.nodes.tsv.gz`))('maps the first seed alone', () => {
    const plan = hiddenMap.plan('quick', 0, []) as readonly { rule: string; mapped: boolean; seed: number }[]
    expect(plan.map(({ rule, mapped }) => `${rule} ${mapped}`)).toEqual(['BP true', 'BP false', 'DFA true', 'DFA false',
      'shallow true', 'shallow false'])
    const result = hiddenMap.run({ ...plan[4], points: 50, iterations: 20 }, { ...TOOLS, data }) as {
      places: readonly number[]
      labels: readonly number[]
    }
    expect([result.places.length, result.labels.length]).toEqual([100, 50])
  })
})
