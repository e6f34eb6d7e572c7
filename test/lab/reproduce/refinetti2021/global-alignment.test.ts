import { beforeAll, describe, expect, it } from 'vitest'
import type { DeepConfiguration, DeepCurves } from '../../../../src/lab/reproduce/deep/training.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { globalAlignment } from '../../../../src/lab/reproduce/refinetti2021/global-alignment.ts'
import { altered, makeRuns, verdicts } from '../made.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = makeRuns(globalAlignment, 'quick')
})

/** The same runs with other curves of GA and training error. */
const shaped = (ga: (time: number, count: number, noise: number) => number,
  error: (time: number) => number): readonly Run<object, unknown>[] =>
  altered<DeepCurves>(runs, (curves, configuration) => ({
    ga: curves.ga.map((_, time) =>
      ga(time, curves.ga.length, (configuration as { data: { noise: number } }).data.noise)
    ),
    error: curves.error.map((_, time) => error(time)),
  }))
const arch = (time: number, count: number): number => (time / count) * (1 - time / count)

describe('refinetti2021/global-alignment', () => {
  it('sees alignment rise at quick scale and leaves the rest open', () => {
    const judgment = globalAlignment.judge(runs, 'quick')
    expect(judgment.figures.length).toBeGreaterThan(1)
    expect(verdicts(judgment)).toMatchObject({
      'ga-rise-clusters-0': 'holds',
      'ga-fall-clusters-0': 'undecided',
      'ga-harder-clusters': 'undecided',
    })
  })

  it('holds when GA rises and falls while the training error falls, and fails in each part that does not', () => {
    const all = (of: readonly Run<object, unknown>[]): string =>
      ['rise', 'peak', 'fall', 'fit'].map((part) =>
        verdicts(globalAlignment.judge(of, 'default'))[`ga-${part}-clusters-0`]
      ).join(' ')
    expect(all(shaped(arch, (time) => 1 / (1 + time)))).toBe('holds holds holds holds')
    expect(all(shaped(arch, (time) => time))).toBe('holds holds holds fails')
    expect(all(shaped((time) => time, (time) => -time))).toBe('holds fails fails fails')
    expect(all(shaped((time, count) => 0.1 * arch(time, count), (time) => -time))).toBe('fails holds holds holds')
    expect(all(shaped((time) => -time, (time) => -time))).toBe('fails fails holds holds')
  })

  it('fails when memorizing wrong labels costs no more alignment than right ones', () => {
    const harder = (factor: (noise: number) => number): string | undefined =>
      verdicts(
        globalAlignment.judge(shaped((time, count, noise) => factor(noise) * arch(time, count), (time) => -time),
          'default'),
      )['ga-harder-clusters']
    expect([harder((noise) => 1 + noise), harder(() => 1), harder((noise) => 1 - noise)]).toEqual(['holds', 'fails',
      'fails'])
  })

  it('plans both data sets, ten seeds and the rate of the paper at its scale', () => {
    const paper = globalAlignment.plan('paper', 3, []) as readonly DeepConfiguration[]
    expect(new Set(paper.map(({ data }) => data.dataset))).toEqual(new Set(['mnist', 'cifar10']))
    expect(new Set(paper.map(({ seed }) => seed)).size).toBe(10)
    expect(Math.min(...paper.map(({ seed }) => seed))).toBe(3)
    expect(paper[0]).toMatchObject({
      hidden: [100, 100, 100],
      rate: 1e-4,
      epochs: 1000,
      batch: 32,
      data: { samples: 60000, side: 28 },
    })
  })
})
