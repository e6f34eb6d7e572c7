import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../../src/lab/claims/claim.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { convolution } from '../../../../src/lab/reproduce/refinetti2021/convolution.ts'
import type { ConvolutionTraining,
  ConvolutionTrainingResult } from '../../../../src/lab/reproduce/convolution/training.ts'
import { expectedAttainableAlignment } from '../../../../src/theory/index.ts'
import { altered, verdicts } from '../made.ts'
import { allRuns } from '../rounds.ts'

const quick = allRuns(convolution, 'quick', 0)

interface Invented {
  readonly accuracy: Readonly<Record<string, number>>
  readonly ga: number
  readonly bound: number
  /** Of the other claims on draws. */
  readonly others: number
}
const AS_CLAIMED: Invented = { accuracy: { BP: 0.95, DFA: 0.91, SHALLOW: 0.9 }, ga: 0.02, bound: 1, others: 1 }

/** Results of the default scale as they might be. */
function invented({ accuracy, ga, bound, others }: Invented): readonly Run<object, unknown>[] {
  return allRuns(convolution, 'default', 0, (configuration) => {
    const c = configuration as ConvolutionTraining & { channels: number; side: number; draws: number }
    if (c.part !== 'training') {
      const e = expectedAttainableAlignment({
        inputChannels: c.channels,
        outputChannels: c.channels,
        height: c.side,
        width: c.side,
        kernel: [c.kernel, c.kernel],
      })
      const draws = (x: number): number[] => Array.from({ length: c.draws }, () => x)
      return {
        part: 'bound',
        convolution: draws(bound * e.convolution),
        locallyConnected: draws(others * e.locallyConnected),
        repeated: draws(others * e.repeated),
        matrixError: others === 1 ? 1e-8 : 1e-5,
      }
    }
    const direct = c.method === 'DFA'
    const result: ConvolutionTrainingResult = {
      part: 'training',
      trainingLoss: Array.from({ length: c.epochs }, () => 1 + Math.abs(c.rate - 0.03)),
      steps: direct ? [0, 1, 2] : [],
      stepsPerEpoch: 125,
      gradientAlignment: direct ? [[0, 0.01, ga], [0, 0, 0]] : [],
      weightAlignment: direct ? [[0, 0, 0], [0, 0, 0]] : [],
      attainable: direct ? [{ convolution: 0.01, locallyConnected: 0.1 }] : [],
      trainingAccuracy: 1,
      testAccuracy: accuracy[c.method] + 0.001 * (c.seed % 3),
    }
    return result
  })
}

const QUICK: Readonly<Record<string, Verdict>> = {
  'conv-bound': 'holds',
  'conv-bound-local': 'holds',
  'conv-bound-repeated': 'holds',
  'conv-matrix': 'holds',
  'conv-ga-patterns': 'undecided',
  'conv-accuracy-patterns': 'undecided',
  'conv-below-bp-patterns': 'undecided',
}

describe('refinetti2021/convolution', () => {
  it('holds in the bounds at quick scale and leaves trainings of one seed open', () => {
    const judgment = convolution.judge(quick, 'quick')
    expect(verdicts(judgment)).toEqual(QUICK)
    expect([judgment.figures.length, judgment.tables?.length]).toEqual([3, 1])
    expect(JSON.stringify(judgment)).not.toMatch(/NaN|undefined/)
  })

  it('decides the same at quick scale whatever trainings come to', () => {
    const other = altered<Partial<ConvolutionTrainingResult>>(quick,
      ({ gradientAlignment }, configuration) =>
        gradientAlignment === undefined ? {} : {
          gradientAlignment: gradientAlignment.map((list) => list.map(() => 0.9)),
          testAccuracy: (configuration as ConvolutionTraining).method === 'DFA' ? 0.9 : 0.5,
        })
    expect(verdicts(convolution.judge(other, 'quick'))).toEqual(QUICK)
  })

  it('passes at default scale when results are as claimed', () => {
    expect(Object.values(verdicts(convolution.judge(invented(AS_CLAIMED), 'default')))).toEqual(
      Array.from({ length: 10 }, () => 'holds'),
    )
  })

  it.each<readonly [string, Partial<Invented>, readonly string[], Verdict]>([['an aligned convolution', { ga: 0.2 }, [
    'conv-ga-mnist',
    'conv-ga-cifar10',
  ], 'fails'], ['a DFA that gains half of what BP gains', { accuracy: { BP: 0.95, DFA: 0.925, SHALLOW: 0.9 } }, [
    'conv-accuracy-mnist',
    'conv-accuracy-cifar10',
  ], 'fails'], ['a DFA better than BP', { accuracy: { BP: 0.95, DFA: 0.96, SHALLOW: 0.9 } }, ['conv-below-bp-mnist',
    'conv-accuracy-mnist'], 'fails'], ['a BP without gain', { accuracy: { BP: 0.9, DFA: 0.89, SHALLOW: 0.9 } }, [
    'conv-accuracy-mnist',
  ], 'undecided'], ['a bound six per cent off', { bound: 1.06 }, ['conv-bound'], 'fails'], [
    'an aligned convolution at exactly the limit',
    { ga: 0.1 },
    ['conv-ga-mnist'],
    'fails',
  ], ['a DFA as good as BP', { accuracy: { BP: 0.95, DFA: 0.95, SHALLOW: 0.9 } }, ['conv-below-bp-mnist'], 'fails'], [
    'local layers, repeated F and a matrix that are off',
    { others: 1.06 },
    ['conv-bound-local', 'conv-bound-repeated', 'conv-matrix'],
    'fails',
  ]])('does not pass with %s', (_name, change, ids, expected) => {
    const found = verdicts(convolution.judge(invented({ ...AS_CLAIMED, ...change }), 'default'))
    for (const id of ids) expect(found[id], id).toBe(expected)
  })

  it('plans both data sets, three seeds and three methods by default, 64 channels for the paper', () => {
    const trainings = invented(AS_CLAIMED).map(({ configuration }) => configuration as ConvolutionTraining).filter((
      { part },
    ) => part === 'training')
    expect(new Set(trainings.map(({ dataset, method, seed }) => `${dataset} ${method} ${seed}`)).size).toBe(18)
    const paper = (convolution.plan('paper', 0, []) as readonly ConvolutionTraining[]).filter(({ part }) =>
      part === 'training'
    )
    expect(paper.every(({ channels, trainingSamples }) => channels === 64 && trainingSamples === 0)).toBe(true)
  })
})
