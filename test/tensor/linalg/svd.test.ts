import { describe, expect, it } from 'vitest'
import { diagonal, matrix, matrixFromRows, multiply, transpose } from '../../../src/tensor/linalg/matrix.ts'
import { svd } from '../../../src/tensor/linalg/svd.ts'
import { cases, distance, EPSILON, hilbert, leadsPositive, orthonormalityError, randomMatrix, randomOrthogonal,
  relativeError, TALL, xorshift } from './random-matrix.ts'

describe('svd', () => {
  it('reproduces a with orthonormal u and v and descending s, for every shape, rank and condition', () => {
    for (const [name, a] of cases()) {
      const before = a.data.slice()
      const { u, s, v } = svd(a)
      const k = Math.min(a.rows, a.columns)
      expect([u.rows, u.columns, s.length, v.rows, v.columns], name).toEqual([a.rows, k, k, a.columns, k])
      expect(distance(a, multiply(multiply(u, diagonal(s)), transpose(v))), name).toBeLessThan(6)
      expect(orthonormalityError(u), name).toBeLessThan(10)
      expect(orthonormalityError(v), name).toBeLessThan(10)
      for (let j = 0; j < k; j++) {
        expect(s[j], name).toBeGreaterThanOrEqual(0)
        if (j > 0) expect(s[j], name).toBeLessThanOrEqual(s[j - 1])
        expect(leadsPositive(u, j), `${name}, column ${j}`).toBe(true)
      }
      expect(a.data, name).toEqual(before)
    }
  })

  it('keeps small singular values of graded columns, rows and both to full relative accuracy', () => {
    // aᵀ takes another path: columns become rows. Both must agree with each other, digit by digit.
    for (let seed = 0; seed < 20; seed++) {
      const random = xorshift(seed)
      const n = 3 + seed
      const grade = Float64Array.from({ length: n }, () => 10 ** (10 * random() - 10))
      const b = randomOrthogonal(random, n)
      for (const a of [multiply(b, diagonal(grade)), multiply(diagonal(grade), multiply(b, diagonal(grade)))]) {
        const s = svd(a).s
        const t = svd(transpose(a)).s
        for (let j = 0; j < n; j++) expect(Math.abs(s[j] / t[j] - 1), `seed ${seed}, s[${j}]`).toBeLessThan(1e-12)
      }
      // orthogonal columns of known length: the lengths are the singular values
      const lengths = grade.slice().sort((x, y) => y - x)
      svd(multiply(b, diagonal(grade))).s.forEach((x, j) => {
        expect(Math.abs(x / lengths[j] - 1), `seed ${seed}, s[${j}]`).toBeLessThan(50 * EPSILON)
      })
    }
  })

  it('finds both singular values of [1 1; 0 1e-250]', () => {
    const { u, s, v } = svd(matrixFromRows([[1, 1], [0, 1e-250]]))
    expect(s[0]).toBeCloseTo(Math.SQRT2, 14)
    expect(s[1] / (1e-250 * Math.SQRT1_2)).toBeCloseTo(1, 14)
    expect(Math.max(orthonormalityError(u), orthonormalityError(v))).toBeLessThan(4)
  })

  it('finds the singular values of the Hilbert matrix, computed with 60 digits', () => {
    const { s } = svd(hilbert(12))
    const exact = [1.7953720595619973, 0.3802752459550371, 0.04473854875218107, 0.0037223122378911627,
      0.00023308908902177285, 1.1163357483233021e-05, 4.0823761103912114e-07, 1.1228610668336419e-08,
      2.2519645373627416e-10, 3.111348067691508e-12, 2.649276206402993e-14, 1.0674897547441722e-16]
    expect(relativeError(s, exact)).toBeLessThan(4 * EPSILON)
  })

  it('equals numpy', () => {
    const { u, s, v } = svd(matrixFromRows(TALL))
    expect(relativeError(s, [17.437550654625074, 3.709841748081347, 1.2171283299542168])).toBeLessThan(1e-15)
    // numpy's first and third left vectors, signs as documented here
    const column = (a: typeof u, j: number): number[] => Array.from({ length: a.rows }, (_, i) => a.data[i * 3 + j])
    expect(
      relativeError(column(u, 0), [0.2085771765136237, 0.5030266369522854, 0.836942231767639, 0.042615175885345795,
        -0.03422588818633064]),
    ).toBeLessThan(4e-15)
    expect(relativeError(column(v, 0), [0.47410255756493874, 0.5491971856413089, 0.6881927173358128])).toBeLessThan(
      4e-15,
    )
    expect(relativeError(column(v, 1), [-0.8797398978682206, 0.3272945867691762, 0.34487094045513217])).toBeLessThan(
      4e-15,
    )
  })

  it('completes the basis of a zero matrix with unit vectors', () => {
    const { u, s, v } = svd(matrix(3, 2))
    expect(s).toEqual(new Float64Array(2))
    expect(u).toEqual(matrixFromRows([[1, 0], [0, 1], [0, 0]]))
    expect(v).toEqual(matrixFromRows([[1, 0], [0, 1]]))
  })

  it('keeps the bits when a is multiplied by a power of two', () => {
    const a = randomMatrix(xorshift(7), 8, 5)
    const small = svd({ ...a, data: a.data.map((x) => x * 2 ** -664) })
    expect(small.u.data).toEqual(svd(a).u.data)
    expect(small.v.data).toEqual(svd(a).v.data)
    expect(small.s).toEqual(svd(a).s.map((x) => x * 2 ** -664))
  })

  it('gives aᵀ the same singular values and swapped vectors', () => {
    for (let seed = 0; seed < 5; seed++) {
      const a = randomMatrix(xorshift(seed), 9, 4)
      const tall = svd(a)
      const wide = svd(transpose(a))
      expect(wide.s, `seed ${seed}`).toEqual(tall.s)
      expect(wide.u.data.map(Math.abs), `seed ${seed}`).toEqual(tall.v.data.map(Math.abs))
    }
  })

  it('does 300×300', () => {
    const a = randomMatrix(xorshift(3), 300, 300)
    const { u, s, v } = svd(a)
    expect(distance(a, multiply(multiply(u, diagonal(s)), transpose(v)))).toBeLessThan(6)
    expect(orthonormalityError(u)).toBeLessThan(10)
    expect(orthonormalityError(v)).toBeLessThan(10)
  })

  it('refuses NaN by place', () => {
    expect(() => svd(matrixFromRows([[1, 2], [NaN, 3]]))).toThrow(
      new RangeError('svd: a must hold finite numbers only, got NaN at (1, 0)'),
    )
  })
})
