import { describe, expect, it } from 'vitest'
import { deepLinear, deepLinearMnist } from '../../../../src/lab/reproduce/refinetti2021/deep-linear.ts'
import { claimOf, claimRecord, type LawRecord } from '../../../../src/lab/reproduce/refinetti2021/deep-linear-record.ts'
import { type Claim } from '../../../../src/lab/claims/claim.ts'
import { absolute } from '../../../../src/lab/claims/legacy.ts'
import { UsageError } from '../../../../src/lab/options.ts'
import { TOOLS } from '../rounds.ts'

const [configuration] = deepLinear.plan('quick', 0, [])
const result = deepLinear.run(configuration, TOOLS) as LawRecord

describe('refinetti2021/deep-linear', () => {
  it('makes every claim of check, none failing, and eight figures', () => {
    const { claims, figures } = deepLinear.judge([{ configuration, result, seconds: 1 }], 'quick')
    expect(claims.filter(({ holds }) => holds !== true)).toEqual([])
    const ids = claims.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ['weak-identity', 'engine-loss', 'early-condition-5', 'run-on-2', 'width']) {
      expect(ids).toContain(`deep-linear-${id}`)
    }
    expect(figures).toHaveLength(8)
  })

  it('says the same of a record that has been through JSON', () => {
    const recorded = JSON.parse(JSON.stringify(result)) as LawRecord
    expect(JSON.stringify(recorded).length).toBeLessThan(200_000)
    expect(deepLinear.judge([{ configuration, result: recorded, seconds: 1 }], 'quick')).toEqual(
      deepLinear.judge([{ configuration, result, seconds: 1 }], 'quick'),
    )
  })

  it('shows a failing claim of a record as failing', () => {
    const claims = result.claims.map((claim) => (claim.id === 'deep-linear-width' ? { ...claim, holds: false } : claim))
    const judged = deepLinear.judge([{ configuration, result: { ...result, claims }, seconds: 1 }], 'quick')
    expect(judged.claims.filter(({ holds }) => holds === false).map(({ id }) => id)).toEqual(['deep-linear-width'])
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
  const [mnist] = deepLinearMnist.plan('quick', 0, [])
  const claim: Claim = {
    ...absolute({ id: 'mnist-x', statement: 's', source: 'p', method: 'training' }, [1], [2], 0.5),
    compare: 'at least',
  }
  const moment = {
    step: 1,
    loss: 1,
    conditionNumbers: [1, 1, 1],
    weightAlignment: [1, 1, 1],
    probeGradientAlignment: 1,
  }
  const run = {
    condition: 'raw',
    crossCondition: 2,
    rank: 9,
    seed: 0,
    early: moment,
    curve: [moment],
    final: moment,
    identityError: 0,
    recoveryError: 0,
  }
  const record = { claims: [claimRecord(claim, 'deep-linear-')], runs: [run] }

  it('fails an ordering by several seeds, leaves one of a single seed open', () => {
    const judged = (scale: 'quick' | 'default'): readonly (boolean | null)[] =>
      deepLinearMnist.judge([{ configuration: mnist, result: record, seconds: 1 }], scale).claims.map(({ holds }) =>
        holds
      )
    expect([judged('quick'), judged('default')]).toEqual([[null], [false]])
  })

  it('asks for data that are not there', () => {
    expect(() => deepLinearMnist.run(mnist, TOOLS)).toThrow(UsageError)
  })
})

describe('claimRecord', () => {
  it('keeps what JSON cannot hold as null and gives NaN back', () => {
    const claim = absolute({ id: 'a', statement: 's', source: 'p', method: 'recursion' }, [1, 2], [NaN, 3], 0.1)
    const record = JSON.parse(JSON.stringify(claimRecord(claim, 'p-'))) as ReturnType<typeof claimRecord>
    expect(record.measured).toEqual([null, 3])
    expect(claimOf(record)).toEqual({ ...claim, id: 'p-a' })
  })
})
