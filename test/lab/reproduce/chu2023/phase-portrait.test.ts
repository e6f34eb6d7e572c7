import { beforeAll, describe, expect, it } from 'vitest'
import { phasePortrait } from '../../../../src/lab/reproduce/chu2023/phase-portrait.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import type { PortraitResult } from '../../../../src/lab/reproduce/stability/scalar-paths.ts'
import { altered, makeRuns, verdicts } from '../made.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = makeRuns(phasePortrait, 'quick')
}, 60_000)

describe('chu2023/phase-portrait', () => {
  it('holds at quick scale, with both figures, and nothing outside of their axes', () => {
    const judgment = phasePortrait.judge(runs, 'quick')
    expect(judgment.claims.filter(({ verdict }) => verdict !== 'holds').map(({ id }) => id)).toEqual([])
    expect(judgment.figures).toHaveLength(2)
    expect(judgment.figures.map(({ svg }) => svg).join('')).not.toContain('Not shown')
  })

  it('fails by one path that is otherwise', () => {
    const spoil = (change: (path: PortraitResult['free'][number]) => object, at: 'stable' | 'unstable' | 'free') =>
      verdicts(phasePortrait.judge(altered<PortraitResult>(runs, (result, _, index) => {
        if (index > 0) return {}
        if (at === 'free') return { free: result.free.map((path, i) => i === 3 ? { ...path, ...change(path) } : path) }
        // τ = f = 1: unstable where −1 < w_1 < 0.
        const chosen = result.disturbed.findIndex(({ w1 }) => at === 'unstable' ? w1 > -1 && w1 < 0 : w1 > 0)
        return {
          disturbed: result.disturbed.map((one, i) =>
            i === chosen ? { ...one, up: { ...one.up, ...change(one.up) } } : one
          ),
        }
      }), 'quick'))
    expect(spoil(({ end }) => ({ end: [end[0] + 1, end[1]] }), 'stable')).toMatchObject({
      'phase-leaves': 'fails',
      'phase-ends': 'fails',
    })
    expect(spoil(({ end }) => ({ end: [end[0] + 1e-3, end[1]] }), 'unstable')['phase-ends']).toBe('fails')
    expect(spoil(() => ({ peak: 1 }), 'unstable')['phase-peaks']).toBe('fails')
    expect(spoil(() => ({ drift: 1e-3 }), 'free')['phase-parabolas']).toBe('fails')
    expect(spoil(() => ({ end: [-0.5, -2] }), 'free')['phase-anywhere']).toBe('fails')
    expect(spoil(() => ({ end: [1, 2] }), 'free')['phase-anywhere']).toBe('fails')
  })
})
