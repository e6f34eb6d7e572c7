import { describe, expect, it } from 'vitest'
import { EXPERIMENTS } from '../../src/lab/reproduce/experiments.ts'
import { formerNames, respell, respellKeys } from '../../src/lab/spelling.ts'
import { TRAINING_OPTIONS } from '../../src/lab/training/configuration.ts'

describe('respell', () => {
  it('gives names of today for former ones, whole or before the first slash, and leaves all others', () => {
    expect(['optimiser', 'optimiser/velocity/dense1/weight', 'feedback-normalisation'].map(respell)).toEqual([
      'optimizer',
      'optimizer/velocity/dense1/weight',
      'feedback-normalization',
    ])
    for (const name of ['optimizer', 'parameter/optimiser', 'optimisers', '', 'constructor', 'toString/x',
      '__proto__'])
    {
      expect(respell(name)).toBe(name)
    }
    expect(respellKeys({ rate: 1, standardise: 'none', seed: 2 })).toEqual({ rate: 1, standardize: 'none', seed: 2 })
  })

  it('leads to names that there are', () => {
    for (const former of ['optimiser', 'initialisation', 'standardise', 'feedback-normalisation']) {
      expect(Object.keys(TRAINING_OPTIONS)).toContain(respell(former))
      expect(formerNames(respell(former))).toEqual([former])
    }
    expect(EXPERIMENTS.map(({ name }) => name)).toContain(respell('refinetti2021/overparameterised'))
    expect(formerNames('rate')).toEqual([])
  })
})
