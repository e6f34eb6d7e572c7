import { describe, expect, it } from 'vitest'
import { diagonal, eigenvalues, identity, matrixFromRows, multiply, scaled, trace,
  transpose } from '../../../src/tensor/index.ts'
import { errorOperator, flattened, flowDerivative, hiddenWeightAlignment, layerTerms, leastDecay, leastSymmetricParts,
  numericalJacobian, stabilityOf, transverseSpectrum } from '../../../src/theory/index.ts'
import { feedbackGains, inputGains } from '../../../src/theory/stability/two-layer.ts'
import { covarianceOf, linearCase, spectralDistance } from './linear-cases.ts'

const DRAWS = Array.from({ length: 200 }, (_, seed) => seed)

describe('transverseSpectrum', () => {
  it('is the nonzero spectrum of the flow across the minima, for wide, square and narrow hidden layers', () => {
    for (const sizes of [[4, 5, 3], [7, 4, 3], [3, 3, 3], [1, 2, 1]]) {
      for (const seed of [1, 2, 3]) {
        const { weights, feedback, teacher } = linearCase(sizes, seed)
        const predicted = transverseSpectrum(weights, feedback, teacher)
        expect(predicted.real).toHaveLength(sizes[0] * sizes[2])
        const jacobian = numericalJacobian(flowDerivative(weights, feedback, { teacher }), flattened(weights))
        const size = Math.max(...predicted.real.map(Math.abs))
        expect(spectralDistance(eigenvalues(jacobian), predicted) / size).toBeLessThan(1e-6)
        const { weights: [w1, w2], feedback: [f] } = linearCase(sizes, seed)
        expect(leastDecay(w1, w2, f)).toBeCloseTo(-predicted.real[0], 12)
      }
    }
  })

  it('is refused for other depths and other points', () => {
    const deep = linearCase([3, 4, 3, 2], 1)
    expect(() => transverseSpectrum(deep.weights, deep.feedback, deep.teacher)).toThrow(
      'transverseSpectrum: weights must be of two layers, got 3',
    )
    const { weights, feedback, teacher } = linearCase([3, 4, 2], 1)
    expect(() => transverseSpectrum(weights, feedback, scaled(2, teacher))).toThrow(/must be a fixed point/)
  })

  it('is marginal by hand: gains 1, 3 and −1', () => {
    const w1 = matrixFromRows([[1, 0], [0, 1], [1, 1]])
    const w2 = matrixFromRows([[1, 2, 0]])
    const f = matrixFromRows([[1], [-1], [0.5]])
    const { real } = transverseSpectrum([w1, w2], [f], multiply(w2, w1))
    expect(real[0]).toBeCloseTo(0, 14)
    expect(real[1]).toBeCloseTo(-2, 14)
    expect(leastDecay(w1, w2, f)).toBeCloseTo(0, 14)
  })
})

describe('weight alignment', () => {
  it('is positive at every stable minimum where inputs outnumber hidden units, and not enough', () => {
    let stable = 0, aligned = 0
    for (const seed of DRAWS) {
      const { weights: [w1, w2], feedback: [f] } = linearCase([6, 4, 2], seed)
      expect(inputGains(w1)[5]).toBe(0)
      const alignment = hiddenWeightAlignment(w2, f)
      if (alignment > 0) aligned++
      if (leastDecay(w1, w2, f) <= 0) continue
      stable++
      expect(alignment).toBeGreaterThan(0)
    }
    expect(aligned).toBeGreaterThan(stable)
    expect(stable).toBeGreaterThan(20)
  })

  it('is not needed where the last layer alone learns every error', () => {
    const w1 = scaled(2, identity(2)), w2 = identity(2)
    const f = scaled(-0.5, identity(2))
    expect(leastDecay(w1, w2, f)).toBeCloseTo(3.5, 14)
    expect(hiddenWeightAlignment(w2, f)).toBeCloseTo(-1, 14)
  })

  it('of the three by hand: complex and stable, aligned and unstable twice', () => {
    const w1 = matrixFromRows([[1, 0, 0], [0, 1, 0]])
    const w2 = identity(2)
    const found = [[[1, 2], [-3, 1]], [[3, 0], [0, -1]], [[1, 4], [4, 2]]].map((rows) => {
      const f = matrixFromRows(rows)
      return [trace(multiply(w2, f)), hiddenWeightAlignment(w2, f), leastDecay(w1, w2, f),
        leastSymmetricParts(layerTerms([w1, w2], [f]))[0], feedbackGains(w2, f).imaginary[0]]
    })
    const expected = [[2, 2 / Math.sqrt(30), 1, 0.5, Math.sqrt(6)], [2, 2 / Math.sqrt(20), -1, -1, 0], [3,
      3 / Math.sqrt(74), 1.5 - Math.sqrt(16.25), 1.5 - Math.sqrt(16.25), 0]]
    expected.forEach((row, i) => row.forEach((value, j) => expect(found[i][j]).toBeCloseTo(value, 12)))
  })
})

describe('colored inputs', () => {
  it('leave the sign of stability where the gains are real, and a positive least decay is enough where they are not', () => {
    let real = 0, complex = 0
    for (const seed of DRAWS) {
      const { weights, feedback } = linearCase([3, 4, 2], seed)
      const { isStable } = stabilityOf(errorOperator(layerTerms(weights, feedback), covarianceOf(3, seed)))
      const decay = leastDecay(weights[0], weights[1], feedback[0])
      if (feedbackGains(weights[1], feedback[0]).imaginary[0] === 0) {
        real++
        expect(isStable).toBe(decay > 0)
      } else if (decay > 0) {
        complex++
        expect(isStable).toBe(true)
      }
    }
    expect(Math.min(real, complex)).toBeGreaterThan(20)
  })

  it('can make a minimum with complex gains stable that is not so with white ones', () => {
    const w1 = diagonal([0, 1])
    const f = matrixFromRows([[-0.1, -20], [20, -0.1]])
    const turned = matrixFromRows([[1.5, 0.5], [0.5, 1.5]])
    const terms = layerTerms([w1, identity(2)], [f])
    expect(leastDecay(w1, identity(2), f)).toBeCloseTo(-0.1, 12)
    expect(stabilityOf(errorOperator(terms)).isStable).toBe(false)
    const { leastRate, isStable } = stabilityOf(errorOperator(terms, turned))
    expect(isStable).toBe(true)
    // σ_k (v_kᵀN v_k + Re μ), σ = 1, 2, both eigenvectors at 45° to N = diag(0, 1).
    expect(leastRate).toBeCloseTo(0.4, 2)
  })

  it('refuses shapes that do not fit', () => {
    const { weights: [w1, w2], feedback: [f] } = linearCase([4, 5, 3], 1)
    expect(() => leastDecay(transpose(w1), w2, f)).toThrow('leastDecay: feedback[0] must have shape [4, 3], got [5, 3]')
    expect(() => leastDecay(w1, transpose(w2), f)).toThrow('leastDecay: feedback[0] must have shape [5, 5], got [5, 3]')
    expect(() => leastDecay(w1, matrixFromRows([[1, 2], [3, 4], [5, 6]]), f)).toThrow(
      'leastDecay: w2 must have 5 columns, one per row of w1, got 2',
    )
  })
})
