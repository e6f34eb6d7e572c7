import { describe, expect, it } from 'vitest'
import { type Matrix, matrix, matrixFromRows, multiply } from '../../../src/tensor/linalg/matrix.ts'
import { qr } from '../../../src/tensor/linalg/qr.ts'
import { cases, distance, orthonormalityError, randomMatrix, relativeError, TALL, xorshift } from './random-matrix.ts'

describe('qr', () => {
  it('reproduces a with an orthonormal q and a triangular r of non-negative diagonal, for every shape and rank', () => {
    for (const [name, a] of cases()) {
      const before = a.data.slice()
      const { q, r } = qr(a)
      const k = Math.min(a.rows, a.columns)
      expect([q.rows, q.columns, r.rows, r.columns], name).toEqual([a.rows, k, k, a.columns])
      expect(distance(a, multiply(q, r)), name).toBeLessThan(4)
      expect(orthonormalityError(q), name).toBeLessThan(8)
      for (let i = 0; i < k; i++) {
        expect(r.data[i * a.columns + i], name).toBeGreaterThanOrEqual(0)
        for (let j = 0; j < i; j++) expect(r.data[i * a.columns + j], name).toBe(0)
      }
      expect(a.data, name).toEqual(before)
    }
  })

  it('keeps the bits when a is multiplied by a power of two', () => {
    const a = randomMatrix(xorshift(5), 9, 6)
    const big = qr({ ...a, data: a.data.map((x) => x * 2 ** -700) })
    expect(big.q.data).toEqual(qr(a).q.data)
    expect(big.r.data).toEqual(qr(a).r.data.map((x) => x * 2 ** -700))
  })

  it('finds a diagonal of 1e-250 beside one of 1', () => {
    const { q, r } = qr(matrixFromRows([[1, 3], [0, 3e-250], [0, 4e-250]]))
    expect(r.data[3] / 5e-250).toBeCloseTo(1, 14)
    expect(orthonormalityError(q)).toBeLessThan(4)
  })

  it('equals numpy up to the sign of rows of r', () => {
    const { q, r } = qr(matrixFromRows(TALL))
    expect(
      relativeError(r.data, [8.888194417315589, 8.466286454468328, 10.688335058797225, 0, 4.731225387876387,
        5.338890371955796, 0, 0, 1.8723630169183996]),
    ).toBeLessThan(1e-15)
    const first = [0, 1, 2, 3, 4].map((i) => q.data[i * 3])
    expect(
      relativeError(first, [0.11250879009260228, 0.4500351603704095, 0.7875615306482167, 0.22501758018520476,
        -0.33752637027780713]),
    ).toBeLessThan(1e-15)
  })

  it('makes a 1000×1000 orthogonal matrix', () => {
    const q: Matrix = qr(randomMatrix(xorshift(1), 1000, 1000)).q
    const sample = matrix(1000, 12)
    for (let i = 0; i < 1000; i++) for (let j = 0; j < 12; j++) sample.data[i * 12 + j] = q.data[i * 1000 + 83 * j]
    expect(orthonormalityError(sample)).toBeLessThan(20)
  })

  it('refuses columns longer than any float64, and no others', () => {
    const b = 1.7e308
    expect(() => qr(matrixFromRows([[b, b], [b, -b]]))).toThrow(
      new RangeError('qr: a must have columns of finite length, got elements up to 1.7e+308'),
    )
    expect(qr(matrixFromRows([[b, b / 2], [0, -b]])).r.data).toEqual(Float64Array.of(b, b / 2, 0, b))
  })

  it('refuses NaN and infinity by place', () => {
    expect(() => qr(matrixFromRows([[1, NaN]]))).toThrow(
      new RangeError('qr: a must hold finite numbers only, got NaN at (0, 1)'),
    )
    expect(() => qr(matrixFromRows([[1], [-Infinity]]))).toThrow(RangeError)
  })
})
