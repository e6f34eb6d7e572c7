import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../../src/lab/claims/claim.ts'
import { initialScale } from '../../../../src/lab/reproduce/chu2023/initial-scale.ts'
import type { LinearConfiguration } from '../../../../src/lab/reproduce/fixed-points/linear-flow.ts'
import type { NetworkConfiguration } from '../../../../src/lab/reproduce/fixed-points/training.ts'
import { verdicts } from '../made.ts'
import { allRuns } from '../rounds.ts'
import { curvesOf, judged, linearOf } from './invented.ts'

type Training = NetworkConfiguration & { readonly part: 'scale' | 'control' | 'early' }
interface Invented {
  readonly cosine?: (scale: number) => number
  readonly test?: (c: Training) => number
  readonly early?: number
  readonly earlyLoss?: readonly number[]
  readonly linear?: (scale: number) => number
  readonly end?: number
}
const falling = (scale: number): number => 0.8 / (1 + scale)
const invented = (
  { cosine = falling, test = () => 0.95, early = 0.01, earlyLoss = [4, 2, 1], linear = falling, end }: Invented = {},
) =>
  judged<Training | LinearConfiguration>(initialScale, (c) =>
    c.part === 'linear'
      ? linearOf(c, { cosine: c.scale === 1 ? linear(4) : linear(c.scale), ...(end === undefined ? {} : { end }) })
      : c.part === 'early' ? curvesOf(c, { cosine: early, test: 0.5, loss: earlyLoss })
      : curvesOf(c, { cosine: cosine(c.initialScale), test: test(c), loss: [2, 1, 0.5 + Math.abs(c.rate - 0.1)] }))

describe('chu2023/initial-scale', () => {
  it('decides the linear network at quick scale and leaves the trainings open', () => {
    expect(verdicts(initialScale.judge(allRuns(initialScale, 'quick', 0), 'quick'))).toMatchObject({
      'scale-linear-order': 'holds',
      'scale-linear-loss': 'holds',
      'scale-linear-cosine': 'holds',
      'scale-spearman-fa': 'undecided',
    })
  }, 60_000)

  it('holds when results are as claimed', () => {
    const found = Object.values(invented())
    expect(found).toEqual(found.map((): Verdict => 'holds'))
    expect(found).toHaveLength(12)
  })

  it.each<readonly [string, Invented, readonly string[]]>([['alignment that rises with the scale', {
    cosine: (scale) => 0.1 + 0.1 * scale,
  }, ['scale-spearman-fa', 'scale-cosine-dfa']], ['alignment that falls by a quarter', {
    cosine: (scale) => 0.8 - 0.05 * scale,
  }, ['scale-cosine-fa']], ['accuracy that falls with alignment', { test: (c) => 0.95 - 0.05 * c.initialScale }, [
    'scale-accuracy-fa',
    'scale-accuracy-dfa',
  ]], ['hidden layers that learn from large weights', { test: ({ rule }) => (rule === 'frozen' ? 0.8 : 0.95) }, [
    'scale-frozen',
  ]], ['a loss that waits for alignment', { earlyLoss: [4, 3.9, 3.8] }, ['scale-early', 'scale-early-signed']], [
    'alignment from the start',
    { early: 0.2 },
    ['scale-early'],
  ], ['linear networks alike', { linear: (scale) => 0.4 + 0.05 * scale }, ['scale-linear-order',
    'scale-linear-cosine']], ['a linear network that does not learn', { end: 0.01 }, ['scale-linear-loss']]])(
      'fails with %s',
      (_, change, ids) => {
        const found = invented(change)
        for (const id of ids) expect(found[id], id).toBe('fails')
      },
    )
})
