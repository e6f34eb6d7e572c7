import { describe, expect, it } from 'vitest'
import { addScaled, diagonal, frobenius, identity, innerProduct, type Matrix, matrix, matrixFromRows, multiply, scaled,
  transpose } from '../../src/tensor/index.ts'
import { centeredCondition, conditionOnRank, directFeedbackStep, fitAlignment, structurelessResidual,
  weightsFromAlignment } from '../../src/theory/index.ts'
import { alignmentOf, batchesOf, type Case, CASES, distance, feedbackOf, gaussian, nameOf } from './cases.ts'

function sizesOf(c: Case): readonly number[] {
  return [c.inputs, ...c.widths, c.outputs]
}

/** Weights without any structure. */
function noise(c: Case, name: string): readonly Matrix[] {
  const sizes = sizesOf(c)
  return sizes.slice(1).map((rows, l) => gaussian(rows, sizes[l], c.seed, `${name}${l}`))
}

describe('fitAlignment', () => {
  it('finds A_l again in exact products, with any feedback and any offset, and leaves nothing over', () => {
    for (const c of CASES) {
      const feedback = feedbackOf(c)
      const a = alignmentOf(c)
      const exact = weightsFromAlignment(a, feedback)
      const plain = fitAlignment(exact, feedback)
      const initial = noise(c, 'initial')
      const offset = fitAlignment(exact.map((w, l) => addScaled(w, 1, initial[l])), feedback, initial)
      for (const [kind, { alignment, residuals }] of [['zero', plain], ['offset', offset]] as const) {
        alignment.forEach((al, l) =>
          expect(distance(al, a[l]), `${nameOf(c)}, ${kind}, layer ${l + 1}`).toBeLessThan(1e-12)
        )
        expect(Math.max(...residuals), `${nameOf(c)}, ${kind}`).toBeLessThan(1e-12)
      }
      // The tester: without its offset the same weights are no product.
      const forgotten = fitAlignment(exact.map((w, l) => addScaled(w, 1, initial[l])), feedback)
      const deepest = c.widths.length // the last layer: n_L × n_{L−1}
      if (c.widths[deepest - 1] > c.outputs) expect(forgotten.residuals[deepest], nameOf(c)).toBeGreaterThan(0.05)
    }
  })

  it('is exact along the training of a linear network from zero weights, and not from others', () => {
    for (const c of CASES.filter(({ depth }) => depth > 2)) {
      const feedback = feedbackOf(c)
      const start = noise(c, 'start').map((w) => scaled(0.3, w))
      let zero: readonly Matrix[] = start.map((w) => matrix(w.rows, w.columns))
      let other: readonly Matrix[] = start
      for (const batch of batchesOf(c, 100)) {
        zero = directFeedbackStep(zero, feedback, batch, 0.02)
        other = directFeedbackStep(other, feedback, batch, 0.02)
      }
      expect(Math.max(...fitAlignment(zero, feedback).residuals), nameOf(c)).toBeLessThan(1e-12)
      expect(fitAlignment(other, feedback, start).residuals[1], nameOf(c)).toBeGreaterThan(1e-3)
    }
  })

  it('splits ‖ΔW‖² into fit and residual, which are orthogonal, so that no other A leaves less', () => {
    for (const c of CASES) {
      const feedback = feedbackOf(c)
      const weights = noise(c, 'weights')
      const { alignment, residuals } = fitAlignment(weights, feedback)
      weightsFromAlignment(alignment, feedback).forEach((fit, l) => {
        const w = weights[l]
        const left = addScaled(w, -1, fit)
        const label = `${nameOf(c)}, layer ${l + 1}`
        expect(Math.abs(innerProduct(fit, left)) / innerProduct(w, w), label).toBeLessThan(1e-13)
        const size = innerProduct(w, w)
        expect(innerProduct(fit, fit) / size + residuals[l] * residuals[l], label).toBeCloseTo(1, 12)
        const other = alignment.map((al, k) => addScaled(al, 0.01, gaussian(al.rows, al.columns, c.seed, `other${k}`)))
        const worse = frobenius(addScaled(w, -1, weightsFromAlignment(other, feedback)[l])) / frobenius(w)
        expect(worse, label).toBeGreaterThan(residuals[l])
      })
    }
  })

  it('has residuals and conditions that do not depend on scale', () => {
    const c = CASES[3]
    const weights = noise(c, 'weights')
    const feedback = feedbackOf(c)
    const { residuals } = fitAlignment(weights, feedback)
    expect(Math.min(...residuals.slice(1))).toBeGreaterThan(0.1)
    for (const k of [-800, 800]) {
      expect(fitAlignment(weights.map((w) => scaled(2 ** k, w)), feedback).residuals).toEqual(residuals)
      const a = gaussian(4, 4, 1, 'condition')
      expect(centeredCondition(scaled(2 ** (k + Math.sign(k) * 210), a))).toBe(centeredCondition(a))
    }
  })

  it('has no residual where nothing has moved', () => {
    const [c] = CASES
    const weights = noise(c, 'weights')
    expect(fitAlignment(weights, feedbackOf(c), weights).residuals).toEqual([NaN, NaN])
  })

  it('refuses what does not fit, naming the argument', () => {
    const feedback = [matrix(5, 2, new Float64Array(10).fill(1)), matrix(4, 2, new Float64Array(8).fill(1))]
    const weights = [matrix(5, 3), matrix(4, 5), matrix(2, 4)]
    const replaced = (l: number, w: Matrix): readonly Matrix[] => weights.map((old, k) => (k === l ? w : old))
    expect(() => fitAlignment(weights.slice(1), feedback)).toThrow(
      new RangeError('fitAlignment: weights must be 3, one more than feedback matrices, got 2'),
    )
    expect(() => fitAlignment(replaced(1, matrix(4, 4)), feedback)).toThrow(
      new RangeError('fitAlignment: weights[1] must have shape [4, 5], got [4, 4]'),
    )
    expect(() => fitAlignment(weights, feedback, replaced(2, matrix(2, 3)))).toThrow(
      new RangeError('fitAlignment: initial[2] must have shape [2, 4], got [2, 3]'),
    )
    expect(() => fitAlignment(weights, feedback, replaced(0, matrix(5, 2)))).toThrow(
      new RangeError('fitAlignment: initial[0] must have 3 columns like weights[0], got 2'),
    )
    expect(() => fitAlignment(weights, [feedback[0], matrix(4, 3)])).toThrow(
      new RangeError('fitAlignment: feedback[1] must have 2 columns, got 3'),
    )
    expect(() => fitAlignment(replaced(0, matrix(5, 3, new Float64Array(15).fill(NaN))), feedback)).toThrow(
      new RangeError('fitAlignment: weights[0] must hold finite numbers only, got one that is not'),
    )
  })
})

