import { describe, expect, it } from 'vitest'
import { FC } from '../../../../src/lab/reproduce/practices/networks.ts'
import { onLadder, planTuned, type PracticeRun, tunedOf,
  variant } from '../../../../src/lab/reproduce/practices/plan.ts'
import { resultOf, valley } from '../launay2019/fake.ts'

const BUDGET = { dataset: 'patterns', trainingSamples: 10, batch: 5, epochs: 2, hiddenReduction: 'mean' } as const
const ONE = variant('one', BUDGET, FC),
  OTHER = variant('other', BUDGET, FC, { normalization: 'none' })

/** Plays a search to its end. */
function play(best: number): readonly PracticeRun[] {
  for (let done: PracticeRun[] = [];;) {
    const plan = planTuned(ONE, [0.1], 3, 2, done)
    if (plan.length === done.length) return done
    done = plan.map((c) => ({
      configuration: c,
      result: resultOf(c, { cosines: [0.1], loss: valley(c.rate, best) }),
      seconds: 1,
    }))
  }
}

describe('planTuned', () => {
  it('ends with all seeds at the rate of least training loss, above chance, too', () => {
    for (const best of [0.001, 0.1, 3]) {
      expect(tunedOf(play(best), ONE).map(({ configuration: c }) => [c.rate, c.seed])).toEqual([[best, 3], [best, 4]])
    }
  })

  it('does not take another variant’s runs', () => {
    expect(planTuned(OTHER, [0.1], 3, 2, play(0.1))).toHaveLength(1)
  })

  it('begins on the ladder', () => {
    expect([0.0299, 3e-4 * 10, 0.25].map(onLadder)).toEqual([0.03, 0.003, 0.3])
  })
})
