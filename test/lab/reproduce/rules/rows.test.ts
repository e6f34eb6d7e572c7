import { describe, expect, it } from 'vitest'
import { ENTRIES, longName, shortName } from '../../../../src/lab/reproduce/rules/entries.ts'
import { atEdge, hasNone, layersOf, meanAlignment, pointsAhead, rowsFor, rowsOf, type RuleRow,
  validationOf } from '../../../../src/lab/reproduce/rules/rows.ts'
import { rulesMnist } from '../../../../src/lab/reproduce/rules/mnist.ts'
import type { RuleRun } from '../../../../src/lab/reproduce/rules/plan.ts'
import { fakeRuns, trained } from './fake-runs.ts'

const runs = fakeRuns(rulesMnist, 'default', ({ stage, rule, optimizer, rate, seed }) => {
  if (rule === 'weight-mirror') return { refused: 'no mirror' }
  if (rule === 'kolen-pollack') return { diverged: 7 }
  if (stage === 'tuning') {
    return rate === 0.03 && seed === 0 ? { diverged: 5 }
      : trained(optimizer === 'momentum' && rate === 0.01 ? 0.7 + 0.02 * seed : 0.6)
  }
  return rule === 'frozen' && seed === 4 ? { diverged: 12 } : trained(0.9, 0.8 + 0.01 * seed, 0.1 * seed)
}) as readonly RuleRun[]
const rows = rowsOf(runs)
const rowOf = (model: string, rule: string): RuleRow => rowsFor(rows, model, [rule])[0]

describe('rowsOf', () => {
  it('has a row for every entry and model', () => {
    expect(rows.map(({ model, entry }) => [model, shortName(entry)])).toEqual(
      ['mlp', 'lenet'].flatMap((model) => ENTRIES.map((entry) => [model, shortName(entry)])),
    )
    expect(new Set(ENTRIES.map(longName)).size).toBe(ENTRIES.length)
  })

  it('gives accuracies in percent over the seeds, chance and a count for those that diverged', () => {
    const row = rowOf('mlp', 'frozen')
    expect(row.test).toEqual([82, 83, 10, 85, 86].map((value) => expect.closeTo(value, 9)))
    expect(row).toMatchObject({ unsound: 1, setting: { optimizer: 'momentum', rate: 0.01 }, refused: undefined })
    expect(atEdge(row)).toBe(false)
    const momentum = row.tried.filter(({ optimizer }) => optimizer === 'momentum')
    expect(momentum.map(({ rate }) => rate)).toEqual([0.003, 0.01, 0.03])
    expect(momentum.map(validationOf)).toEqual(
      [60, 71, undefined].map((value) => value === undefined ? undefined : expect.closeTo(value, 9)),
    )
  })

  it('keeps the reason of a refusal and nothing else, and tells it from a search in vain', () => {
    const refused = rowOf('lenet', 'weight-mirror'), vain = rowOf('lenet', 'kolen-pollack')
    expect(refused).toMatchObject({ refused: 'no mirror', test: [], tried: [], setting: undefined })
    expect([refused, vain, rowOf('mlp', 'frozen')].map(hasNone)).toEqual([false, true, false])
    expect(vain.tried.map(validationOf).every((value) => value === undefined)).toBe(true)
    expect(() => rowOf('cnn', 'frozen')).toThrow('rowsFor: there must be a row of frozen on cnn, got none')
  })

  it('knows a rate at the end of what its optimizer tried', () => {
    const at = (rate: number): RuleRow => ({ ...rowOf('mlp', 'frozen'), setting: { optimizer: 'momentum', rate } })
    expect([0.003, 0.01, 0.03].map((rate) => atEdge(at(rate)))).toEqual([true, false, true])
  })

  it('averages measures over the seeds that have them', () => {
    const row = rowOf('mlp', 'frozen')
    expect(meanAlignment(row, 'weight', 'dense2')).toBeCloseTo(0.4, 12)
    expect(meanAlignment(row, 'norm', 'dense2')).toBe(1.5)
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
