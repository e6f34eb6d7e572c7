import { describe, expect, it } from 'vitest'
import { addScaled, eigenvalues, innerProduct, matrix, multiply, scaled, trace,
  transpose } from '../../../src/tensor/index.ts'
import { errorOperator, exactFeedback, feedbackFlow, fixedPointStability, flattened, flowDerivative, layerTerms,
  leastSymmetricParts, numericalJacobian, operatorTrace, stabilityOf,
  wholeGradientProduct } from '../../../src/theory/index.ts'
import { greatestStableRate } from '../../../src/theory/stability/criteria.ts'
import { populationLoss } from '../../../src/theory/stability/flow.ts'
import { gaussian } from '../cases.ts'
import { covarianceOf, linearCase } from './linear-cases.ts'

const DRAWS = Array.from({ length: 60 }, (_, seed) => seed)
const SIZES = [[4, 5, 3], [5, 3, 2], [3, 4, 3, 2], [4, 3, 3, 3, 2]]

describe('stability', () => {
  it('by backpropagation: no fixed point is unstable', () => {
    for (const seed of DRAWS.slice(0, 10)) {
      for (const sizes of SIZES) {
        const { weights } = linearCase(sizes, seed)
        const { real, imaginary } = eigenvalues(errorOperator(layerTerms(weights, exactFeedback(weights))))
        expect(Math.min(...real)).toBeGreaterThan(-1e-9 * real[0])
        expect(Math.max(...imaginary)).toBeLessThan(1e-7 * real[0])
      }
    }
  })

  it('implies a positive trace, and follows from positive symmetric parts, whatever the inputs', () => {
    let stable = 0, aligned = 0
    for (const seed of DRAWS) {
      for (const sizes of SIZES) {
        const { weights, feedback } = linearCase(sizes, seed)
        // Half exact, so that both kinds occur.
        const mixed = exactFeedback(weights).map((f, l) => addScaled(feedback[l], 1, f))
        const covariance = seed % 2 === 0 ? undefined : covarianceOf(sizes[0], seed)
        const terms = layerTerms(weights, mixed)
        const operator = errorOperator(terms, covariance)
        const { isStable } = stabilityOf(operator)
        const sum = operatorTrace(terms, covariance)
        expect(Math.abs(sum / trace(operator) - 1)).toBeLessThan(1e-9)
        if (isStable) stable++
        if (isStable) expect(sum).toBeGreaterThan(0)
        const parts = leastSymmetricParts(terms)
        if (parts[0] > 0 && parts.every((value) => value >= 0)) {
          aligned++
          expect(isStable).toBe(true)
        }
      }
    }
    expect(stable).toBeGreaterThan(20)
    expect(stable).toBeLessThan(220)
    expect(aligned).toBeGreaterThan(5)
    expect(stable).toBeGreaterThan(aligned)
  })

  it('of discrete steps ends at the greatest rate', () => {
    const found = DRAWS.flatMap((seed) => {
      const { weights, teacher } = linearCase([3, 4, 3, 2], seed)
      // Turned by a fixed angle from the exact feedback: complex spectra, most of them stable.
      const feedback = exactFeedback(weights).map((f, l) =>
        addScaled(f, 0.8, gaussian(f.rows, f.columns, seed, `turn${l}`))
      )
      const stability = fixedPointStability(weights, feedback, { teacher })
      if (!stability.isStable) {
        expect(stability.greatestRate).toBe(0)
        return []
      }
      const { real, imaginary } = eigenvalues(
        numericalJacobian(flowDerivative(weights, feedback, { teacher }), flattened(weights)),
      )
      const radius = (rate: number): number =>
        Math.max(...Array.from(real, (re, i) => Math.hypot(1 + rate * re, rate * imaginary[i])))
      expect(radius(1.001 * stability.greatestRate)).toBeGreaterThan(1 + 1e-6)
      // The neutral directions stay at 1.
      expect(radius(0.999 * stability.greatestRate)).toBeLessThan(1 + 1e-6)
      return [stability]
    })
    expect(found.length).toBeGreaterThan(10)
    expect(found.some(({ spectrum }) => spectrum.imaginary.some((im) => im > 0.1))).toBe(true)
    expect(greatestStableRate({ real: Float64Array.of(1, 1), imaginary: Float64Array.of(1, -1) })).toBe(1)
  })
})

describe('wholeGradientProduct', () => {
  it('is the product of gradient and update, and minus the slope of the loss', () => {
    for (const sizes of SIZES) {
      const { weights, feedback, teacher } = linearCase(sizes, 3)
      const off = gaussian(teacher.rows, teacher.columns, 4, 'teacher')
      const covariance = covarianceOf(sizes[0], 5)
      const task = { teacher: off, covariance }
      const update = feedbackFlow(weights, feedback, task)
      const gradient = feedbackFlow(weights, exactFeedback(weights), task)
      const product = update.reduce((total, u, l) => total + innerProduct(u, gradient[l]), 0)
      const moment = multiply(addScaled(teacher, -1, off), covariance)
      expect(wholeGradientProduct(layerTerms(weights, feedback), moment) / product).toBeCloseTo(1, 10)
      const lossAt = (t: number): number => populationLoss(weights.map((w, l) => addScaled(w, t, update[l])), task)
      expect((lossAt(-1e-6) - lossAt(1e-6)) / 2e-6 / product).toBeCloseTo(1, 5)
    }
  })

  it('shares each layer by its own alignment', () => {
    const { weights, feedback } = linearCase([3, 4, 2], 9)
    const moment = gaussian(2, 3, 9, 'moment')
    const [hidden, output] = layerTerms(weights, feedback)
    const delivered = multiply(feedback[0], moment)
    expect(wholeGradientProduct([hidden], moment)).toBeCloseTo(
      innerProduct(delivered, multiply(transpose(weights[1]), moment)),
      12,
    )
    expect(wholeGradientProduct([output], moment)).toBeGreaterThan(0)
    expect(wholeGradientProduct([{ above: scaled(-1, output.above), below: output.below }], moment)).toBeLessThan(0)
    expect(wholeGradientProduct([hidden], matrix(2, 3))).toBe(0)
  })
})
