import { describe, expect, it } from 'vitest'
import { configure } from '../../../src/lab/training/configuration.ts'
import { DATASET_NAMES, MODEL_NAMES, TASK_HELP, taskOf } from '../../../src/lab/training/tasks.ts'

const asked = (texts: Record<string, string>): ReturnType<typeof configure> => configure(new Map(Object.entries(texts)))

describe('data sets and models', () => {
  it('bring each other', () => {
    const pair = (texts: Record<string, string>): readonly string[] => {
      const { configuration: { dataset, model }, faults } = asked(texts)
      expect(faults).toEqual([])
      return [dataset, model]
    }
    expect(pair({})).toEqual(['teacher', 'mlp'])
    expect(pair({ model: 'mlp' })).toEqual(['teacher', 'mlp'])
    expect(pair({ dataset: 'mnist' })).toEqual(['mnist', 'mlp'])
    expect(pair({ model: 'gcn' })).toEqual(['cora', 'gcn'])
    expect(pair({ dataset: 'citeseer' })).toEqual(['citeseer', 'gcn'])
    expect(pair({ dataset: 'citeseer', model: 'mlp' })).toEqual(['citeseer', 'mlp'])
  })

  it('that do not fit are refused, alone', () => {
    const layers = '{"layers": [{"type": "dense", "outputs": 7}]}'
    expect(asked({ model: 'gcn', dataset: 'mnist', hidden: '3', momentum: '0.5' }).faults).toEqual([
      '--model: mnist takes mlp, lenet, cnn or layers as JSON, got gcn, which is for cora, citeseer',
    ])
    expect(asked({ model: layers, dataset: 'cora' }).faults).toEqual([
      '--model: cora takes gcn, cheb, spline, gat, dna, mlp, got layers as JSON',
    ])
    expect(asked({ model: 'spine' }).faults).toEqual([
      `--model: must be one of ${
        MODEL_NAMES.join(', ')
      }, a JSON object or a file of it, got "spine"; did you mean spline?`,
    ])
  })

  it('have one task each, which help names', () => {
    expect(new Set(DATASET_NAMES).size).toBe(DATASET_NAMES.length)
    for (const name of [...DATASET_NAMES, ...MODEL_NAMES]) expect(TASK_HELP).toMatch(new RegExp(`\\b${name}\\b`))
    expect(() => taskOf({ dataset: 'none' })).toThrow('taskOf: dataset must be one of mnist, ')
  })
})
