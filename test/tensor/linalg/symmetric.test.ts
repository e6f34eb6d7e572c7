import { describe, expect, it } from 'vitest'
import { matrixFromRows, multiply, transpose } from '../../../src/tensor/linalg/matrix.ts'
import { symmetrized } from '../../../src/tensor/linalg/symmetric.ts'
import { EPSILON, randomMatrix, xorshift } from './random-matrix.ts'

describe('symmetrized', () => {
  it('returns a symmetric matrix as it is, in a copy, even at the ends of the range', () => {
    const a = matrixFromRows([[1, 1.7e308, 5e-324], [1.7e308, -2, 3], [5e-324, 3, 0]])
    const out = symmetrized('f', 'a', a)
    expect(out).toEqual(a)
    expect(out.data).not.toBe(a.data)
  })

  it('takes the mean of two elements that differ by rounding', () => {
    const out = symmetrized('f', 'a', matrixFromRows([[1, 1 + 8 * EPSILON], [1, 1]]))
    expect(out.data[1]).toBe(1 + 4 * EPSILON)
    expect(out.data[2]).toBe(1 + 4 * EPSILON)
  })

  it('accepts the rounding of b·c·bᵀ', () => {
    for (let seed = 0; seed < 10; seed++) {
      const random = xorshift(seed)
      const b = randomMatrix(random, 30, 30)
      const c = randomMatrix(random, 30, 30)
      const a = multiply(multiply(b, multiply(c, transpose(c))), transpose(b))
      const out = symmetrized('f', 'a', a)
      expect(out, `seed ${seed}`).toEqual(transpose(out))
      expect(out, `seed ${seed}`).not.toEqual(a)
    }
  })

  it('leaves room for the rounding of subnormal elements', () => {
    const at = (x: number): () => unknown => () => symmetrized('f', 'a', matrixFromRows([[1e-310, x], [0, 1e-310]]))
    expect(at(32 * 5e-324)).not.toThrow()
    expect(at(33 * 5e-324)).toThrow(RangeError)
  })

  it('refuses a difference just above the tolerance', () => {
    const at = (x: number): () => unknown => () => symmetrized('f', 'a', matrixFromRows([[1, x], [0, 1]]))
    expect(at(32 * EPSILON)).not.toThrow()
    expect(at(33 * EPSILON)).toThrow(RangeError)
    expect(at(33 * EPSILON)).toThrow(/^f: a must be symmetric to .* got 0 at \(1, 0\) and 7\.3\d*e-15 at \(0, 1\)$/)
  })
})
