import { describe, expect, it } from 'vitest'
import { identity, matrix, matrixFromRows, maxAbs, multiply, scaled } from '../../../src/tensor/linalg/matrix.ts'
import { inverse, solve } from '../../../src/tensor/linalg/solve.ts'
import { distance, EPSILON, hilbert, randomMatrix, relativeError, secondDifference, SQUARE,
  xorshift } from './random-matrix.ts'

describe('solve', () => {
  it('leaves a residual of rounding size for many sizes, scales and right-hand sides', () => {
    for (const [n, k] of [[0, 0], [0, 3], [1, 1], [2, 1], [3, 0], [5, 5], [24, 3], [60, 1]]) {
      for (let seed = 0; seed < 4; seed++) {
        const random = xorshift(seed)
        const a = randomMatrix(random, n, n)
        const b = randomMatrix(random, n, k)
        const before = [a.data.slice(), b.data.slice()]
        for (const scale of [1, 1e200, 1e-200]) {
          const x = scaled(scale, solve(scaled(scale, a), b))
          const residual = multiply(a, x)
          const unit = EPSILON * (n + 1) * (maxAbs(a) * maxAbs(x) + maxAbs(b))
          residual.data.forEach((r, p) => {
            expect(Math.abs(r - b.data[p]), `n ${n}, seed ${seed}, scale ${scale}`).toBeLessThan(unit)
          })
        }
        expect([a.data, b.data]).toEqual(before)
      }
    }
  })

  it('needs its pivoting: a zero or a tiny first element does no harm', () => {
    expect(solve(matrixFromRows([[0, 1], [1, 0]]), matrixFromRows([[3], [5]]))).toEqual(matrixFromRows([[5], [3]]))
    const { data } = solve(matrixFromRows([[1e-20, 1], [1, 1]]), matrixFromRows([[1], [2]]))
    expect(relativeError(data, [1, 1])).toBeLessThan(2 * EPSILON)
  })

  it('keeps the residual small for the Hilbert matrix of order 12, whose condition is 1.7e16', () => {
    const b = matrix(12, 1, new Float64Array(12).fill(1))
    const x = solve(hilbert(12), b)
    const residual = multiply(hilbert(12), x).data.map((r) => Math.abs(r - 1))
    expect(Math.max(...residual)).toBeLessThan(12 * EPSILON * maxAbs(x))
  })

  it('equals numpy', () => {
    expect(
      relativeError(solve(matrixFromRows(SQUARE), matrixFromRows([[1], [2], [3], [4]])).data, [0.14213499851323216,
        1.0104073743681237, 1.1400535236396074, 0.3853702051739519]),
    ).toBeLessThan(1e-15)
  })

  it('refuses singular matrices, overflow, and shapes that do not fit', () => {
    expect(() => solve(matrixFromRows([[1, 2], [2, 4]]), matrix(2, 1))).toThrow(
      new RangeError('solve: a must be invertible, got a zero pivot at column 1 of 2 (matrix singular)'),
    )
    expect(() => solve(matrix(1, 1), matrix(1, 1))).toThrow(RangeError)
    expect(() => solve(matrixFromRows([[1e-300]]), matrixFromRows([[1e300]]))).toThrow(
      new RangeError(
        'solve: a must be far enough from singular for a finite result, got a [1, 1] whose result ' + 'overflows',
      ),
    )
    expect(() => solve(matrix(2, 3), matrix(2, 1))).toThrow(new RangeError('solve: a must be square, got [2, 3]'))
    expect(() => solve(identity(2), matrix(3, 1))).toThrow(
      new RangeError('solve: b must have 2 rows like a, got [3, 1]'),
    )
    expect(() => solve(identity(1), matrixFromRows([[NaN]]))).toThrow('solve: b must hold finite numbers only, got NaN')
    expect(() => solve(matrixFromRows([[Infinity]]), matrix(1, 1))).toThrow('solve: a must hold finite numbers only')
  })
})

