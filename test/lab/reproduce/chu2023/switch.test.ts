import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../../src/lab/claims/claim.ts'
import { switchExperiment } from '../../../../src/lab/reproduce/chu2023/switch.ts'
import type { Phase, SwitchConfiguration, SwitchResult } from '../../../../src/lab/reproduce/fixed-points/switching.ts'
import { makeRuns, verdicts } from '../made.ts'
import { judged } from './invented.ts'

type Configuration = SwitchConfiguration & { readonly arm: 'slow' | 'back' | 'copied' }
interface Invented {
  /** Factors by which the loss rises. */
  readonly fa?: (residual: number) => number
  readonly copied?: number
  readonly slow?: number
  readonly back?: number
  readonly entropy?: number
  readonly end?: number
  readonly turn?: number
  readonly sharpness?: number
}
const invented = (
  { fa = (residual) => 0.05 / residual, copied = 1.1, slow = 1, back = 1, entropy = 1.1, end = 0.5, turn = 0.4,
    sharpness = 3 }: Invented = {},
) =>
  judged<Configuration>(switchExperiment, ({ arm, loss, residual, seed }): SwitchResult => {
    const phase = (rise: number): Phase => ({
      steps: [0, 10, 100],
      loss: [residual, residual * rise * (1 + 0.001 * seed), residual * end],
      weight: [-0.01, 0.1, turn],
      moved: 0.4,
      sharpness: sharpness + 0.01 * seed,
    })
    const rise = loss === 'cross-entropy' ? entropy : arm === 'copied' ? copied : fa(residual)
    return {
      perEpoch: 2,
      reached: true,
      stopped: null,
      phases: [phase(1), phase(rise), phase(arm === 'back' ? back : slow)],
    }
  })

describe('chu2023/switch', () => {
  it('runs at quick scale, deciding nothing', () => {
    const judgment = switchExperiment.judge(makeRuns(switchExperiment, 'quick'), 'quick')
    expect(new Set(Object.values(verdicts(judgment)))).toEqual(new Set(['undecided']))
    expect(JSON.stringify(judgment)).not.toMatch(/NaN|undefined[^"]/)
    expect([judgment.figures.length, judgment.tables?.length]).toEqual([2, 1])
  }, 60_000)

  it('holds when results are as claimed', () => {
    const found = Object.values(invented())
    expect(found).toEqual(found.map((): Verdict => 'holds'))
    expect(found).toHaveLength(9)
  })

  it.each<readonly [string, Invented, readonly string[]]>([['a loss that rises twofold', { fa: () => 2 }, [
    'switch-rise',
  ]], ['a rise that does not ask where it began', { fa: (residual) => 1 + 100 * Math.sqrt(residual) }, [
    'switch-residual',
  ]], ['a rise with the true weights', { copied: 3 }, ['switch-control']], ['a loss that stays up', { end: 1.5 }, [
    'switch-below',
  ]], ['places that are flat', { sharpness: 1 }, ['switch-sharpness']], ['weights that turn away', { turn: -0.3 }, [
    'switch-weights',
  ]], ['a loss that rises under backpropagation', { back: 100, slow: 100 }, ['switch-back', 'switch-back-slow']], [
    'a greater rise with cross-entropy',
    { entropy: 1000 },
    ['switch-cross-entropy'],
  ]])('fails with %s', (_, change, ids) => {
    const found = invented(change)
    for (const id of ids) expect(found[id], id).toBe('fails')
  })

  it.each(['slow', 'back', 'copied'] as const)('fails where a rule that took over left all bounds at once, %s',
    (left) => {
      // Nothing is measured between the change and the end: the loss before it is all there is.
      const phase = (loss: number): Phase => ({ steps: [0], loss: [loss], weight: [0], moved: 0, sharpness: 3 })
      const found = judged<Configuration>(switchExperiment, ({ arm, residual }): SwitchResult => {
        const ended = { ...phase(residual), steps: [0, 10], loss: [residual, 0.05], weight: [0, 0.4] }
        const phases = [phase(residual), ended, { ...ended, loss: [residual, residual] }]
        if (arm !== left) return { perEpoch: 2, reached: true, stopped: null, phases }
        const until = arm === 'copied' ? 1 : 2
        return { perEpoch: 2, reached: true, stopped: 3, phases: [...phases.slice(0, until), phase(residual)] }
      })
      const ids = { slow: 'switch-back-slow', back: 'switch-back', copied: 'switch-control' }
      expect(found[ids[left]]).toBe('fails')
    })

  it('fails, without a number, where backpropagation did not come to the residual', () => {
    const found = judged<Configuration>(switchExperiment, (): SwitchResult => ({
      perEpoch: 2,
      reached: false,
      stopped: null,
      phases: [{ steps: [0, 2], loss: [1, 0.5], weight: [null, null], moved: 1, sharpness: 1 }],
    }))
    expect(found['switch-rise']).toBe('fails')
  })
})
