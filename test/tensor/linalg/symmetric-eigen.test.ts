import { describe, expect, it } from 'vitest'
import { addScaled, diagonal, identity, type Matrix, matrix, matrixFromRows, multiply,
  transpose } from '../../../src/tensor/linalg/matrix.ts'
import { symmetricEigen } from '../../../src/tensor/linalg/symmetric-eigen.ts'
import { distance, EPSILON, hilbert, leadsPositive, orthonormalityError, randomMatrix, randomOrthogonal, relativeError,
  secondDifference, SQUARE, xorshift } from './random-matrix.ts'

function check(name: string, a: Matrix): Float64Array {
  const before = a.data.slice()
  const { values, vectors } = symmetricEigen(a)
  const n = a.rows
  expect([values.length, vectors.rows, vectors.columns], name).toEqual([n, n, n])
  expect(distance(a, multiply(multiply(vectors, diagonal(values)), transpose(vectors))), name).toBeLessThan(8)
  expect(orthonormalityError(vectors), name).toBeLessThan(8)
  for (let j = 0; j < n; j++) {
    if (j > 0) expect(values[j], name).toBeLessThanOrEqual(values[j - 1])
    expect(leadsPositive(vectors, j), `${name}, column ${j}`).toBe(true)
  }
  expect(a.data, name).toEqual(before)
  return values
}

const conjugate = (q: Matrix, d: readonly number[]): Matrix => multiply(multiply(q, diagonal(d)), transpose(q))

describe('symmetricEigen', () => {
  it('reproduces random, definite, rank-deficient, repeated, graded and scaled matrices of many sizes', () => {
    for (const n of [0, 1, 2, 3, 4, 7, 20, 45]) {
      for (let seed = 0; seed < 4; seed++) {
        const random = xorshift(seed)
        const name = `n ${n}, seed ${seed}`
        const b = randomMatrix(random, n, n)
        const a = addScaled(b, 1, transpose(b))
        check(`random ${name}`, a)
        check(`times 1e200 ${name}`, { ...a, data: a.data.map((x) => x * 1e200) })
        check(`times 1e-200 ${name}`, { ...a, data: a.data.map((x) => x * 1e-200) })
        check(`gram ${name}`, multiply(b, transpose(b)))
        const thin = randomMatrix(random, n, n >> 1)
        check(`rank ${n >> 1} ${name}`, multiply(thin, transpose(thin)))
        const q = randomOrthogonal(random, n)
        const graded = Array.from({ length: n }, (_, i) => 10 ** -(14 * i / Math.max(1, n - 1)))
        check(`graded ${name}`, conjugate(q, graded))
        const repeated = check(`repeated ${name}`, conjugate(q, graded.map((_, i) => (i & 1) * 2 - 1)))
        repeated.forEach((x, i) => expect(Math.abs(x - (i < n >> 1 ? 1 : -1)), name).toBeLessThan(60 * EPSILON))
      }
    }
  })

  it('finds 2 − 2·cos(πj/(n + 1)) for second differences', () => {
    for (const n of [1, 2, 5, 30, 100]) {
      const values = check(`second difference ${n}`, secondDifference(n))
      const exact = Array.from({ length: n }, (_, j) => 2 - 2 * Math.cos(Math.PI * (n - j) / (n + 1)))
      expect(relativeError(values, exact), `n ${n}`).toBeLessThan(8 * EPSILON)
    }
  })

  it('finds the eigenvectors of [2 1; 1 2] and of the exchange matrix', () => {
    const h = Math.SQRT1_2
    const { values, vectors } = symmetricEigen(matrixFromRows([[2, 1], [1, 2]]))
    expect(relativeError(values, [3, 1])).toBeLessThan(2 * EPSILON)
    expect(relativeError(vectors.data.map(Math.abs), [h, h, h, h])).toBeLessThan(2 * EPSILON)
    expect(relativeError(symmetricEigen(matrixFromRows([[0, 1], [1, 0]])).values, [1, -1])).toBeLessThan(2 * EPSILON)
  })

  it('returns a diagonal, sorted, without rounding, and equal values in their order', () => {
    const { values, vectors } = symmetricEigen(diagonal([0.1, -3, 1e-20, 7]))
    expect(Array.from(values)).toEqual([7, 0.1, 1e-20, -3])
    expect(vectors).toEqual(matrixFromRows([[0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [1, 0, 0, 0]]))
    expect(symmetricEigen(identity(5)).vectors).toEqual(identity(5))
    expect(symmetricEigen(matrix(4, 4)).vectors).toEqual(identity(4))
  })

  it('survives blocks that differ by 400 powers of ten', () => {
    check('tiny block', matrixFromRows([[1, 0, 0], [0, 2e-200, 1e-200], [0, 1e-200, 2e-200]]))
    const { values } = symmetricEigen(matrixFromRows([[1e100, 0, 0], [0, 2e-100, 1e-100], [0, 1e-100, 2e-100]]))
    expect(values[1] / 3e-100).toBeCloseTo(1, 13)
    expect(values[2] / 1e-100).toBeCloseTo(1, 13)
    check('extremes', matrixFromRows([[1e300, 1e-300, 1], [1e-300, 1e-300, 1e-10], [1, 1e-10, -1e300]]))
  })

  it('finds the first and ninth eigenvalue of the Hilbert matrix, computed with 60 digits', () => {
    const values = check('Hilbert 12', hilbert(12))
    expect(values[0]).toBeCloseTo(1.7953720595619973, 14)
    expect(values[8] / 2.2519645373627416e-10).toBeCloseTo(1, 5)
  })

  it('equals numpy', () => {
    const a = matrixFromRows(SQUARE)
    const { values, vectors } = symmetricEigen({ ...a, data: a.data.map((x, p) => (x + transpose(a).data[p]) / 2) })
    expect(relativeError(values, [4.994874818268755, 3.2213993946740684, 2.641804612831739, -4.858078825774562]))
      .toBeLessThan(2e-15)
    expect(
      relativeError([0, 1, 2, 3].map((i) => vectors.data[i * 4]), [-0.07435787816805324, 0.6922566370885729,
        -0.5178094177949197, -0.4971167480623138]),
    ).toBeLessThan(4e-15)
  })

  it('keeps the bits when a is multiplied by a power of two', () => {
    const b = randomMatrix(xorshift(2), 7, 7)
    const a = multiply(b, transpose(b))
    const big = symmetricEigen({ ...a, data: a.data.map((x) => x * 2 ** 900) })
    expect(big.vectors.data).toEqual(symmetricEigen(a).vectors.data)
    expect(big.values).toEqual(symmetricEigen(a).values.map((x) => x * 2 ** 900))
  })

  it('refuses what is not square, not finite or not symmetric', () => {
    expect(() => symmetricEigen(matrix(2, 3))).toThrow(new RangeError('symmetricEigen: a must be square, got [2, 3]'))
    expect(() => symmetricEigen(matrixFromRows([[NaN]]))).toThrow(
      new RangeError('symmetricEigen: a must hold finite numbers only, got NaN at (0, 0)'),
    )
    expect(() => symmetricEigen(matrixFromRows([[1, 2], [3, 4]]))).toThrow(
      /^symmetricEigen: a must be symmetric to 16·n·ε·max\|a\| = 2\.\d+e-14, got 3 at \(1, 0\) and 2 at \(0, 1\)$/,
    )
  })
})
