import { describe, expect, it } from 'vitest'
import { addScaled, identity, type Matrix, matrix, matrixFromRows, multiply, scaled,
  transpose } from '../../src/tensor/index.ts'
import { addUpdateSquares, type AlignmentMatrices, applyUpdate, grams, populationUpdate, relativeDifference,
  symmetricPartResidual, updateRecursionResidual, zeroAlignment } from '../../src/theory/index.ts'
import { type Case, CASES, feedbackOf, gaussian, nameOf, teacherOf } from './cases.ts'

const RATE = 0.02

interface Trace {
  readonly update: number
  readonly symmetric: number
  readonly a: AlignmentMatrices
}

/** The worst residuals of a run under a chosen update. */
function trace(c: Case, updateOf: typeof populationUpdate, { steps = 150, skipSquares = false } = {}): Trace {
  const g = grams(feedbackOf(c))
  const task = { teacher: teacherOf(c) }
  let a: AlignmentMatrices = zeroAlignment(c.depth, c.inputs, c.outputs)
  let squares: readonly Matrix[] = Array.from({ length: c.depth - 1 }, () => matrix(c.outputs, c.outputs))
  let update = 0
  let symmetric = 0
  for (let step = 0; step < steps; step++) {
    const change = updateOf(a, g, task)
    update = Math.max(update, updateRecursionResidual(a, g, change))
    if (!skipSquares) squares = addUpdateSquares(squares, g, change, RATE)
    a = applyUpdate(a, change, RATE)
    symmetric = Math.max(symmetric, symmetricPartResidual(a, g, squares))
  }
  return { update, symmetric, a }
}

describe('updateRecursionResidual and symmetricPartResidual', () => {
  it('vanish to rounding along a run, for both kinds of feedback and depths 2 to 5', () => {
    for (const c of CASES) {
      const { update, symmetric } = trace(c, populationUpdate)
      // Measured 4e-13 for two outputs and Gaussian feedback at depth 5, where the products cancel; 1e-13 otherwise.
      expect(update, nameOf(c)).toBeLessThan(1e-12)
      expect(symmetric, nameOf(c)).toBeLessThan(1e-13)
    }
  })

  it('detect a recursion with a wrong factor, a wrong sign or a transposed matrix in one layer', () => {
    const spoil: Readonly<Record<string, (update: Matrix) => Matrix>> = {
      'one per cent too large': (u) => scaled(1.01, u),
      'wrong sign': (u) => scaled(-1, u),
      transposed: (u) => transpose(u),
    }
    for (const c of CASES.filter(({ outputs }) => outputs > 1)) {
      for (const [name, change] of Object.entries(spoil)) {
        // Only products of different Gaussian Gram matrices make an update asymmetric; the symmetric part cannot see that.
        if (name === 'transposed' && (c.kind === 'orthogonal' || c.depth === 2)) continue
        const wrong: typeof populationUpdate = (a, g, task) => {
          const update = populationUpdate(a, g, task)
          return update.map((u, l) => (l === c.depth - 1 ? change(u) : u))
        }
        // A wrong sign diverges soon; the asymmetry of an update grows slowly.
        const found = trace(c, wrong, { steps: name === 'transposed' ? 150 : 20 })
        expect(found.update, `${nameOf(c)}, ${name}`).toBeGreaterThan(name === 'transposed' ? 1e-9 : 1e-3)
        if (name !== 'transposed') expect(found.symmetric, `${nameOf(c)}, ${name}`).toBeGreaterThan(1e-4)
      }
    }
  })

  it('detect forgotten Gram matrices and a forgotten sum of squares', () => {
    for (const c of CASES) {
      const forgotten: typeof populationUpdate = (a, _g, task) =>
        populationUpdate(a, a.slice(1).map((al) => ({
          ...al,
          data: Float64Array.from(al.data, (_, i) => (i % (al.rows + 1) === 0 ? 1 : 0)),
        })), task)
      if (c.kind === 'gaussian' && c.depth > 2) {
        expect(trace(c, forgotten, { steps: 20 }).update, nameOf(c)).toBeGreaterThan(1e-3)
      }
      expect(trace(c, populationUpdate, { skipSquares: true }).symmetric, nameOf(c)).toBeGreaterThan(1e-4)
    }
  })

  it('measure one step by hand', () => {
    // ΔA_2 should be ΔA_1 A_1ᵀ = 2·3; 7 is off by 1/7 of itself.
    const a = [matrixFromRows([[3]]), matrixFromRows([[5]])]
    expect(updateRecursionResidual(a, [matrixFromRows([[1]])], [matrixFromRows([[2]]), matrixFromRows([[7]])]))
      .toBeCloseTo(1 / 7, 15)
    // 2·5 = 10 against 9 − 1 = 8, relative to 10.
    expect(symmetricPartResidual(a, [matrixFromRows([[1]])], [matrixFromRows([[1]])])).toBeCloseTo(0.2, 15)
  })
})

describe('positivity', () => {
  it('2·sym A_{l+1} = A_l G A_lᵀ minus a sum that shrinks with the rate: both sides of the limit', () => {
    for (const c of CASES) {
      const { a } = trace(c, populationUpdate)
      const g = grams(feedbackOf(c))
      for (let l = 1; l + 1 < c.depth; l++) {
        const quadratic = multiply(multiply(a[l], g[l - 1]), transpose(a[l]))
        const gap = addScaled(quadratic, -1, addScaled(a[l + 1], 1, transpose(a[l + 1])))
        for (let i = 0; i < c.outputs; i++) {
          expect(gap.data[i * c.outputs + i], nameOf(c)).toBeGreaterThanOrEqual(-1e-12)
        }
      }
    }
  })
})

describe('relativeDifference', () => {
  it('is ‖x − y‖/‖y‖, 0 for equal matrices even when both vanish, Infinity against zero', () => {
    const y = matrixFromRows([[3, 4]])
    expect(relativeDifference(matrixFromRows([[3, 4.5]]), y)).toBeCloseTo(0.1, 15)
    expect(relativeDifference(y, y)).toBe(0)
    expect(relativeDifference(matrix(2, 2), matrix(2, 2))).toBe(0)
    expect(relativeDifference(y, matrix(1, 2))).toBe(Infinity)
    expect(relativeDifference(gaussian(1, 2, 1, 'nan'), matrixFromRows([[NaN, 1]]))).toBeNaN()
  })

  it('does not depend on scale, also where the difference or a norm leaves the range', () => {
    for (const s of [5e-324, 1e-308, 1e-200, 1e200, 8e307]) {
      expect(relativeDifference(scaled(s, identity(3)), scaled(2 * s, identity(3))), `${s}`).toBe(0.5)
      expect(relativeDifference(scaled(-2 * s, identity(3)), scaled(2 * s, identity(3))), `${s}`).toBe(2)
    }
    expect(relativeDifference(matrixFromRows([[1e300]]), matrixFromRows([[1e-300]]))).toBe(Infinity)
  })
})
