import { describe, expect, it } from 'vitest'
import { erf, identity, matrix, matrixFromRows } from '../../../src/tensor/index.ts'
import { cholesky } from '../../../src/tensor/linalg/cholesky.ts'
import { errorCoefficients, fieldCovariance, generalizationError, initialGeneralizationError,
  type OrderParameters } from '../../../src/theory/index.ts'
import { covarianceRows, overFields, randomParameters } from './cases.ts'

describe('fieldCovariance and errorCoefficients', () => {
  it('put the student first: [[Q, R], [Rᵀ, T]] and (v, −A)', () => {
    const p: OrderParameters = {
      Q: matrixFromRows([[1, 2], [2, 3]]),
      R: matrixFromRows([[4], [5]]),
      T: matrixFromRows([[6]]),
      v: Float64Array.of(7, 8),
      A: Float64Array.of(9),
    }
    expect(Array.from(fieldCovariance(p).data)).toEqual([1, 2, 4, 2, 3, 5, 4, 5, 6])
    expect(Array.from(errorCoefficients(p))).toEqual([7, 8, -9])
    const other = randomParameters(3, 2, 1)
    expect(Array.from(fieldCovariance(other).data)).toEqual(covarianceRows(other).flat())
  })
})

describe('generalizationError', () => {
  it.each(['erf', 'linear'] as const)('is half the mean square error by quadrature, %s', (activation) => {
    for (const seed of [1, 2, 3]) {
      const p = randomParameters(2, 1, seed, 0.8)
      const g = activation === 'erf' ? (x: number): number => erf(x / Math.sqrt(2)) : (x: number): number => x
      let mean = 0
      overFields(cholesky(fieldCovariance(p)), 0.25, (x, weight) => {
        const e = p.v[0] * g(x[0]) + p.v[1] * g(x[1]) - p.A[0] * g(x[2])
        mean += weight * e * e / 2
      })
      expect(Math.abs(generalizationError(activation, p) - mean), `seed ${seed}`).toBeLessThan(1e-9 * (1 + mean))
    }
  })

  it('is half the mean square error by quadrature, relu: the kinks leave an error of 1e-4', () => {
    const p = randomParameters(2, 1, 4, 0.8)
    let mean = 0
    overFields(cholesky(fieldCovariance(p)), 0.1, (x, weight) => {
      const [first, second, target] = [x[0], x[1], x[2]].map((value) => Math.max(0, value))
      mean += weight * (p.v[0] * first + p.v[1] * second - p.A[0] * target) ** 2 / 2
    })
    expect(Math.abs(generalizationError('relu', p) / mean - 1)).toBeLessThan(1e-3)
  })

  it('vanishes for a student that is the teacher, in either order', () => {
    const { T, A } = randomParameters(1, 2, 5)
    const swapped = matrixFromRows([[T.data[3], T.data[2]], [T.data[1], T.data[0]]])
    const crossed = matrixFromRows([[T.data[2], T.data[3]], [T.data[0], T.data[1]]])
    for (const activation of ['erf', 'relu', 'linear'] as const) {
      expect(generalizationError(activation, { Q: T, R: T, T, v: A, A }), activation).toBeCloseTo(0, 15)
      const p = { Q: swapped, R: crossed, T, v: Float64Array.of(A[1], A[0]), A }
      expect(generalizationError(activation, p), activation).toBeCloseTo(0, 15)
    }
  })

  it('is the same for (−v, −w) and (v, w) with erf, and not with relu', () => {
    const p = randomParameters(2, 2, 6)
    const flip = (sign: readonly number[], a: OrderParameters): OrderParameters => ({
      ...a,
      Q: matrix(2, 2, a.Q.data.map((x, i) => x * sign[i >> 1] * sign[i & 1])),
      R: matrix(2, 2, a.R.data.map((x, i) => x * sign[i >> 1])),
      v: a.v.map((x, i) => x * sign[i]),
    })
    expect(generalizationError('erf', flip([-1, 1], p))).toBeCloseTo(generalizationError('erf', p), 14)
    const difference = generalizationError('relu', flip([-1, 1], p)) - generalizationError('relu', p)
    expect(Math.abs(difference)).toBeGreaterThan(1e-3)
  })

  it('begins at M/6, M/4 + M(M−1)/(4π) and M/2 for a zero student', () => {
    for (const units of [1, 2, 5]) {
      const A = new Float64Array(units).fill(1)
      const p = { Q: matrix(2, 2), R: matrix(2, units), T: identity(units), v: new Float64Array(2), A }
      const expected = { erf: units / 6, relu: units / 4 + units * (units - 1) / (4 * Math.PI), linear: units / 2 }
      for (const activation of ['erf', 'relu', 'linear'] as const) {
        expect(generalizationError(activation, p), activation).toBeCloseTo(expected[activation], 14)
        expect(initialGeneralizationError(activation, units), activation).toBeCloseTo(expected[activation], 15)
      }
    }
  })

  it('refuses shapes that do not fit and values that are not finite', () => {
    const p = randomParameters(2, 2, 7)
    expect(() => generalizationError('erf', { ...p, R: matrix(2, 3) })).toThrow(
      'generalizationError: R must be [2, 2] for 2 student and 2 teacher units, got [2, 3]',
    )
    expect(() => generalizationError('erf', { ...p, v: Float64Array.of(NaN, 1) })).toThrow(
      'generalizationError: v must hold finite numbers only, got NaN at (0, 0)',
    )
  })
})
