import { describe, expect, it } from 'vitest'
import { linearTeacher } from '../../../src/data/index.ts'
import { conditionNumber, eigenvalues, type Matrix, multiply, svd, transpose } from '../../../src/tensor/index.ts'
import { type AlignmentMatrices, alignmentTerms, backwardProduct, conditionOnRank, errorOperator, finalModes, finalRate,
  finalRateRatio, flattened, flowDerivative, grams, layerTerms, modalSpectrum, numericalJacobian, populationStep,
  relativeLoss, stabilityOf, weightsFromAlignment, zeroAlignment } from '../../../src/theory/index.ts'
import { finalSpectrum } from '../../../src/theory/stability/modal-spectrum.ts'
import { feedbackOf } from '../cases.ts'
import { negative, spectralDistance } from './linear-cases.ts'

interface Ended {
  readonly a: AlignmentMatrices
  readonly feedback: readonly Matrix[]
  readonly teacher: Matrix
  readonly spectrum: Float64Array
}

/** The recursion from zero weights to a relative loss. */
function ended(depth: number, inputs: number, outputs: number, condition: number,
  { kind = 'orthogonal' as 'orthogonal' | 'gaussian', rate = 0.01, loss = 1e-14 } = {}): Ended
{
  const seed = 11
  const widths = Array.from({ length: depth - 1 }, (_, l) => outputs + 2 + l)
  const feedback = feedbackOf({ seed, depth, inputs, outputs, widths, kind, batch: 1 })
  const { matrix: teacher, spectrum } = linearTeacher(outputs, inputs, condition, seed)
  const g = grams(feedback)
  let a: AlignmentMatrices = zeroAlignment(depth, inputs, outputs)
  for (let step = 0; step < 200_000 && !(relativeLoss(a, g, { teacher }) < loss); step++) {
    a = populationStep(a, g, { teacher }, rate)
  }
  return { a, feedback, teacher, spectrum }
}

const SETTINGS = [[2, 5, 3, 4], [3, 4, 3, 3], [4, 5, 2, 5], [3, 3, 3, 2], [5, 3, 2, 2]] as const

describe('alignmentTerms', () => {
  it('are those of the full weights, at any time, for both kinds of feedback', () => {
    for (const kind of ['orthogonal', 'gaussian'] as const) {
      for (const [depth, inputs, outputs, condition] of SETTINGS) {
        const { a, feedback } = ended(depth, inputs, outputs, condition, { kind, loss: 0.3 })
        const full = errorOperator(layerTerms(weightsFromAlignment(a, feedback), feedback))
        const reduced = errorOperator(alignmentTerms(a, grams(feedback)))
        reduced.data.forEach((x, i) =>
          expect(Math.abs(x - full.data[i])).toBeLessThan(1e-12 * Math.max(1, ...full.data))
        )
      }
    }
  })
})

describe('modalSpectrum', () => {
  it('is the spectrum of the operator and, but for its sign, of the flow at convergence', () => {
    for (const [depth, inputs, outputs, condition] of SETTINGS) {
      const { a, feedback, teacher } = ended(depth, inputs, outputs, condition)
      const weights = weightsFromAlignment(a, feedback)
      const { u, v } = svd(teacher)
      const right = multiply(transpose(u), a[0])
      const modes = Array.from({ length: outputs }, (_, i) =>
        a.map((al, l) => {
          const inBasis = l === 0 ? multiply(right, v) : multiply(transpose(u), multiply(al, u))
          return inBasis.data[i * outputs + i]
        }))
      const predicted = modalSpectrum(modes, inputs - outputs)
      const operator = eigenvalues(errorOperator(layerTerms(weights, feedback)))
      predicted.forEach((rate, i) => expect(Math.abs(operator.real[i] / rate - 1)).toBeLessThan(1e-9))
      expect(Math.max(...operator.imaginary)).toBeLessThan(1e-6)
      const jacobian = eigenvalues(
        numericalJacobian(flowDerivative(weights, feedback, { teacher }), flattened(weights)),
      )
      expect(spectralDistance(jacobian, negative({ real: predicted, imaginary: predicted.map(() => 0) }))).toBeLessThan(
        3e-6 * predicted[0],
      )
    }
  })

  it('has the ratio of its extremes from the teacher, which is κ(P_1) and the product of all κ(A_l)', () => {
    for (const [depth, inputs, outputs, condition] of SETTINGS) {
      const { a, feedback, spectrum } = ended(depth, inputs, outputs, condition, { rate: 0.002 })
      const { spectrum: found } = stabilityOf(errorOperator(layerTerms(weightsFromAlignment(a, feedback), feedback)))
      const isUsed = inputs === outputs
      const ratio = found.real[0] / found.real[found.real.length - 1]
      expect(Math.abs(ratio / finalRateRatio(condition, depth, isUsed) - 1)).toBeLessThan(0.01)
      const product = a.slice(1).reduce((total, al) => total * conditionNumber(al), isUsed ? 1 : 2 ** depth - 1)
      expect(Math.abs(ratio / product - 1)).toBeLessThan(0.01)
      const above = conditionOnRank(backwardProduct(a, grams(feedback), 1), outputs) * (isUsed ? 1 : 2 ** depth - 1)
      expect(Math.abs(ratio / above - 1)).toBeLessThan(0.01)
      const law = finalSpectrum(spectrum, depth, inputs)
      law.forEach((rate, i) => expect(Math.abs(found.real[i] / rate - 1)).toBeLessThan(0.02))
    }
  })
})

describe('the laws of the end', () => {
  it('agree with the modes in closed form', () => {
    for (const depth of [2, 3, 4, 6]) {
      const spectrum = [2, 1, 0.3]
      const all = finalSpectrum(spectrum, depth, 4)
      expect(all).toHaveLength(12)
      expect(all[0] / finalRate(2, depth)).toBeCloseTo(1, 12)
      expect(all[11] / finalRate(0.3, depth, false)).toBeCloseTo(1, 12)
      expect(finalRate(2, depth) / finalRate(0.3, depth) / finalRateRatio(2 / 0.3, depth)).toBeCloseTo(1, 12)
      expect(finalRate(1, depth) / finalRate(1, depth, false)).toBeCloseTo(2 ** depth - 1, 10)
      expect(finalSpectrum(spectrum, depth, 3)).toHaveLength(9)
    }
    // Two layers by hand: α = (2a, 2a²), λ_ij = 2a_i² + 4a_j².
    const [low, high] = [1, 8].map((s) => finalModes(s, 2)[0] / 2)
    expect(finalSpectrum([8, 1], 2, 3).map((rate) => Math.round(rate * 1e9) / 1e9)).toEqual(
      Float64Array.from([6 * high * high, 2 * low * low + 4 * high * high, 2 * high * high + 4 * low * low,
        2 * high * high, 6 * low * low, 2 * low * low], (rate) => Math.round(rate * 1e9) / 1e9),
    )
  })
})