describe('solve at the ends of the range', () => {
  it('is right where elements of U overflow, and where they are subnormal', () => {
    const high = solve(matrixFromRows([[1e308, 1e308], [-1e308, 1e308]]), matrixFromRows([[1e307], [0]]))
    expect(relativeError(high.data, [0.05, 0.05])).toBeLessThan(1e-15)
    const low = solve(matrixFromRows([[2e-310, 1e-310], [1e-310, 3e-310]]), matrixFromRows([[3e-310], [4e-310]]))
    expect(relativeError(low.data, [1, 1])).toBeLessThan(1e-13) // the elements themselves are rounded at 2⁻¹⁰⁷⁴
    const b = 1.7e308
    const turned = inverse(matrixFromRows([[b, b], [b, -b]])).data
    expect(relativeError(turned, [0.5 / b, 0.5 / b, 0.5 / b, -0.5 / b])).toBeLessThan(1e-13)
    // A pivot that only an overflow makes zero: row 2 loses its elements to Infinity.
    const three = matrixFromRows([[b, b, 0], [-b, b, b], [b, -b, b]])
    expect(relativeError(solve(three, matrixFromRows([[b], [b], [b]])).data, [0.5, 0.5, 1])).toBeLessThan(1e-15)
  })

  it('has the same bits at every scale of a and b', () => {
    for (let seed = 0; seed < 10; seed++) {
      const random = xorshift(seed)
      const a = randomMatrix(random, 5, 5)
      const b = randomMatrix(random, 5, 2)
      const plain = solve(a, b).data
      for (const [i, j] of [[-1000, -1000], [1000, 1000], [-500, 450], [450, -500]]) {
        const found = solve(scaled(2 ** i, a), scaled(2 ** j, b))
        expect(found.data.map((x) => x * 2 ** (i - j)), `seed ${seed}: 2^${i}, 2^${j}`).toEqual(plain)
      }
    }
  })

  it('refuses results beyond the range', () => {
    expect(() => solve(matrixFromRows([[1e-300]]), matrixFromRows([[1e300]]))).toThrow(/whose result overflows/)
    expect(() => inverse(matrixFromRows([[1e-309]]))).toThrow(/whose result overflows/)
  })
})

describe('inverse', () => {
  it('multiplies to the identity from both sides', () => {
    for (const n of [0, 1, 2, 7, 30]) {
      for (let seed = 0; seed < 4; seed++) {
        const a = randomMatrix(xorshift(seed), n, n)
        const x = inverse(a)
        const bound = 2 * maxAbs(a) * maxAbs(x) * n
        expect(distance(identity(n), multiply(a, x)), `n ${n}, seed ${seed}`).toBeLessThanOrEqual(bound)
        expect(distance(identity(n), multiply(x, a)), `n ${n}, seed ${seed}`).toBeLessThanOrEqual(bound)
      }
    }
  })

  it('finds the closed form for second differences: min(i, j)·(n + 1 − max(i, j))/(n + 1)', () => {
    const n = 9
    const x = inverse(secondDifference(n))
    for (let i = 1; i <= n; i++) {
      for (let j = 1; j <= n; j++) {
        expect(x.data[(i - 1) * n + j - 1]).toBeCloseTo(Math.min(i, j) * (n + 1 - Math.max(i, j)) / (n + 1), 13)
      }
    }
  })

  it('equals numpy', () => {
    expect(
      relativeError(inverse(matrixFromRows(SQUARE)).data, [0.1336108633164833, 0.14510853404698187, -0.1845574387947269,
        0.06799484587174151, -0.0432153830904946, 0.2616711269699673, 0.07156308851224104, 0.07889780949549013,
        0.008920606601248887, 0.09277430865298841, 0.06779661016949153, 0.18554861730597683, 0.22836752899197146,
        -0.024977698483496874, 0.13559322033898305, -0.04995539696699375]),
    ).toBeLessThan(2e-15)
  })

  it('names itself in errors', () => {
    expect(() => inverse(matrix(2, 2))).toThrow(
      new RangeError('inverse: a must be invertible, got a zero pivot at column 0 of 2 (matrix singular)'),
    )
    expect(() => inverse(matrix(2, 1))).toThrow(new RangeError('inverse: a must be square, got [2, 1]'))
  })
})
