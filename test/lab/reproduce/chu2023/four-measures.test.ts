import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../../src/lab/claims/claim.ts'
import { fourMeasures } from '../../../../src/lab/reproduce/chu2023/four-measures.ts'
import type { LinearConfiguration } from '../../../../src/lab/reproduce/fixed-points/linear-flow.ts'
import type { NetworkConfiguration } from '../../../../src/lab/reproduce/fixed-points/training.ts'
import { makeRuns, verdicts } from '../made.ts'
import { curvesOf, judged, linearOf } from './invented.ts'

type Training = NetworkConfiguration & { readonly part: 'training' }
interface Invented {
  readonly whole?: number
  readonly weight?: number
  readonly linearWeight?: number
  readonly falls?: boolean
}
const invented = ({ whole = 0.5, weight = 0.05, linearWeight = 0.3, falls = true }: Invented = {}) =>
  judged<Training | LinearConfiguration>(fourMeasures, (c) => {
    if (c.part === 'linear') return linearOf(c, { cosine: 0.1, weight: linearWeight, falls })
    const curves = curvesOf(c, { cosine: 0.3, test: 0.9 })
    const three = (x: number) => [x, x, x]
    return { ...curves, whole: three(whole), weight: curves.weight.map(() => three(weight)) }
  })

describe('chu2023/four-measures', () => {
  it('decides the linear network at quick scale and leaves the trainings open', () => {
    const judgment = fourMeasures.judge(makeRuns(fourMeasures, 'quick'), 'quick')
    expect(verdicts(judgment)).toEqual({
      'four-linear-weight': 'holds',
      'four-linear-whole': 'holds',
      'four-spread': 'undecided',
      'four-whole': 'undecided',
    })
    expect(JSON.stringify(judgment)).not.toMatch(/NaN|undefined/)
  }, 60_000)

  it('holds when results are as claimed', () => {
    expect(Object.values(invented())).toEqual(Array.from({ length: 4 }, (): Verdict => 'holds'))
  })

  it.each<readonly [string, Invented, readonly string[]]>([['weights aligned less than signals', { linearWeight: -0.1 },
    ['four-linear-weight']], ['a loss that rises along an aligned gradient', { falls: false }, ['four-linear-whole']], [
    'four measures alike',
    { whole: 0.3, weight: 0.3 },
    ['four-spread', 'four-whole'],
  ]])('fails with %s', (_, change, ids) => {
    const found = invented(change)
    for (const id of ids) expect(found[id], id).toBe('fails')
  })
})
