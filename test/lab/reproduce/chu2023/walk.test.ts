import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../../src/lab/claims/claim.ts'
import { walk } from '../../../../src/lab/reproduce/chu2023/walk.ts'
import type { WalkConfiguration, WalkResult } from '../../../../src/lab/reproduce/fixed-points/steps.ts'
import { makeRuns, verdicts } from '../made.ts'
import { judged } from './invented.ts'

interface Invented {
  readonly early?: number
  readonly late?: number
  /** Of the displacement itself: half of that of its square. */
  readonly power?: number
}
const TIMES = [1, 2, 4, 8, 16, 100, 1000]
const invented = ({ early = 0.5, late = 0.1, power = 0.9 }: Invented = {}) =>
  judged<WalkConfiguration>(walk, ({ seed, hidden }): WalkResult => ({
    times: TIMES,
    displacement: TIMES.map((t) => Math.pow(t, power)),
    stretches: Array.from({ length: 20 }, (_, i) => i + 1),
    cosine: Array.from({ length: 20 }, (_, i) => (i < 10 ? early : late) + 0.001 * seed),
    length: Array.from({ length: 20 }, () => 0.1),
    layers: [...hidden, 1].map(() => 0.05),
    loss: [2, 1],
  }))

describe('chu2023/walk', () => {
  it('runs at quick scale, deciding nothing', () => {
    const judgment = walk.judge(makeRuns(walk, 'quick'), 'quick')
    expect(new Set(Object.values(verdicts(judgment)))).toEqual(new Set(['undecided']))
    expect(JSON.stringify(judgment)).not.toMatch(/NaN|undefined/)
  }, 60_000)

  it('holds when results are as claimed', () => {
    const found = Object.values(invented())
    expect(found).toEqual(found.map((): Verdict => 'holds'))
    expect(found).toHaveLength(5)
  })

  it.each<readonly [string, Invented, readonly string[]]>([['steps to and fro', { early: -0.1, late: -0.2 }, [
    'walk-cosine',
    'walk-cosine-batches',
  ]], ['diffusion', { power: 0.45 }, ['walk-ballistic', 'walk-exponent-batches']], ['steps that straighten', {
    late: 0.9,
  }, ['walk-turns']]])('fails with %s', (_, change, ids) => {
    const found = invented(change)
    for (const id of ids) expect(found[id], id).toBe('fails')
  })
})
