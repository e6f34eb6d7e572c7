import { describe, expect, it } from 'vitest'
import { convolutionsOf, type ConvolutionTraining,
  trainConvolutions } from '../../../../src/lab/reproduce/convolution/training.ts'
import { UsageError } from '../../../../src/lab/options.ts'
import { TOOLS } from '../rounds.ts'

const BASE: ConvolutionTraining = {
  part: 'training',
  dataset: 'patterns',
  trainingSamples: 200,
  testSamples: 100,
  depth: 3,
  channels: 3,
  kernel: 3,
  activation: 'relu',
  method: 'DFA',
  feedback: 'random',
  classifier: 'drawn',
  rate: 0.1,
  batch: 20,
  epochs: 2,
  seed: 0,
  points: 4,
}
const train = (change: Partial<ConvolutionTraining>): ReturnType<typeof trainConvolutions> =>
  trainConvolutions({ ...BASE, ...change }, TOOLS)

describe('trainConvolutions', () => {
  it('is a function of its configuration', () => {
    expect(train({})).toEqual(train({}))
    expect(train({ seed: 1 }).trainingLoss).not.toEqual(train({}).trainingLoss)
  })

  it('learns, and measures alignments before the first step and up to the last', () => {
    const { trainingLoss, steps, gradientAlignment, weightAlignment, attainable, testAccuracy } = train({ epochs: 6 })
    expect(trainingLoss[5]).toBeLessThan(trainingLoss[0] ?? 0)
    expect([steps[0], steps[steps.length - 1]]).toEqual([0, 60])
    expect(gradientAlignment).toHaveLength(2)
    expect(weightAlignment.map((list) => list.length)).toEqual([steps.length, steps.length])
    // No convolution passes what its projection allows.
    for (const wa of weightAlignment[0]) expect(Math.abs(wa ?? NaN)).toBeLessThanOrEqual(attainable[0].convolution)
    expect(testAccuracy).toBeGreaterThan(0.1)
  })

  it('begins with the last convolution aligned when F is copied into the classifier', () => {
    const { gradientAlignment, weightAlignment } = train({ classifier: 'copied', epochs: 1 })
    expect(gradientAlignment[1][0]).toBeCloseTo(1, 5)
    expect(weightAlignment[1][0]).toBeCloseTo(1, 6)
    expect(Math.abs(gradientAlignment[0][0] ?? 1)).toBeLessThan(0.5)
  })

  it('has no feedback under BP and SHALLOW, and BP fits better', () => {
    const [bp, shallow] = [train({ method: 'BP', epochs: 6 }), train({ method: 'SHALLOW', epochs: 6 })]
    expect([bp.attainable, bp.gradientAlignment, shallow.weightAlignment]).toEqual([[], [], []])
    expect(bp.trainingLoss[5]).toBeLessThan(shallow.trainingLoss[5] ?? 0)
  })

  it('says a divergence with null, and asks for data that are not there', () => {
    const { trainingLoss, testAccuracy } = train({ rate: 1e6, method: 'BP' })
    expect([trainingLoss[1], testAccuracy]).toEqual([null, null])
    expect(() => train({ dataset: 'mnist' })).toThrow(UsageError)
  })
})

describe('convolutionsOf', () => {
  it('loses k − 1 pixels per layer', () => {
    expect(convolutionsOf({ depth: 3, channels: 4, kernel: 4 }, [3, 32, 32])).toEqual([{
      inputChannels: 3,
      outputChannels: 4,
      height: 32,
      width: 32,
      kernel: [4, 4],
    }, { inputChannels: 4, outputChannels: 4, height: 29, width: 29, kernel: [4, 4] }])
  })
})
