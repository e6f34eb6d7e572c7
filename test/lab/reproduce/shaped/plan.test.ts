import { describe, expect, it } from 'vitest'
import { choicesOf, finalsOf, isAtEdge, planShaped, type ShapedRun, type ShapedScale,
  VARIANTS } from '../../../../src/lab/reproduce/shaped/plan.ts'

const TASK = { id: 'r', title: 'R', dataset: 'regression', samples: 100, spread: 10 } as const
const SCALE: ShapedScale = {
  tasks: [TASK],
  hidden: [8],
  batch: 10,
  sweepEpochs: 1,
  sweepSeeds: 2,
  epochs: 3,
  rates: [0.1, 0.2, 0.4],
  scales: [1, 2, 4],
  seeds: 4,
}

/** Sweeps with a validation loss by rate and scale. */
function sweeps(loss: (rate: number, scale: number, seed: number) => number | null): readonly ShapedRun[] {
  return planShaped(SCALE, 5, []).map((configuration) => ({
    configuration,
    result: {
      validation: loss(configuration.rate, configuration.scale, configuration.seed),
      all: [],
      rare: [],
      alignment: [],
      condition: 1,
    },
    seconds: 0,
  }))
}

describe('planShaped', () => {
  it('gives every variant as many short trainings, none of them long before all are done', () => {
    const plan = planShaped(SCALE, 5, [])
    for (const exponent of VARIANTS) {
      expect(plan.filter((c) => c.exponent === exponent)).toHaveLength(18)
      expect(choicesOf(SCALE, exponent)).toHaveLength(9)
    }
    expect(new Set(plan.map(({ stage }) => stage))).toEqual(new Set(['sweep']))
    expect(new Set(plan.map(({ seed }) => seed))).toEqual(new Set([5, 6]))
  })

  it('trains long at the choice of least mean loss, where no seed diverged', () => {
    // The second seed diverges where the first is best.
    const done = sweeps((rate, scale, seed) =>
      rate === 0.4 && seed === 6 ? null : Math.abs(rate - 0.4) + Math.abs(scale - 2)
    )
    const finals = planShaped(SCALE, 5, done).filter(({ stage }) => stage === 'final')
    const own = finals.filter(({ exponent }) => exponent === 0)
    expect(own.map(({ rate, scale, seed, epochs }) => [rate, scale, seed, epochs])).toEqual(
      [5, 6, 7, 8].map((seed) => [0.2, 2, seed, 3]),
    )
    expect(isAtEdge(SCALE, own[0])).toBe(false)
    expect(isAtEdge(SCALE, { ...own[0], scale: 4 })).toBe(true)
  })

  it('makes no long trainings of a variant that diverged everywhere', () => {
    const done = sweeps(() => null)
    expect(planShaped(SCALE, 5, done).filter(({ stage }) => stage === 'final')).toEqual([])
    expect(finalsOf(done, TASK, 0)).toEqual([])
  })
})
