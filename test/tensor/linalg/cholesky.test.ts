import { describe, expect, it } from 'vitest'
import { cholesky, choleskySolve } from '../../../src/tensor/linalg/cholesky.ts'
import { addScaled, diagonal, identity, matrix, matrixFromRows, multiply,
  transpose } from '../../../src/tensor/linalg/matrix.ts'
import { distance, hilbert, randomMatrix, relativeError, secondDifference, SQUARE, xorshift } from './random-matrix.ts'

describe('cholesky', () => {
  it('reproduces positive definite matrices of many sizes and scales', () => {
    for (const n of [0, 1, 2, 3, 6, 19, 50]) {
      for (let seed = 0; seed < 4; seed++) {
        const b = randomMatrix(xorshift(seed), n, n + 2)
        const gram = multiply(b, transpose(b))
        for (const scale of [1, 1e200, 1e-200, 1e300]) {
          const name = `n ${n}, seed ${seed}, scale ${scale}`
          const a = { ...gram, data: gram.data.map((x) => x * scale) }
          const before = a.data.slice()
          const l = cholesky(a)
          expect(distance(a, multiply(l, transpose(l))), name).toBeLessThan(4)
          for (let i = 0; i < n; i++) {
            expect(l.data[i * n + i], name).toBeGreaterThan(0)
            for (let j = i + 1; j < n; j++) expect(l.data[i * n + j], name).toBe(0)
          }
          expect(a.data, name).toEqual(before)
        }
      }
    }
  })

  it('finds the closed form for second differences: Lᵢᵢ² = (i + 2)/(i + 1)', () => {
    const l = cholesky(secondDifference(10))
    for (let i = 0; i < 10; i++) expect(l.data[i * 11]).toBeCloseTo(Math.sqrt((i + 2) / (i + 1)), 14)
  })

  it('passes the ill-conditioned Hilbert matrix of order 11', () => {
    const l = cholesky(hilbert(11))
    expect(distance(hilbert(11), multiply(l, transpose(l)))).toBeLessThan(2)
  })

  it('equals numpy', () => {
    const a = matrixFromRows(SQUARE)
    const l = cholesky(addScaled(multiply(a, transpose(a)), 1, identity(4)))
    expect(
      relativeError(l.data, [3.905124837953327, 0, 0, 0, -0.5761659596980319, 4.661601955002727, 0, 0,
        -0.25607375986579195, 0.2901275204207459, 4.135245125914873, 0, 0.8962581595302719, -4.555002070605711,
        0.07279850258233683, 4.789924615928196]),
    ).toBeLessThan(1e-15)
  })

  it('names the pivot that is not positive', () => {
    const where = '(matrix not positive definite)'
    expect(() => cholesky(diagonal([1, 2, -3]))).toThrow(
      new RangeError(`cholesky: a must have positive pivots, got -3 as pivot 2 of 3 ${where}`),
    )
    expect(() => cholesky(matrixFromRows([[1, 1], [1, 1]]))).toThrow(
      new RangeError(`cholesky: a must have positive pivots, got 0 as pivot 1 of 2 ${where}`),
    )
    expect(() => cholesky(matrix(1, 1))).toThrow(RangeError)
    expect(() => cholesky(matrix(1, 2))).toThrow(new RangeError('cholesky: a must be square, got [1, 2]'))
    expect(() => cholesky(matrixFromRows([[Infinity]]))).toThrow('cholesky: a must hold finite numbers only')
    expect(() => cholesky(matrixFromRows([[1, 0.5], [0, 1]]))).toThrow('cholesky: a must be symmetric')
  })
})

describe('choleskySolve', () => {
  it('solves for many right-hand sides at once', () => {
    for (const [n, k] of [[0, 2], [1, 1], [4, 0], [5, 3], [30, 2]]) {
      for (let seed = 0; seed < 4; seed++) {
        const random = xorshift(seed)
        const c = randomMatrix(random, n, n + 3)
        const a = addScaled(multiply(c, transpose(c)), 1, identity(n))
        const b = randomMatrix(random, n, k)
        const before = b.data.slice()
        expect(distance(b, multiply(a, choleskySolve(cholesky(a), b))), `n ${n}, seed ${seed}`).toBeLessThan(200)
        expect(b.data).toEqual(before)
      }
    }
  })

  it('reads the lower triangle only', () => {
    const l = matrixFromRows([[2, 99], [1, 3]])
    expect(choleskySolve(l, matrixFromRows([[4], [11]]))).toEqual(matrixFromRows([[0.5], [1]]))
  })

  it('refuses solutions beyond the range', () => {
    expect(() => choleskySolve(matrixFromRows([[1e-100]]), matrixFromRows([[1e200]]))).toThrow(
      new RangeError('choleskySolve: b must be small enough for a finite result, got elements up to 1e+200'),
    )
  })

  it('refuses shapes that do not fit and a zero on the diagonal', () => {
    const l = matrixFromRows([[1, 0], [1, 0]])
    expect(() => choleskySolve(matrix(2, 1), matrix(2, 1))).toThrow('choleskySolve: l must be square, got [2, 1]')
    expect(() => choleskySolve(l, matrix(3, 1))).toThrow(
      new RangeError('choleskySolve: b must have 2 rows like l, got [3, 1]'),
    )
    expect(() => choleskySolve(l, matrix(2, 1))).toThrow(
      new RangeError('choleskySolve: l must have a diagonal without zeros, got 0 at 1'),
    )
    expect(() => choleskySolve(identity(1), matrixFromRows([[NaN]]))).toThrow('choleskySolve: b must hold finite')
  })
})
