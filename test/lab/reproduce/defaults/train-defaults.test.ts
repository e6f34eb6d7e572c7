import { describe, expect, it } from 'vitest'
import { freshKernels } from '../../../../src/lab/kernels.ts'
import type { Verdict } from '../../../../src/lab/claims/claim.ts'
import { ENDLESS, modelText } from '../../../../src/lab/reproduce/defaults/plan.ts'
import { trainDefaults } from '../../../../src/lab/reproduce/defaults/train-defaults.ts'
import { type CellConfiguration, type CellResult, trainCell } from '../../../../src/lab/reproduce/defaults/training.ts'
import { configure } from '../../../../src/lab/training/configuration.ts'
import { RULE_NAMES } from '../../../../src/lab/training/rule-uses.ts'

const PLAN = trainDefaults.plan('default', 0, []) as readonly CellConfiguration[]
const GOOD: CellResult = { losses: [2.3, 0.4], accuracies: [0.1, 0.9] }
const AWAY: CellResult = { losses: [2.3, 40], accuracies: [0.1, 0.1] }
/** What the theory says: rules without end run away where units are not bounded, in deep networks. */
const expected = ({ stage, training: c }: CellConfiguration): CellResult =>
  stage === 'table' && ENDLESS.includes(c.rule) && c.activation === 'relu' && c.hidden.length >= 3 ? AWAY : GOOD

function verdicts(result: (c: CellConfiguration) => CellResult): Readonly<Record<string, Verdict>> {
  const runs = PLAN.map((configuration) => ({ configuration, result: result(configuration), seconds: 1 }))
  const { claims } = trainDefaults.judge(runs, 'default')
  return Object.fromEntries(claims.map(({ id, verdict }) => [id.replace('defaults-', ''), verdict]))
}

describe('train-defaults', () => {
  it('trains every rule with what `train` takes when it is told nothing', () => {
    const table = PLAN.filter(({ stage }) => stage === 'table')
    expect([...new Set(table.map(({ training: { rule } }) => rule))]).toEqual(RULE_NAMES)
    expect(new Set(table.map(modelText))).toEqual(
      new Set(['300', '300-300', '300-300-300', '300-300-300-300-300', '1000-1000-1000-1000-1000', 'lenet', 'cnn']),
    )
    const [{ training }] = table
    expect(training).toEqual(
      configure(
        new Map([['dataset', 'mnist'], ['rule', 'bp'], ['hidden', '300'], ['activation', 'relu'], ['epochs', '1'], [
          'validation-samples',
          '6000',
        ]]),
      ).configuration,
    )
  })

  it('holds in every claim where all learn but for what the theory says', () => {
    const all = verdicts(expected)
    expect(Object.keys(all).sort()).toEqual(['bounded-mlp', 'bounded-models', 'bounded-tanh', 'learn-mlp',
      'learn-models', 'learn-tanh', 'rates', 'runaway'])
    expect(new Set(Object.values(all))).toEqual(new Set(['holds']))
  })

  it('fails claim by claim where a cell does not', () => {
    const failing = (isIt: (c: CellConfiguration) => boolean, result: CellResult): readonly string[] =>
      Object.entries(verdicts((c) => isIt(c) ? result : expected(c))).flatMap(([id, verdict]) =>
        verdict === 'fails' ? [id] : []
      )
    const dull: CellResult = { losses: [2.3, 2.29], accuracies: [0.1, 0.15] }
    const inTable = (rule: string, model: string, activation: string) => (c: CellConfiguration): boolean =>
      c.stage === 'table' && c.training.rule === rule && modelText(c) === model && c.training.activation === activation
    const deep = '300-300-300-300-300'
    expect(failing(inTable('frozen', deep, 'relu'), dull)).toEqual(['learn-mlp'])
    expect(failing(inTable('frozen', deep, 'tanh'), dull)).toEqual(['learn-tanh'])
    expect(failing(inTable('frozen', 'cnn', 'relu'), { ...GOOD, losses: [2.3, 2.4] })).toEqual(['bounded-models'])
    expect(failing(inTable('frozen', '300', 'relu'), { losses: [2.3], accuracies: [0.1], stopped: 7 })).toEqual([
      'learn-mlp',
      'bounded-mlp',
    ])
    expect(failing(inTable(ENDLESS[0], deep, 'relu'), GOOD)).toEqual(['runaway'])
    expect(failing((c) => c.stage === 'rate' && c.training.rate === 0.0003, dull)).toEqual(['rates'])
    expect(
      failing(inTable('indirect-feedback-alignment', 'lenet', 'tanh'), { losses: [], accuracies: [],
        refused: 'pooling' }),
    ).toEqual([])
  })
})

describe('trainCell', () => {
  const tools = { data: undefined, kernels: freshKernels, progress: () => {} }
  const cell = (texts: Record<string, string>, stage: CellConfiguration['stage'] = 'table'): CellConfiguration => ({
    stage,
    training:
      configure(new Map(Object.entries({ hidden: '30', epochs: '2', 'training-samples': '2000', ...texts })))
        .configuration,
  })

  it('scores at the start and after each epoch, the sweep on validation samples', () => {
    const { losses, accuracies } = trainCell(cell({ rule: 'bp' }), tools)
    expect([losses.length, accuracies.length]).toEqual([3, 3])
    expect(losses[2]).toBeLessThan(losses[0])
    const held = { rule: 'bp', 'validation-samples': '300' }
    expect(trainCell(cell(held, 'rate'), tools).losses).not.toEqual(trainCell(cell(held), tools).losses)
  })

  it('says what was not finite', () => {
    expect(trainCell(cell({ optimizer: 'sgd', rate: '1e30' }), tools).stopped).toBeGreaterThan(0)
  })
})
