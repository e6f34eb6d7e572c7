import { describe, expect, it } from 'vitest'
import { diagonal, type Matrix, matrix, matrixFromRows, maxAbs, multiply,
  transpose } from '../../../src/tensor/linalg/matrix.ts'
import { pseudoInverse, rank } from '../../../src/tensor/linalg/pseudo-inverse.ts'
import { EPSILON, hilbert, randomMatrix, relativeError, SHAPES, TALL, withSingularValues,
  xorshift } from './random-matrix.ts'

const close = (name: string, x: Matrix, y: Matrix, unit: number): void => {
  expect([x.rows, x.columns], name).toEqual([y.rows, y.columns])
  expect(Math.max(0, ...x.data.map((v, p) => Math.abs(v - y.data[p]))), name).toBeLessThanOrEqual(unit)
}

describe('pseudoInverse', () => {
  it('satisfies the four Penrose conditions for every shape, at full and at half rank, at three scales', () => {
    for (const [m, n] of SHAPES) {
      for (let seed = 0; seed < 3; seed++) {
        const random = xorshift(seed)
        const half = Math.min(m, n) >> 1
        for (const b of [randomMatrix(random, m, n),
          multiply(randomMatrix(random, m, half), randomMatrix(random, half, n))])
        {
          for (const scale of [1, 1e100, 1e-100]) {
            const a = { ...b, data: b.data.map((x) => x * scale) }
            const name = `[${m}, ${n}] seed ${seed} scale ${scale}`
            const p = pseudoInverse(a)
            const ap = multiply(a, p)
            const pa = multiply(p, a)
            const unit = 20 * EPSILON * (m + n) * maxAbs(a) * maxAbs(p) // the condition number, nearly
            close(name, multiply(ap, a), a, unit * maxAbs(a) * (m + n))
            close(name, multiply(pa, p), p, unit * maxAbs(p) * (m + n))
            close(name, ap, transpose(ap), unit)
            close(name, pa, transpose(pa), unit)
          }
        }
      }
    }
  })

  it('drops the singular values at or below the tolerance', () => {
    const a = diagonal([4, 1, 0.25])
    expect(pseudoInverse(a)).toEqual(diagonal([0.25, 1, 4]))
    expect(pseudoInverse(a, 0.25)).toEqual(diagonal([0.25, 1, 0]))
    expect(pseudoInverse(a, 0.2)).toEqual(diagonal([0.25, 1, 4]))
    expect(pseudoInverse(a, 9)).toEqual(matrix(3, 3))
  })

  it('inverts entries of 1e-200 and 1e200', () => {
    expect(pseudoInverse(matrixFromRows([[1e-200]])).data[0]).toBeCloseTo(1e200, -186)
    expect(pseudoInverse(matrixFromRows([[1e200, 1e200]])).data[1] / 5e-201).toBeCloseTo(1, 14)
  })

  it('equals numpy', () => {
    expect(
      relativeError(pseudoInverse(matrixFromRows(TALL)).data, [-0.05432673162518961, 0.005564992968147492,
        0.029042307052519645, 0.09893488857412164, -0.21030027774557306, -0.15131336858500982, 0.10234747937071222,
        0.03412590796590434, -0.5717627014411518, -0.21552249940771145, 0.17555939773065227, -0.04359244491715517,
        0.022501928088596333, 0.39167670616937955, 0.3140188423403216]),
    ).toBeLessThan(4e-15)
  })

  it('refuses NaN, a negative or infinite tolerance, and a result that overflows', () => {
    expect(() => pseudoInverse(matrixFromRows([[NaN]]))).toThrow(
      new RangeError('pseudoInverse: a must hold finite numbers only, got NaN at (0, 0)'),
    )
    expect(() => pseudoInverse(matrix(1, 1), -1)).toThrow(
      new RangeError('pseudoInverse: tolerance must be at least 0, got -1'),
    )
    expect(() => pseudoInverse(matrix(1, 1), Infinity)).toThrow(
      new RangeError('pseudoInverse: tolerance must be a finite number, got Infinity'),
    )
    expect(() => pseudoInverse(matrixFromRows([[1e-310]]), 0)).toThrow(
      /^pseudoInverse: tolerance must keep 1\/s finite, got 0 and s down to 1e-310$/,
    )
  })
})

describe('rank', () => {
  it('finds the rank a matrix was built with', () => {
    for (const [m, n] of SHAPES) {
      for (let r = 0; r <= Math.min(m, n, 9); r++) {
        const random = xorshift(r)
        const a = withSingularValues(random, m, n, Array.from({ length: r }, (_, i) => 1 / (i + 1)))
        expect(rank(a), `[${m}, ${n}] rank ${r} seed ${r}`).toBe(r)
        expect(rank({ ...a, data: a.data.map((x) => x * 1e-200) }), `[${m}, ${n}] rank ${r} seed ${r}`).toBe(r)
      }
    }
  })

  it('counts singular values above the tolerance, equality not included', () => {
    const a = diagonal([4, 1, 0.25])
    expect([rank(a), rank(a, 0.25), rank(a, 1), rank(a, 4)]).toEqual([3, 2, 1, 0])
    expect(rank(hilbert(12))).toBe(11) // s₁₁ = 1.07e-16 < 12·ε·1.8
    expect(rank(hilbert(12), 0)).toBe(12)
    const tall = matrix(100, 2) // tolerance 100·ε, not 2·ε
    tall.data[0] = 1
    tall.data[3] = 50 * EPSILON
    expect(rank(tall)).toBe(1)
    expect(rank(transpose(tall))).toBe(1)
    tall.data[3] = 150 * EPSILON
    expect(rank(tall)).toBe(2)
  })

  it('counts what singular values beyond the range of float64 hide', () => {
    const b = 1.7e308
    const a = matrixFromRows([[b, b], [b, -b]])
    expect(rank(a)).toBe(2)
    expect(rank(a, b)).toBe(2)
    expect(rank(matrixFromRows([[b, b], [b, b]]))).toBe(1)
    expect(rank(matrixFromRows([[5e-324, 0], [0, 1e-323]]), 5e-324)).toBe(1)
    // Two by two of one magnitude: a⁺ = aᵀ/(2b²).
    const half = 0.5 / b
    expect(relativeError(pseudoInverse(a).data, [half, half, half, -half])).toBeLessThan(1e-13)
    expect(() => pseudoInverse(matrixFromRows([[1e-309]]))).toThrow(/keep 1\/s finite, got \S+ and s down to 1e-309/)
  })

  it('refuses NaN and a negative tolerance', () => {
    expect(() => rank(matrixFromRows([[NaN]]))).toThrow('rank: a must hold finite numbers only, got NaN at (0, 0)')
    expect(() => rank(matrix(1, 1), -2)).toThrow(new RangeError('rank: tolerance must be at least 0, got -2'))
  })
})
