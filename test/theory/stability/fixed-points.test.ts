import { describe, expect, it } from 'vitest'
import { type Matrix, matrix, matrixFromRows, multiply, transpose } from '../../../src/tensor/index.ts'
import { exactFeedback, feedbackFlow, fixedPointStability, layerTerms } from '../../../src/theory/index.ts'
import { fixedPointResidual, spuriousTeacher } from '../../../src/theory/stability/fixed-points.ts'
import { populationLoss } from '../../../src/theory/stability/flow.ts'
import { gaussian } from '../cases.ts'
import { linearCase } from './linear-cases.ts'

describe('fixed points', () => {
  it('are all points without error, for any feedback and depth', () => {
    for (const sizes of [[4, 5, 3], [3, 4, 5, 2], [5, 2, 4]]) {
      const { weights, feedback, teacher } = linearCase(sizes, 4)
      expect(fixedPointResidual(weights, feedback, { teacher })).toBeLessThan(1e-13)
    }
  })

  it('are none where an error is left and F has full rank, the origin included', () => {
    const { weights, feedback } = linearCase([4, 5, 3], 5)
    const task = { teacher: gaussian(3, 4, 6, 'teacher') }
    expect(fixedPointResidual(weights, feedback, task)).toBeGreaterThan(0.1)
    expect(fixedPointResidual(weights.map(({ rows, columns }) => matrix(rows, columns)), feedback, task))
      .toBeGreaterThan(0.1)
  })

  it('can have an error that the gradient sees where the hidden layer is narrower than the output', () => {
    for (const sizes of [[4, 2, 3], [6, 1, 5], [5, 3, 4]]) {
      const { weights, feedback } = linearCase(sizes, 7)
      const task = { teacher: spuriousTeacher(weights, feedback) }
      expect(fixedPointResidual(weights, feedback, task)).toBeLessThan(1e-13)
      expect(populationLoss(weights, task)).toBeCloseTo(0.5, 12)
      expect(fixedPointResidual(weights, exactFeedback(weights), task)).toBeGreaterThan(0.05)
    }
  })
})

describe('refusals', () => {
  const { weights, feedback, teacher } = linearCase([4, 5, 3], 8)

  it('name the residual of a point that is none', () => {
    const off = [weights[0], { ...weights[1], data: weights[1].data.map((x) => x + 0.1) }]
    expect(() => fixedPointStability(off, feedback, { teacher })).toThrow(
      /^fixedPointStability: weights must be a fixed point, \|velocity\| ≤ 0\.000001·\|weights\|, got 0\.\d+$/,
    )
  })

  it('name the rank of feedback that lacks it, and its cause', () => {
    const deficient = multiply(gaussian(5, 2, 1, 'left'), gaussian(2, 3, 1, 'right'))
    expect(() => fixedPointStability(weights, [deficient], { teacher })).toThrow(
      'fixedPointStability: feedback[0] [5, 3] must have full column rank 3, got rank 2',
    )
    const narrow = linearCase([4, 2, 3], 8)
    expect(() => fixedPointStability(narrow.weights, narrow.feedback, narrow)).toThrow(
      'got rank 2 (n_1 = 2 < n_L = 3: there are fixed points that are no critical points of the loss)',
    )
  })

  it('name feedback that is not one matrix per hidden layer, which would else be taken for exact', () => {
    const deep = linearCase([3, 4, 5, 2], 8)
    const [first, second] = deep.feedback
    const call = (f: readonly Matrix[]) => () => fixedPointStability(deep.weights, f, deep)
    expect(call([first])).toThrow('fixedPointStability: feedback must hold 2 matrices, one per hidden layer, got 1')
    expect(call([first, second, second])).toThrow('feedback must hold 2 matrices, one per hidden layer, got 3')
    expect(call([second, first])).toThrow('fixedPointStability: feedback[0] must have shape [4, 2], got [5, 2]')
    expect(call([first, transpose(second)])).toThrow('feedback[1] must have shape [5, 2], got [2, 5]')
    expect(() => layerTerms(deep.weights, [first])).toThrow('layerTerms: feedback must hold 2 matrices')
    expect(() => feedbackFlow(deep.weights, [first], deep)).toThrow('feedbackFlow: feedback must hold 2 matrices')
    expect(() => layerTerms([], [])).toThrow('layerTerms: weights must be of at least one layer, got none')
    expect(() => spuriousTeacher(deep.weights, deep.feedback)).toThrow(
      'spuriousTeacher: weights must be of two layers, got 3',
    )
    expect(() => spuriousTeacher(weights, [])).toThrow('spuriousTeacher: feedback must hold 1 matrices')
  })

  it('say that a wide hidden layer has no such point', () => {
    expect(() => spuriousTeacher(weights, feedback)).toThrow(
      'spuriousTeacher: hidden width must be below 3 outputs and 4 inputs, got 5',
    )
    expect(spuriousTeacher([matrixFromRows([[1, 0]]), matrixFromRows([[1], [0]])], [matrixFromRows([[1, 0]])])).toEqual(
      transpose(matrixFromRows([[1, 0], [0, -1]])),
    )
  })
})
