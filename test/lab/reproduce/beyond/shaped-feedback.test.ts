import { describe, expect, it } from 'vitest'
import { shapedFeedback } from '../../../../src/lab/reproduce/beyond/shaped-feedback.ts'
import type { LinearResult } from '../../../../src/lab/reproduce/shaped/linear.ts'
import type { LinearConfiguration } from '../../../../src/lab/reproduce/shaped/linear-presentation.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { altered, verdicts } from '../made.ts'

/** Results as the theory has them, with a little scatter by seed. */
const runs: readonly Run<object, unknown>[] = (shapedFeedback.plan('default', 0, []) as readonly LinearConfiguration[])
  .map((configuration) => {
    const { part, exponent, condition, gaussianWidth, from, samples, seed } = configuration
    const p = exponent === 'balanced' ? 0.5 : exponent
    const far = gaussianWidth === null ? 0 : (1 + 0.1 * seed) / gaussianWidth
    const isTeacher = part !== 'colored' || from === 'teacher'
    const alignment = exponent === 'balanced' ? 1 - far - (isTeacher ? 0 : 0.02 + 0.001 * seed) : 0.8 + 0.1 * p - far
    const steps = 20 * Math.pow(condition, Math.abs(p + 1)) * (1 + 3 * far)
      * (part === 'colored' && from !== 'cross' ? 1.2 : 1)
    const result: LinearResult = {
      largest: 0.77,
      steps,
      alignment: [alignment, alignment],
      leastTest: samples === null ? 1 : 0.1 - 0.02 * p + 0.001 * seed,
      stepsToTest: samples === null ? null : 30 + 10 * p,
    }
    return { configuration, result, seconds: 0 }
  })

const ALL = ['shaped-stable', 'shaped-equal-steps', 'shaped-fastest', 'shaped-aligned', 'shaped-gaussian-slope',
  'shaped-gaussian-steps', 'shaped-colored-balanced', 'shaped-colored-equalizing', 'shaped-noisy-time-0.5',
  'shaped-noisy-least-0.5', 'shaped-noisy-time-1', 'shaped-noisy-least-1']
const isConfiguration = (c: object): c is LinearConfiguration => 'part' in c
/** Claims that fail when results of some runs are others. */
function failing(isMeant: (c: LinearConfiguration) => boolean, change: (r: LinearResult) => Partial<LinearResult>) {
  const changed = altered<LinearResult>(runs, (result, c) => isConfiguration(c) && isMeant(c) ? change(result) : {})
  return Object.entries(verdicts(shapedFeedback.judge(changed, 'default'))).filter(([, verdict]) => verdict === 'fails')
    .map(([id]) => id)
}

describe('beyond/shaped-feedback', () => {
  it('holds for results as the theory has them, with figures and tables', () => {
    const judgment = shapedFeedback.judge(runs, 'default')
    expect(verdicts(judgment)).toEqual(Object.fromEntries(ALL.map((id) => [id, 'holds'])))
    expect([judgment.figures.length, judgment.tables?.length]).toEqual([3, 2])
    expect(JSON.stringify(judgment)).not.toMatch(/NaN|undefined/)
  })

  it.each<readonly [string, (c: LinearConfiguration) => boolean, (r: LinearResult) => Partial<LinearResult>]>([[
    'shaped-stable',
    (c) => c.part === 'rates' && c.exponent === 0.5,
    () => ({ largest: 0.9 }),
  ], ['shaped-equal-steps', (c) => c.part === 'rates' && c.exponent === -1 && c.condition === 30,
    () => ({ steps: 25 })], ['shaped-fastest', (c) => c.part === 'rates' && c.exponent === -0.5 && c.condition === 30,
    () => ({ steps: 10 })], ['shaped-aligned', (c) => c.part === 'rates' && c.exponent === 0.5,
    () => ({ alignment: [1.1, 1.1] })], ['shaped-aligned',
    (c) => c.part === 'rates' && c.exponent === 1 && c.condition === 30, () => ({ steps: null, alignment: [0, 0] })], [
    'shaped-gaussian-slope',
    (c) => c.part === 'gaussian' && c.exponent === 'balanced',
    () => ({ alignment: [0.9, 0.9] }),
  ], ['shaped-gaussian-steps', (c) => c.part === 'gaussian' && c.exponent === -1 && c.gaussianWidth === 400,
    ({ steps }) => ({ steps: 2 * (steps ?? 0) })], ['shaped-colored-balanced',
    (c) => c.part === 'colored' && c.from === 'cross', () => ({ alignment: [1.1, 1.1] })], ['shaped-colored-equalizing',
    (c) => c.part === 'colored' && c.exponent === -1 && c.from === 'cross',
    ({ steps }) => ({ steps: 2 * (steps ?? 0) })], ['shaped-noisy-time-0.5',
    (c) => c.exponent === -1 && c.samples?.noise === 0.5, () => ({ stepsToTest: null })], ['shaped-noisy-least-1',
    (c) => c.exponent === -1 && c.samples?.noise === 1, () => ({ leastTest: 0.01 })]])(
      '%s fails when its results are others',
      (id, isMeant, change) => {
        expect(failing(isMeant, change)).toEqual([id])
      },
    )

  it('decides at quick scale what two seeds can', () => {
    expect(
      Object.entries(verdicts(shapedFeedback.judge(runs, 'quick'))).filter(([, verdict]) => verdict !== 'undecided')
        .map(([id]) =>
          id
        ),
    ).toEqual(['shaped-stable', 'shaped-equal-steps'])
  })
})
