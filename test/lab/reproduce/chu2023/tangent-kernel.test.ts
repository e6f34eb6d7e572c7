import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../../src/lab/claims/claim.ts'
import { tangentKernel } from '../../../../src/lab/reproduce/chu2023/tangent-kernel.ts'
import type { InterpolationConfiguration, InterpolationResult,
  RestingPoint } from '../../../../src/lab/reproduce/fixed-points/two-layer.ts'
import { makeRuns, verdicts } from '../made.ts'
import { judged } from './invented.ts'

const point = (rate: number, cosine: number, more: Partial<RestingPoint> = {}): RestingPoint => ({
  loss: 1e-22,
  converged: true,
  rate,
  growth: rate < 0 ? -rate : 0,
  cosine,
  spectrum: [[-rate, 0.5], [-rate, -0.5]],
  pushed: [[0, 1e-8], [10, 1e-8]],
  rise: rate < 0 ? 1e6 : 1,
  cosineAfter: 0.5,
  lossAfter: 1e-20,
  ...more,
})
const invented = (change: Partial<Record<'bp' | 'fa', (seed: number) => RestingPoint>> = {}) =>
  judged<InterpolationConfiguration>(tangentKernel, ({ seed }): InterpolationResult => ({
    bp: (change.bp ?? ((s) => point(-1, 0.01 * (s % 3 - 1))))(seed),
    fa: (change.fa ?? (() => point(0.5, 0.7)))(seed),
  }))

describe('chu2023/tangent-kernel', () => {
  it('decides at quick scale what theory says of every point', () => {
    expect(verdicts(tangentKernel.judge(makeRuns(tangentKernel, 'quick'), 'quick'))).toMatchObject({
      'kernel-sign': 'holds',
      'kernel-spectrum': 'holds',
      'kernel-fa-stable-tanh': 'holds',
      'kernel-bp-unstable-tanh': 'undecided',
    })
  }, 60_000)

  it('holds when results are as claimed', () => {
    const found = Object.values(invented())
    expect(found).toEqual(found.map((): Verdict => 'holds'))
    expect(found).toHaveLength(11)
  })

  it.each<readonly [string, Parameters<typeof invented>[0], readonly string[]]>([['stable minima of backpropagation', {
    bp: (s) => point(s % 2 === 0 ? 1 : -1, 0),
  }, ['kernel-bp-unstable-tanh', 'kernel-bp-unstable-sigmoid']], ['one point of FA that repels', {
    fa: (s) => point(s === 3 ? -0.1 : 0.5, 0.7),
  }, ['kernel-fa-stable-tanh']], ['points of FA without alignment', { fa: (s) => point(0.5, 0.3 + 0.001 * s) }, [
    'kernel-fa-cosine-tanh',
  ]], ['aligned minima of backpropagation', { bp: (s) => point(-1, 0.3 + 0.001 * s) }, ['kernel-bp-cosine-tanh']], [
    'pushes that die away at unstable points',
    { bp: () => point(-1, 0, { rise: 1 }) },
    ['kernel-sign'],
  ], ['another spectrum in weight space', { bp: () => point(-1, 0, { growth: 1.001 }) }, ['kernel-spectrum']], [
    'no point of rest of FA',
    { fa: () => point(0.5, 0.7, { converged: false }) },
    ['kernel-fa-stable-tanh', 'kernel-fa-stable-sigmoid', 'kernel-fa-cosine-tanh'],
  ], ['weights that do not turn', { bp: () => point(-1, 0, { cosineAfter: -0.2 }) }, ['kernel-moves']]])(
    'fails with %s',
    (_, change, ids) => {
      const found = invented(change)
      for (const id of ids) expect(found[id], id).toBe('fails')
    },
  )
})
