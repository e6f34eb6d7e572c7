import { describe, expect, it } from 'vitest'
import { RULES } from '../../../../src/dfa/index.ts'
import { atEdge, gapOf, layersOf, meanAlignment, median, rowOf, rowsOf,
  SHORT_NAMES } from '../../../../src/lab/reproduce/rules/rows.ts'
import { rulesMnist } from '../../../../src/lab/reproduce/rules/mnist.ts'
import type { RuleRun } from '../../../../src/lab/reproduce/rules/plan.ts'
import { fakeRuns, trained } from './fake-runs.ts'

const runs = fakeRuns(rulesMnist, 'default', ({ stage, rule, rate, seed }) => {
  if (rule === 'weight-mirror') return { refused: 'no mirror' }
  if (stage === 'sweep') return trained(rate === 0.004 ? 0.7 : 0.6)
  return rule === 'frozen' && seed === 2 ? { diverged: 12 } : trained(0.9, 0.8 + 0.01 * seed, 0.1 * seed)
}) as readonly RuleRun[]
const rows = rowsOf(runs)

describe('rowsOf', () => {
  it('has a row for every rule and model, with short names for all', () => {
    expect(rows.map(({ model, rule }) => [model, rule])).toEqual(
      ['mlp', 'lenet'].flatMap((model) => Object.keys(RULES).map((rule) => [model, rule])),
    )
    expect(Object.keys(SHORT_NAMES).sort()).toEqual(Object.keys(RULES).sort())
  })

  it('gives accuracies in percent over the seeds, chance and a count for those that diverged', () => {
    const row = rowOf(rows, 'mlp', 'frozen')
    expect(row.test).toEqual([80, 81, 10].map((value) => expect.closeTo(value, 9)))
    expect(row).toMatchObject({ diverged: 1, rate: 0.004, secondsPerEpoch: 2, refused: undefined })
    expect(atEdge(row)).toBe(false)
    expect(row.tried).toEqual([[0.001, 60], [0.004, 70], [0.016, 60], [0.064, 60]])
  })

  it('keeps the reason of a refusal and nothing else', () => {
    expect(rowOf(rows, 'lenet', 'weight-mirror')).toMatchObject({
      refused: 'no mirror',
      test: [],
      tried: [],
      rate: undefined,
    })
    expect(() => rowOf(rows, 'cnn', 'frozen')).toThrow('rowOf: there must be a row of frozen on cnn, got none')
  })

  it('knows a rate at the end of its grid', () => {
    expect(atEdge({ ...rowOf(rows, 'mlp', 'frozen'), rate: 0.064 })).toBe(true)
    expect(atEdge({ ...rowOf(rows, 'mlp', 'frozen'), rate: 0.001 })).toBe(true)
  })

  it('averages cosines over the seeds that have them', () => {
    const row = rowOf(rows, 'mlp', 'frozen')
    expect(meanAlignment(row, 'weight', 'dense2')).toBeCloseTo(0.05, 12)
    expect(meanAlignment(row, 'weight', 'dense9')).toBeNull()
    expect(layersOf(rows, 'gradient')).toEqual(['dense1'])
  })
})

describe('median', () => {
  it('is the middle value, whatever the ends are', () => {
    expect([median([3, 1e27, 1]), median([1, 2, 4, 100]), median([5]), median([])]).toEqual([3, 3, 5, null])
  })
})

describe('gapOf', () => {
  it('is the difference of means with the standard error of both', () => {
    // Deviations 1 and 2 over three seeds each: √(1/3 + 4/3).
    expect(gapOf([9, 10, 11], [4, 6, 8])).toEqual({ gap: 4, error: expect.closeTo(Math.sqrt(5 / 3), 12) })
    expect(gapOf([1], [2])).toEqual({ gap: -1, error: NaN })
  })
})
