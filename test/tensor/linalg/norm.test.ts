import { describe, expect, it } from 'vitest'
import { identity, innerProduct, matrix, matrixFromRows, scaled } from '../../../src/tensor/linalg/matrix.ts'
import { frobenius, matrixCosine, normalized } from '../../../src/tensor/linalg/norm.ts'
import { randomMatrix, xorshift } from './random-matrix.ts'

describe('frobenius', () => {
  it('is the root of the plain sum of squares, to the bit, for ordinary numbers', () => {
    for (let seed = 0; seed < 50; seed++) {
      for (const scale of [1e-100, 1e-3, 1, 7, 1e100]) {
        const a = scaled(scale, randomMatrix(xorshift(seed), 4, 7))
        expect(frobenius(a), `seed ${seed}, scale ${scale}`).toBe(Math.sqrt(innerProduct(a, a)))
      }
    }
  })

  it('is right at both ends of the range, and infinite only when the norm is', () => {
    const of = (s: number): number => frobenius(matrixFromRows([[3 * s, 0], [0, -4 * s]]))
    for (const k of [-1074, -1070, -700, 700, 1020]) expect(of(2 ** k), `2^${k}`).toBe(5 * 2 ** k)
    expect(frobenius(matrixFromRows([[1e308, 1e308], [1e308, 1e308]]))).toBe(Infinity)
    expect(frobenius(matrix(3, 2))).toBe(0)
    expect(frobenius(matrix(0, 0))).toBe(0)
  })

  it('passes on what is not finite', () => {
    expect(frobenius(matrixFromRows([[1, -Infinity]]))).toBe(Infinity)
    expect(frobenius(matrixFromRows([[1, NaN]]))).toBeNaN()
  })
})

describe('matrixCosine', () => {
  it('is ⟨a, b⟩/(‖a‖‖b‖) and has the same bits at every scale', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = xorshift(seed)
      const a = randomMatrix(random, 3, 4)
      const b = randomMatrix(random, 3, 4)
      const plain = innerProduct(a, b) / (frobenius(a) * frobenius(b))
      for (const [i, j] of [[0, 0], [-1000, -1000], [1000, 1000], [-1000, 1000]]) {
        expect(matrixCosine(scaled(2 ** i, a), scaled(2 ** j, b)), `seed ${seed}: 2^${i}, 2^${j}`).toBe(plain)
      }
    }
  })

  it('is NaN where there is no direction and refuses other sizes', () => {
    expect(matrixCosine(matrix(2, 2), identity(2))).toBeNaN()
    expect(() => matrixCosine(identity(2), identity(3))).toThrow(
      new RangeError('innerProduct: b must have 4 elements like a, got 9'),
    )
  })
})

describe('normalized', () => {
  it('is a times a power of two with its largest element in [1, 2)', () => {
    expect(normalized(matrixFromRows([[1e-320, -5e-324]])).data[0]).toBe(1e-320 * 2 ** 1023)
    expect(normalized(matrixFromRows([[-12, 3]])).data).toEqual(Float64Array.of(-1.5, 0.375))
    expect(normalized(matrix(1, 2)).data).toEqual(Float64Array.of(0, 0))
  })
})
