import { describe, expect, it } from 'vitest'
import type { Run } from '../../../src/lab/reproduce/experiment.ts'
import { parseSweep } from '../../../src/lab/sweep/sweep-file.ts'
import { summary } from '../../../src/lab/sweep/summary.ts'
import type { TrainingResult, TrainingRun } from '../../../src/lab/sweep/trainings.ts'

const sweep = (train: object) =>
  parseSweep(JSON.stringify({ name: 'a', train: { hidden: [8], ...train }, axes: [{ rule: ['bp', 'dfa'] }, {
    rate: [0.01, 0.1, 1],
  }], seeds: 2 }), 'a')

/** Test accuracies in order, null for a training that was stopped; validation is a tenth below where there is any. */
function runsOf({ runs }: ReturnType<typeof sweep>, accuracies: readonly (number | null)[],
  validates: boolean): readonly Run<TrainingRun, TrainingResult>[]
{
  return runs.map((configuration, index) => {
    const accuracy = accuracies[index]
    const test = { loss: 1, accuracy: accuracy ?? 0 }
    return { configuration, seconds: 2, result: {
      epochs: [{ epoch: 5, steps: 10, trainingLoss: 1, rate: 0.1, training: null, test, alignment: null,
        validation: validates ? { loss: 1, accuracy: test.accuracy - 0.1 } : null }],
      ending: accuracy === null ? { record: 'stopped', step: 3, why: 'loss' } : { record: 'end', hash: '' },
    } }
  })
}

const ACCURACIES = [0.5, 0.6, 0.7, 0.8, 0.2, null, 0.5, 0.5, 0.6, 0.8, null, null]

describe('summary', () => {
  it('has a row per combination with mean and deviation over seeds, stopped trainings counted and left out', () => {
    const asked = sweep({})
    const { tables = [], claims, findings } = summary(asked, runsOf(asked, ACCURACIES, false))
    expect([claims, findings]).toEqual([[], []])
    expect(tables[0].table.columns.map(({ name }) => name)).toEqual(['rule', 'rate', 'test accuracy', 'test loss',
      'stopped', 'time of a run'])
    expect(tables[0].table.rows).toEqual([['bp', '0.01', '55.00 ± 7.07', '1.0000 ± 0.0000', '0', '2.0 ± 0.0'], ['bp',
      '0.1', '75.00 ± 7.07', '1.0000 ± 0.0000', '0', '2.0 ± 0.0'], ['bp', '1', '20.00', '1.0000', '1', '2.0 ± 0.0'], [
      'dfa',
      '0.01',
      '50.00 ± 0.00',
      '1.0000 ± 0.0000',
      '0',
      '2.0 ± 0.0',
    ], ['dfa', '0.1', '70.00 ± 14.14', '1.0000 ± 0.0000', '0', '2.0 ± 0.0'], ['dfa', '1', '–', '–', '2', '2.0 ± 0.0']])
  })

  it('draws an axis of numbers, a curve for each combination of the others', () => {
    const asked = sweep({})
    const { figures } = summary(asked, runsOf(asked, ACCURACIES, false))
    expect(figures).toHaveLength(1)
    expect(figures[0].svg).toContain('Test accuracy over rate')
    for (const name of ['bp', 'dfa']) expect(figures[0].svg).toContain(`>${name}<`)
  })

  it('names the best by validation alone, and only where every seed has ended', () => {
    const asked = sweep({ 'validation-samples': 10 })
    const { findings = [] } = summary(asked,
      runsOf(asked, [...ACCURACIES.slice(0, 4), 0.99, null, ...ACCURACIES.slice(6)], true))
    expect(findings).toEqual([
      'Highest mean validation accuracy: rule bp, rate 0.1; its test accuracy is 75.00 ± 7.07 %.',
    ])
  })
})
