import { describe, expect, it } from 'vitest'
import { addScaled, eigenvalues, matrix, multiply, scaled } from '../../../src/tensor/index.ts'
import { errorOperator, exactFeedback, feedbackFlow, flattened, flowDerivative, layerTerms, numericalJacobian,
  relativeDifference, transportedFeedback } from '../../../src/theory/index.ts'
import { gaussian } from '../cases.ts'
import { covarianceOf, linearCase, negative, spectralDistance } from './linear-cases.ts'

const SIZES = [[4, 5, 3], [3, 4, 5, 2], [2, 3, 4, 3, 2], [5, 3, 2], [3, 2, 4, 1]]

/** Ḋ by the chain rule from the velocities. */
const errorVelocity = (weights: Parameters<typeof layerTerms>[0], velocity: Parameters<typeof layerTerms>[0]) => {
  let sum = matrix(weights[weights.length - 1].rows, weights[0].columns)
  velocity.forEach((v, l) => {
    const factors = weights.map((w, k) => k === l ? v : w)
    sum = addScaled(sum, 1, factors.slice(1).reduce((product, w) => multiply(w, product), factors[0]))
  })
  return sum
}

describe('errorOperator', () => {
  it('moves the error at every point, fixed or not, by direct, transported and exact feedback, any covariance', () => {
    for (const sizes of SIZES) {
      const { weights, transports, feedback, teacher } = linearCase(sizes, 1)
      const off = addScaled(teacher, 1, gaussian(teacher.rows, teacher.columns, 2, 'off'))
      const task = { teacher: off, covariance: covarianceOf(sizes[0], 3) }
      for (const f of [feedback, transportedFeedback(transports), exactFeedback(weights)]) {
        const operator = errorOperator(layerTerms(weights, f), task.covariance)
        const error = addScaled(teacher, -1, off)
        const moved = multiply(operator, matrix(error.data.length, 1, error.data))
        const velocity = errorVelocity(weights, feedbackFlow(weights, f, task))
        expect(relativeDifference({ ...velocity, data: moved.data }, scaled(-1, velocity))).toBeLessThan(1e-13)
      }
    }
  })

  it('has the nonzero spectrum of the flow at a fixed point, with the sign changed', () => {
    for (const sizes of SIZES.slice(0, 4)) {
      const { weights, transports, feedback, teacher } = linearCase(sizes, 5)
      for (const f of [feedback, transportedFeedback(transports)]) {
        for (const covariance of [undefined, covarianceOf(sizes[0], 6)]) {
          const task = covariance === undefined ? { teacher } : { teacher, covariance }
          const jacobian = numericalJacobian(flowDerivative(weights, f, task), flattened(weights))
          const operator = eigenvalues(errorOperator(layerTerms(weights, f), covariance))
          // Neutral directions are degenerate: rounding of differences moves their zeros by its square root.
          const size = Math.max(...operator.real.map(Math.abs))
          expect(spectralDistance(eigenvalues(jacobian), negative(operator)) / size).toBeLessThan(2e-6)
        }
      }
    }
  })

  it('is no larger than said', () => {
    const { weights, feedback } = linearCase([4, 5, 3], 1)
    expect(() => errorOperator(layerTerms(weights, feedback), undefined, 1000)).toThrow(
      'errorOperator: the operator must have at most 1000 bytes, got 1152 for [12, 12]',
    )
    const wide = [matrix(1, 3000), matrix(2, 1)]
    expect(() => errorOperator(layerTerms(wide, [matrix(1, 2)]))).toThrow(
      'at most 268435456 bytes, got 288000000 for [6000, 6000]',
    )
  })
})
