import { describe, expect, it } from 'vitest'
import { shapedFeedbackNonlinear } from '../../../../src/lab/reproduce/beyond/shaped-feedback-nonlinear.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import type { ShapedCurves, ShapedTraining } from '../../../../src/lab/reproduce/shaped/training.ts'
import { altered, verdicts } from '../made.ts'

const isTail = ({ spread, dataset }: ShapedTraining): boolean => spread > 1 && dataset !== 'regression'

/** Results as the linear theory and the first probe have them, with a little scatter by seed. */
function result(c: ShapedTraining): ShapedCurves {
  const p = c.exponent ?? 0
  const rare = 0.4 + 0.1 * p + 0.001 * c.seed
  const all = p === 0 ? 0.1 : p === 0.5 ? 0.3 : 0.2
  const curve = (value: number): readonly number[] => Array.from({ length: c.epochs + 1 }, () => value)
  return c.stage === 'sweep'
    ? { validation: Math.abs(c.rate - 0.1) + Math.abs(c.scale - 3), all: [], rare: [], alignment: [], condition: 30 }
    : {
      validation: 0.1,
      all: curve(all),
      rare: curve(rare),
      alignment: c.exponent === null ? [] : [0.5 + 0.2 * p, 0.6 + 0.2 * p],
      condition: 30,
    }
}

function made(): readonly Run<object, unknown>[] {
  const runs: Run<object, unknown>[] = []
  for (;;) {
    const open = shapedFeedbackNonlinear.plan('default', 0, runs).slice(runs.length)
    if (open.length === 0) return runs
    for (const configuration of open) {
      runs.push({ configuration, result: result(configuration as ShapedTraining), seconds: 0 })
    }
  }
}

const runs = made()
const isFinal = (c: object): c is ShapedTraining => (c as ShapedTraining).stage === 'final'
function failing(isMeant: (c: ShapedTraining) => boolean, change: (r: ShapedCurves) => Partial<ShapedCurves>) {
  const changed = altered<ShapedCurves>(runs, (r, c) => isFinal(c) && isMeant(c) ? change(r) : {})
  return Object.entries(verdicts(shapedFeedbackNonlinear.judge(changed, 'default'))).filter(([, verdict]) =>
    verdict === 'fails'
  ).map(([id]) => id)
}

describe('beyond/shaped-feedback-nonlinear', () => {
  it('holds for such results, three claims a task and two about the probe', () => {
    const judgment = shapedFeedbackNonlinear.judge(runs, 'default')
    expect(new Set(Object.values(verdicts(judgment)))).toEqual(new Set(['holds']))
    expect([judgment.claims.length, judgment.figures.length, judgment.tables?.length]).toEqual([17, 3, 1])
    expect(JSON.stringify(judgment)).not.toMatch(/NaN|undefined/)
    expect(judgment.findings?.join(' ')).toContain(
      'MNIST, long tail: least missed over the epochs in all at p = 0, of the ' + 'rare at p = −1',
    )
  })

  it('plans ten seeds of five variants on five tasks after equal sweeps', () => {
    expect(runs.filter(({ configuration }) => isFinal(configuration))).toHaveLength(250)
    expect(runs.filter(({ configuration }) => !isFinal(configuration))).toHaveLength(5 * 5 * 30 * 2)
  })

  it('fails where the rare are not helped, alignment does not rise, or the probe was wrong', () => {
    const worse = ({ rare }: ShapedCurves) => ({ rare: rare.map((x) => x + 0.2) })
    expect(failing((c) => c.dataset === 'regression' && c.exponent === -0.5, worse)).toEqual(['rare-0.5-regression'])
    expect(failing((c) => c.dataset === 'cifar10' && isTail(c) && c.exponent === -1, worse)).toEqual([
      'rare-1-cifar-tail',
    ])
    expect(failing((c) => c.dataset === 'mnist' && !isTail(c) && c.exponent === 0.5, () => ({ alignment: [0.3, 0.3] })))
      .toEqual(['alignment-mnist'])
    const best = ({ all }: ShapedCurves) => ({ all: all.map(() => 0.05) })
    expect(failing((c) => c.dataset === 'mnist' && isTail(c) && c.exponent === -0.5, best)).toEqual(['probe-best'])
    expect(failing((c) => c.dataset === 'mnist' && isTail(c) && c.exponent === 0.5, ({ all }) => ({
      all: all.map(() => 0.15),
    }))).toEqual(['probe-worst'])
  })

  it('counts a training that did not stay finite as one that misses everything, and says so', () => {
    const lost = { validation: null, all: [], rare: [], alignment: [null, null] }
    expect(failing((c) => c.dataset === 'regression' && c.exponent === -1, () => lost)).toEqual(['rare-1-regression',
      'alignment-regression'])
    const judgment = shapedFeedbackNonlinear.judge(
      altered(runs, (_, c) => isFinal(c) && c.dataset === 'regression' && c.exponent === -1 ? lost : {}),
      'default',
    )
    expect(judgment.findings?.[0]).toContain('10 did not stay finite')
  })

  it('leaves everything open at quick scale', () => {
    const quick = shapedFeedbackNonlinear.judge(runs, 'quick')
    expect(new Set(Object.values(verdicts(quick)))).toEqual(new Set(['undecided']))
  })
})
