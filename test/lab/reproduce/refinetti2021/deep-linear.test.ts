import { beforeAll, describe, expect, it } from 'vitest'
import { exactClaims } from '../../../../src/lab/check/identity-claims.ts'
import { sourced } from '../../../../src/lab/check/sources.ts'
import type { MnistMoment, MnistRun } from '../../../../src/lab/check/mnist-claims.ts'
import { UsageError } from '../../../../src/lab/options.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { deepLinear, deepLinearMnist } from '../../../../src/lab/reproduce/refinetti2021/deep-linear.ts'
import { makeRuns, verdicts } from '../made.ts'
import { TOOLS } from '../rounds.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = makeRuns(deepLinear, 'quick')
}, 120_000)

/** Verdicts when one measurement is another. */
const withMeasurement = (name: string, value: unknown) => {
  const [{ configuration, result }] = runs
  const { measurements } = result as { measurements: Readonly<Record<string, unknown>> }
  expect(Object.keys(measurements)).toContain(name)
  const altered = { measurements: { ...measurements, [name]: value } }
  return verdicts(deepLinear.judge([{ configuration, result: altered, seconds: 1 }], 'quick'))
}

describe('refinetti2021/deep-linear', () => {
  it('makes every claim of check from its measurements, none failing, and eight figures', () => {
    const { claims, figures } = deepLinear.judge(runs, 'quick')
    const ids = claims.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ['weak-identity', 'engine-loss', 'early-condition-5', 'run-on-2', 'width', 'inputs-final-100']) {
      expect(ids).toContain(`deep-linear-${id}`)
    }
    // The same numbers as without a record.
    const exact = sourced(exactClaims(0, true)).map((claim) => ({ ...claim, id: `deep-linear-${claim.id}` }))
    expect(claims.slice(0, exact.length)).toEqual(exact)
    expect(claims.filter(({ verdict }) => verdict === 'fails')).toEqual([])
    expect(figures).toHaveLength(8)
  })

  it('fails by what was measured', () => {
    expect(withMeasurement('weak-identity', 1e-3)['deep-linear-weak-identity']).toBe('fails')
    expect(withMeasurement('engine/origin', { exact: 0, direct: 0 })['deep-linear-origin-direct']).toBe('fails')
    expect(withMeasurement('width 300', [0.1, 0.1, 0.1, 0.1])['deep-linear-width']).toBe('fails')
  })

  it('plans more seeds and harder teachers at larger scales', () => {
    expect((['default', 'paper'] as const).map((scale) => deepLinear.plan(scale, 7, [])[0])).toMatchObject([{
      seeds: 3,
      seed: 7,
      quick: false,
      targetConditions: [1, 2, 5, 10, 30],
    }, { seeds: 10, targetConditions: [1, 2, 5, 10, 30, 100] }])
  })
})

describe('refinetti2021/deep-linear-mnist', () => {
  const moment = (alignment: number): MnistMoment => ({
    step: 1,
    loss: 1,
    conditionNumbers: [1, 1, 1],
    weightAlignment: [alignment, alignment, alignment],
    probeGradientAlignment: alignment,
  })
  /** Raw, whitened and skewed runs of two seeds with these alignments. */
  const judged = (alignments: readonly number[], scale: 'quick' | 'default') => {
    const result = {
      runs: ['raw, one-hot', 'whitened, one-hot', 'whitened, ill-conditioned targets'].flatMap((condition, index) =>
        [0, 1].map((seed): MnistRun => ({
          condition,
          crossCondition: 2,
          rank: 9,
          seed,
          early: moment(alignments[index]),
          curve: [moment(alignments[index])],
          final: moment(alignments[index]),
          identityError: 0,
          recoveryError: 0,
        }))
      ),
    }
    const [configuration] = deepLinearMnist.plan(scale, 0, [])
    return verdicts(deepLinearMnist.judge([{ configuration, result, seconds: 1 }], scale))
  }

  it('holds when whitened inputs align best, fails when they do not', () => {
    for (const id of ['wa2-early-raw', 'wa2-early-skewed', 'ga1-early-raw', 'ga1-early-skewed', 'wa4-final']) {
      expect(judged([0.5, 0.8, 0.6], 'default')[`deep-linear-mnist-${id}`], id).toBe('holds')
      expect(judged([0.8, 0.5, 0.6], 'default')[`deep-linear-mnist-${id}`], id).toBe('fails')
    }
  })

  it('decides identities alone at quick scale, whatever comes out', () => {
    for (const alignments of [[0.5, 0.8, 0.6], [0.8, 0.5, 0.6]]) {
      const decided = Object.entries(judged(alignments, 'quick')).filter(([, verdict]) => verdict !== 'undecided')
      expect(decided).toEqual([['deep-linear-mnist-weak-identity', 'holds'], ['deep-linear-mnist-recovered', 'holds']])
    }
  })

  it('asks for data that are not there', () => {
    expect(() => deepLinearMnist.run(deepLinearMnist.plan('quick', 0, [])[0], TOOLS)).toThrow(UsageError)
  })
})
