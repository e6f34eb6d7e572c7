import { describe, expect, it } from 'vitest'
import { freshKernels } from '../../../../src/lab/kernels.ts'
import { type ShapedTraining, trainShaped } from '../../../../src/lab/reproduce/shaped/training.ts'

const BASE: ShapedTraining = {
  dataset: 'regression',
  samples: 400,
  spread: 10,
  hidden: [24, 24],
  batch: 20,
  epochs: 4,
  stage: 'final',
  exponent: -0.5,
  rate: 0.1,
  scale: 2,
  seed: 1,
}
const train = (changes: Partial<ShapedTraining>) =>
  trainShaped({ ...BASE, ...changes }, { data: undefined, kernels: freshKernels, progress() {} })

describe('trainShaped', () => {
  it('learns under a shape and under backpropagation, and measures after every epoch', () => {
    for (const exponent of [-0.5, null]) {
      const { validation, all, rare, alignment, condition } = train({ exponent })
      expect([all.length, rare.length, alignment.length]).toEqual([5, 5, exponent === null ? 0 : 2])
      expect(all[4]).toBeLessThan(0.5 * all[0])
      expect(validation).toBeGreaterThan(0)
      expect(Math.abs(condition / 10 - 1)).toBeLessThan(0.5)
    }
  })

  it('never sees test samples in a sweep', () => {
    const { validation, all, rare, alignment } = train({ stage: 'sweep' })
    expect([all, rare, alignment]).toEqual([[], [], []])
    expect(validation).toBe(train({}).validation)
  })

  it('depends on exponent, scale and seed', () => {
    const first = train({}).validation
    for (const changes of [{ exponent: 0 }, { scale: 1 }, { seed: 2 }]) {
      expect(train(changes).validation).not.toBe(first)
    }
  })

  it('returns a training that does not stay finite as a result', () => {
    expect(train({ rate: 1000 })).toMatchObject({ validation: null, all: [], rare: [], alignment: [] })
  })

  it('classifies by cross-entropy', () => {
    const { all } = train({ dataset: 'teacher', spread: 5, epochs: 6 })
    expect(all[6]).toBeLessThan(0.75)
  })
})
