import { describe, expect, it } from 'vitest'
import { conditionNumber, singularValues } from '../../../src/tensor/linalg/condition-number.ts'
import { diagonal, matrix, matrixFromRows, transpose } from '../../../src/tensor/linalg/matrix.ts'
import { svd } from '../../../src/tensor/linalg/svd.ts'
import { cases, EPSILON, randomMatrix, randomOrthogonal, secondDifference, SQUARE, TALL, withSingularValues,
  xorshift } from './random-matrix.ts'

describe('singularValues', () => {
  it('equals those of svd, which turns vectors along, bit for bit', () => {
    for (const [name, a] of cases()) expect(singularValues(a), name).toEqual(svd(a).s)
  })

  it('has the squares sum to the squared Frobenius norm', () => {
    for (let seed = 0; seed < 10; seed++) {
      const a = randomMatrix(xorshift(seed), 8, 3 + seed)
      const norm = a.data.reduce((sum, x) => sum + x * x, 0)
      expect(singularValues(a).reduce((sum, x) => sum + x * x, 0) / norm, `seed ${seed}`).toBeCloseTo(1, 13)
    }
  })
})

describe('conditionNumber', () => {
  it('is the quotient of the extreme singular values', () => {
    expect(conditionNumber(diagonal([1, 8, 0.5]))).toBe(16)
    expect(conditionNumber(matrixFromRows([[3, 4]]))).toBe(1)
    for (let seed = 0; seed < 10; seed++) {
      const random = xorshift(seed)
      const a = withSingularValues(random, 9, 6, [1e5, 3e4, 7, 2, 1, 1])
      expect(conditionNumber(a) / 1e5, `seed ${seed}`).toBeCloseTo(1, 9)
      expect(conditionNumber(transpose(a)) / 1e5, `seed ${seed}`).toBeCloseTo(1, 9)
      expect(conditionNumber(randomOrthogonal(random, 20)) - 1, `seed ${seed}`).toBeLessThan(40 * EPSILON)
    }
  })

  it('is (1 + cos)/(1 − cos) of π/(n + 1) for second differences', () => {
    for (const n of [2, 10, 60]) {
      const c = Math.cos(Math.PI / (n + 1))
      expect(conditionNumber(secondDifference(n)) * (1 - c) / (1 + c), `n ${n}`).toBeCloseTo(1, 11)
    }
  })

  it('survives the ends of the range', () => {
    expect(conditionNumber(diagonal([1e200, 1e-80])) / 1e280).toBeCloseTo(1, 13)
    expect(conditionNumber(diagonal([1.7e308, 1.7e308]))).toBe(1)
    expect(conditionNumber(matrix(2, 2, new Float64Array(4).fill(1.7e308)))).toBe(Infinity)
    const a = randomMatrix(xorshift(4), 6, 4)
    for (const power of [664, -664, 1000, -900]) {
      expect(conditionNumber({ ...a, data: a.data.map((x) => x * 2 ** power) }), `2^${power}`).toBe(conditionNumber(a))
    }
  })

  it('is Infinity for a zero singular value and 1 for an empty matrix', () => {
    expect(conditionNumber(diagonal([1, 0]))).toBe(Infinity)
    expect(conditionNumber(matrix(3, 3))).toBe(Infinity)
    expect(conditionNumber(matrix(0, 4))).toBe(1)
  })

  it('equals numpy', () => {
    expect(conditionNumber(matrixFromRows(SQUARE))).toBeCloseTo(2.715982172785038, 13)
    expect(conditionNumber(matrixFromRows(TALL))).toBeCloseTo(14.326797121944411, 12)
  })

  it('refuses NaN by place', () => {
    const a = matrixFromRows([[1, NaN]])
    expect(() => conditionNumber(a)).toThrow(
      new RangeError('conditionNumber: a must hold finite numbers only, got NaN at (0, 1)'),
    )
    expect(() => singularValues(a)).toThrow(
      new RangeError('singularValues: a must hold finite numbers only, got NaN at (0, 1)'),
    )
  })
})
