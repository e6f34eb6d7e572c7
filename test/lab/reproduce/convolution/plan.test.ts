import { describe, expect, it } from 'vitest'
import { planVariant, SIZES, trainingsOf, type Variant } from '../../../../src/lab/reproduce/convolution/plan.ts'
import type { ConvolutionTraining } from '../../../../src/lab/reproduce/convolution/training.ts'
import type { Run } from '../../../../src/lab/reproduce/experiment.ts'
import { RATES } from '../../../../src/lab/reproduce/rates/rate-search.ts'

const VARIANT: Variant = { dataset: 'mnist', method: 'DFA', feedback: 'random', classifier: 'drawn' }
const OTHER: Variant = { ...VARIANT, method: 'BP' }

/** Plays a plan to its end: least loss at `best`, divergence of the last seed above `stable`. */
function play(best: number, stable = Infinity): readonly Run<ConvolutionTraining, unknown>[] {
  let done: Run<ConvolutionTraining, unknown>[] = []
  for (let round = 0; round < 20; round++) {
    const plan = planVariant(VARIANT, SIZES.default, 5, done)
    if (plan.length === done.length) return done
    done = plan.map((configuration) => {
      const lost = configuration.seed === 7 && configuration.rate > stable
      return {
        configuration,
        result: { part: 'training', trainingLoss: [9, lost ? null : Math.abs(Math.log(configuration.rate / best))] },
        seconds: 1,
      }
    })
  }
  throw new Error('the plan does not end')
}

describe('planVariant', () => {
  it('ends with one training per seed at the rate of least mean training loss', () => {
    expect(trainingsOf(play(0.003), VARIANT).map(({ configuration }) => [configuration.rate, configuration.seed]))
      .toEqual([[0.003, 5], [0.003, 6], [0.003, 7]])
    expect(trainingsOf(play(0.01, 0.005), VARIANT).map(({ configuration }) => configuration.rate)).toEqual([0.003,
      0.003, 0.003])
  })

  it('does not take another variant’s trainings for its own', () => {
    expect(planVariant(OTHER, SIZES.default, 5, play(0.003)).map(({ rate, seed }) => [rate, seed])).toEqual([[0.01, 5],
      [0.03, 5], [0.1, 5]])
    expect(() => trainingsOf(play(0.003), OTHER)).toThrow('bestRate')
  })
})

describe('a training of dead units', () => {
  it('is no candidate: the search goes down until units live', () => {
    let done: readonly Run<ConvolutionTraining, unknown>[] = []
    for (let round = 0; round < 20; round++) {
      const plan = planVariant(VARIANT, SIZES.default, 0, done)
      if (plan.length === done.length) break
      // Above 0.001 the loss is that of a constant answer, a little less at 0.03 by chance.
      done = plan.map((configuration) => ({
        configuration,
        result: {
          part: 'training',
          trainingLoss: [configuration.rate > 0.001 ? (configuration.rate === 0.03 ? 2.3025 : 2.3026) : 1],
        },
        seconds: 1,
      }))
    }
    expect(trainingsOf(done, VARIANT).map(({ configuration }) => configuration.rate)).toEqual([RATES[0], RATES[0],
      RATES[0]])
  })
})
