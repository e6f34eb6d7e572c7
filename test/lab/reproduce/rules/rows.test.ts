import { describe, expect, it } from 'vitest'
import { RULES } from '../../../../src/dfa/index.ts'
import { atEdge, layersOf, meanAlignment, pointsAhead, rowsFor, rowsOf,
  type RuleRow } from '../../../../src/lab/reproduce/rules/rows.ts'
import { rulesMnist } from '../../../../src/lab/reproduce/rules/mnist.ts'
import type { RuleRun } from '../../../../src/lab/reproduce/rules/plan.ts'
import { fakeRuns, trained } from './fake-runs.ts'

const runs = fakeRuns(rulesMnist, 'default', ({ stage, rule, rate, seed }) => {
  if (rule === 'weight-mirror') return { refused: 'no mirror' }
  if (stage === 'sweep') return trained(rate === 0.004 ? 0.7 : 0.6)
  return rule === 'frozen' && seed === 2 ? { diverged: 12 } : trained(0.9, 0.8 + 0.01 * seed, 0.1 * seed)
}) as readonly RuleRun[]
const rows = rowsOf(runs)
const rowOf = (model: string, rule: string): RuleRow => rowsFor(rows, model, [rule])[0]

describe('rowsOf', () => {
  it('has a row for every rule and model', () => {
    expect(rows.map(({ model, rule }) => [model, rule.name])).toEqual(
      ['mlp', 'lenet'].flatMap((model) => Object.keys(RULES).map((rule) => [model, rule])),
    )
  })

  it('gives accuracies in percent over the seeds, chance and a count for those that diverged', () => {
    const row = rowOf('mlp', 'frozen')
    expect(row.test).toEqual([80, 81, 10].map((value) => expect.closeTo(value, 9)))
    expect(row).toMatchObject({ diverged: 1, rate: 0.004, secondsPerEpoch: 2, refused: undefined })
    expect(atEdge(row)).toBe(false)
    expect(row.tried).toEqual([[0.001, 60], [0.004, 70], [0.016, 60], [0.064, 60]])
  })

  it('keeps the reason of a refusal and nothing else', () => {
    expect(rowOf('lenet', 'weight-mirror')).toMatchObject({
      refused: 'no mirror',
      test: [],
      tried: [],
      rate: undefined,
    })
    expect(() => rowOf('cnn', 'frozen')).toThrow('rowsFor: there must be a row of frozen on cnn, got none')
  })

  it('knows a rate at the end of its grid', () => {
    expect(atEdge({ ...rowOf('mlp', 'frozen'), rate: 0.064 })).toBe(true)
    expect(atEdge({ ...rowOf('mlp', 'frozen'), rate: 0.001 })).toBe(true)
  })

  it('averages cosines over the seeds that have them', () => {
    const row = rowOf('mlp', 'frozen')
    expect(meanAlignment(row, 'weight', 'dense2')).toBeCloseTo(0.05, 12)
    expect(meanAlignment(row, 'weight', 'dense9')).toBeNull()
    expect(layersOf(rows, 'gradient')).toEqual(['dense1'])
  })
})

describe('pointsAhead', () => {
  it('pairs seeds, every one of the better with every other, and knows nothing about rules that were refused', () => {
    const row = (test: readonly number[]): RuleRow => ({ ...rowOf('mlp', 'frozen'), test })
    const [first, second, refused] = pointsAhead([row([9, 10, 11])], [row([4, 6, 8]), row([8, 9, 10]), row([])])
    expect(first).toEqual({ mean: 4, standardError: expect.closeTo(1 / Math.sqrt(3), 12), seeds: 3 })
    expect(second).toEqual({ mean: 1, standardError: 0, seeds: 3 })
    expect(refused.mean).toBeNaN()
  })
})
