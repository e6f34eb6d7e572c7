import { describe, expect, it } from 'vitest'
import type { Claim } from '../../../../src/lab/claims/claim.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { convolution } from '../../../../src/lab/reproduce/refinetti2021/convolution.ts'
import type { TrainingRun, TrainingRunResult } from '../../../../src/lab/reproduce/refinetti2021/convolution-plan.ts'
import { expectedAttainableAlignment } from '../../../../src/theory/index.ts'
import { allRuns } from './rounds.ts'

const quick = allRuns(convolution, 'quick', 0)

interface Invented {
  readonly accuracy: Readonly<Record<string, number>>
  readonly ga: number
  readonly bound: number
}
const AS_CLAIMED: Invented = { accuracy: { BP: 0.95, DFA: 0.91, SHALLOW: 0.9 }, ga: 0.02, bound: 1 }

/** Results of the default scale as they might be. */
function invented({ accuracy, ga, bound }: Invented): readonly Run<object, unknown>[] {
  return allRuns(convolution, 'default', 0, (configuration) => {
    const c = configuration as TrainingRun & { channels: number; side: number; draws: number }
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
        locallyConnected: draws(e.locallyConnected),
        repeated: draws(e.repeated),
        matrixError: 1e-8,
      }
    }
    const direct = c.method === 'DFA'
    const result: TrainingRunResult = {
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

const verdicts = (claims: readonly Claim[]): Record<string, boolean | null> =>
  Object.fromEntries(claims.map(({ id, holds }) => [id, holds]))

describe('refinetti2021/convolution', () => {
  it('holds in the bounds at quick scale and leaves trainings of one seed open', () => {
    const { claims, figures, tables } = convolution.judge(quick, 'quick')
    expect(verdicts(claims)).toEqual({
      'conv-bound': true,
      'conv-bound-local': true,
      'conv-bound-repeated': true,
      'conv-matrix': true,
      'conv-ga-patterns': null,
      'conv-accuracy-patterns': null,
      'conv-below-bp-patterns': null,
    })
    expect([figures.length, tables?.length]).toEqual([3, 2])
  })

  it('passes at default scale when results are as claimed', () => {
    expect(Object.values(verdicts(convolution.judge(invented(AS_CLAIMED), 'default').claims))).toEqual(
      Array.from({ length: 10 }, () => true),
    )
  })

  it.each<readonly [string, Partial<Invented>, readonly string[], boolean | null]>([['an aligned convolution', {
    ga: 0.2,
  }, ['conv-ga-mnist', 'conv-ga-cifar10'], false], ['a DFA that gains half of what BP gains', {
    accuracy: { BP: 0.95, DFA: 0.925, SHALLOW: 0.9 },
  }, ['conv-accuracy-mnist', 'conv-accuracy-cifar10'], false], ['a DFA better than BP', {
    accuracy: { BP: 0.95, DFA: 0.96, SHALLOW: 0.9 },
  }, ['conv-below-bp-mnist', 'conv-accuracy-mnist'], false], ['a BP without gain', {
    accuracy: { BP: 0.9, DFA: 0.89, SHALLOW: 0.9 },
  }, ['conv-accuracy-mnist'], null], ['a bound six per cent off', { bound: 1.06 }, ['conv-bound'], false]])(
    'does not pass with %s',
    (_name, change, ids, expected) => {
      const found = verdicts(convolution.judge(invented({ ...AS_CLAIMED, ...change }), 'default').claims)
      for (const id of ids) expect(found[id], id).toBe(expected)
    },
  )

  it('plans both data sets, three seeds and three methods by default, 64 channels for the paper', () => {
    const trainings = invented(AS_CLAIMED).map(({ configuration }) => configuration as TrainingRun).filter(({ part }) =>
      part === 'training'
    )
    expect(new Set(trainings.map(({ dataset, method, seed }) => `${dataset} ${method} ${seed}`)).size).toBe(18)
    const paper = (convolution.plan('paper', 0, []) as readonly TrainingRun[]).filter(({ part }) => part === 'training')
    expect(paper.every(({ channels, trainingSamples }) => channels === 64 && trainingSamples === 0)).toBe(true)
  })
})