describe('structurelessResidual', () => {
  it('is the root mean square residual of matrices without structure', () => {
    for (const c of CASES) {
      const feedback = feedbackOf(c)
      const draws = 400
      const squares = sizesOf(c).slice(1).map(() => 0)
      for (let draw = 0; draw < draws; draw++) {
        fitAlignment(noise(c, `draw${draw}/`), feedback).residuals.forEach((r, l) => {
          squares[l] += r * r / draws
        })
      }
      squares.forEach((mean, l) => {
        const expected = structurelessResidual(sizesOf(c), l + 1)
        expect(Math.abs(Math.sqrt(mean) - expected), `${nameOf(c)}, layer ${l + 1}`).toBeLessThan(0.03)
      })
    }
  })

  it('is near 1 for wide layers, 0 where the fits are everything; refuses other layers', () => {
    expect(structurelessResidual([196, 100, 100, 10], 2)).toBeCloseTo(Math.sqrt(0.99), 14)
    expect(structurelessResidual([196, 100, 100, 10], 3)).toBeCloseTo(Math.sqrt(0.9), 14)
    expect(structurelessResidual([7, 3, 2, 4], 2)).toBe(0)
    for (const layer of [0, 3, 1.5]) {
      expect(() => structurelessResidual([3, 2, 2], layer)).toThrow(
        new RangeError(`structurelessResidual: layer must be in 1 … 2, got ${layer}`),
      )
    }
  })
})

describe('centeredCondition', () => {
  /** C = I − 11ᵀ/n. */
  const centering = (n: number): Matrix => addScaled(identity(n), -1 / n, matrix(n, n, new Float64Array(n * n).fill(1)))

  it('is κ on the rank n − 1 of matrices that annihilate 1, and blind to what lies along it', () => {
    for (let seed = 0; seed < 20; seed++) {
      const n = 3 + (seed % 5)
      const c = centering(n)
      const a = multiply(c, multiply(gaussian(n, n, seed, 'centered'), c))
      const expected = conditionOnRank(a, n - 1)
      const column = gaussian(n, 1, seed, 'column')
      const ones = matrix(1, n, new Float64Array(n).fill(1))
      const along = addScaled(addScaled(a, 3, multiply(column, ones)), -2, multiply(transpose(ones), transpose(column)))
      expect(centeredCondition(a) / expected, `seed ${seed}`).toBeCloseTo(1, 9)
      expect(centeredCondition(along) / expected, `seed ${seed}`).toBeCloseTo(1, 9)
    }
  })

  it('is 1 for multiples of the identity and of the centering matrix, the ratio of its eigenvalues for others', () => {
    expect(centeredCondition(scaled(-3, identity(10)))).toBeCloseTo(1, 12)
    const [u, v] = [[Math.SQRT1_2, -Math.SQRT1_2, 0], [1, 1, -2].map((x) => x / Math.sqrt(6))]
    const basis = transpose(matrixFromRows([u, v]))
    expect(centeredCondition(multiply(basis, multiply(diagonal([4, 0.5]), transpose(basis))))).toBeCloseTo(8, 12)
  })

  it('refuses what is not square', () => {
    for (const [rows, columns] of [[2, 3], [1, 1]]) {
      expect(() => centeredCondition(matrix(rows, columns))).toThrow(
        new RangeError(`centeredCondition: a must be square with at least 2 rows, got [${rows}, ${columns}]`),
      )
    }
  })
})
