import { beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { globalAlignment } from '../../../../src/lab/reproduce/refinetti2021/global-alignment.ts'
import type { DeepConfiguration, DeepCurves } from '../../../../src/lab/reproduce/refinetti2021/deep-run.ts'
import { quickRuns, verdicts } from './deep-experiments.ts'

let runs: readonly Run<object, unknown>[] = []
beforeAll(() => {
  runs = quickRuns(globalAlignment)
})

/** The same runs with other curves of GA and training error. */
const altered = (
  ga: (time: number, count: number) => number,
  error: (time: number) => number,
): readonly Run<object, unknown>[] =>
  runs.map(({ configuration, result, seconds }) => {
    const curves = result as DeepCurves
    return {
      configuration,
      seconds,
      result: {
        ...curves,
        ga: curves.ga.map((_, time) => ga(time, curves.ga.length)),
        error: curves.error.map((_, time) => error(time)),
      },
    }
  })

describe('refinetti2021/global-alignment', () => {
  it('sees alignment rise at quick scale and leaves the rest open', () => {
    const { claims, figures } = globalAlignment.judge(runs, 'quick')
    expect(figures.length).toBeGreaterThan(1)
    const holds = verdicts(claims)
    expect(holds['ga-rise-clusters-0']).toBe(true)
    expect(Object.entries(holds).filter(([id]) => !id.startsWith('ga-rise')).every(([, value]) => value === null)).toBe(
      true,
    )
  })

  it('holds when GA rises and falls while the training error falls, and fails in each part that does not', () => {
    const all = (of: readonly Run<object, unknown>[]): (boolean | null)[] =>
      ['rise', 'peak', 'fall', 'fit'].map((part) =>
        verdicts(globalAlignment.judge(of, 'default').claims)[`ga-${part}-clusters-0`]
      )
    const arch = (time: number, count: number): number => (time / count) * (1 - time / count)
    expect(all(altered(arch, (time) => 1 / (1 + time)))).toEqual([true, true, true, true])
    expect(all(altered(arch, (time) => time))).toEqual([true, true, true, false])
    expect(all(altered((time) => time, (time) => -time))).toEqual([true, false, false, false])
    expect(all(altered((time, count) => 0.1 * arch(time, count), (time) => -time))).toEqual([false, true, true, true])
    expect(all(altered((time) => -time, (time) => -time))).toEqual([false, false, true, true])
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
