import { describe, expect, it } from 'vitest'
import { matrix, multiply, transpose } from '../../../src/tensor/linalg/matrix.ts'
import { completeRowsInto, jacobiInto } from '../../../src/tensor/linalg/one-sided-jacobi.ts'
import { qr } from '../../../src/tensor/linalg/qr.ts'
import { dot } from '../../../src/tensor/linalg/vector.ts'
import { distance, EPSILON, orthonormalityError, randomMatrix, randomOrthogonal, xorshift } from './random-matrix.ts'

describe('jacobiInto', () => {
  it('makes rows orthogonal by one rotation, which it applies to the rest of the row too', () => {
    for (const n of [1, 2, 3, 9, 24]) {
      for (let seed = 0; seed < 3; seed++) {
        const name = `n ${n}, seed ${seed}`
        const x = randomMatrix(xorshift(seed), n, n)
        const w = new Float64Array(2 * n * n)
        for (let i = 0; i < n; i++) {
          w.set(x.data.subarray(i * n, i * n + n), i * 2 * n)
          w[i * 2 * n + n + i] = 1
        }
        const norms = jacobiInto(w, n, 2 * n)
        const y = matrix(n, n)
        const j = matrix(n, n)
        for (let i = 0; i < n; i++) {
          y.data.set(w.subarray(i * 2 * n, i * 2 * n + n), i * n)
          j.data.set(w.subarray(i * 2 * n + n, (i + 1) * 2 * n), i * n)
        }
        expect(orthonormalityError(j), name).toBeLessThan(8)
        expect(distance(y, multiply(j, x)), name).toBeLessThan(8)
        const unit = matrix(n, n, y.data.map((v, p) => v / norms[Math.floor(p / n)]))
        expect(orthonormalityError(transpose(unit)), name).toBeLessThan(8)
      }
    }
  })

  it('gives rows that are negligible the norm zero', () => {
    expect(jacobiInto(Float64Array.of(1, 1, 1e-150, 0), 2, 2)).toEqual(Float64Array.of(Math.SQRT2, 0))
  })

  it('turns a short row away from a row 1e230 times longer', () => {
    const w = Float64Array.of(1e130, 1e130, 0, 1e-100)
    const norms = jacobiInto(w, 2, 2)
    expect(norms[1] / (1e-100 * Math.SQRT1_2)).toBeCloseTo(1, 13)
    expect(w[2] / w[3]).toBeCloseTo(-1, 13)
  })
})

describe('completeRowsInto', () => {
  it('completes any number of orthonormal rows to a basis', () => {
    for (const n of [1, 2, 5, 20]) {
      for (let from = 0; from < n; from++) {
        const rows = randomOrthogonal(xorshift(from), n)
        const kept = rows.data.slice(0, from * n)
        rows.data.fill(NaN, from * n)
        completeRowsInto(rows.data, n, from)
        expect(rows.data.slice(0, from * n), `n ${n}, from ${from}`).toEqual(kept)
        expect(orthonormalityError(transpose(rows)), `n ${n}, seed ${from}`).toBeLessThan(4)
      }
    }
  })

  it('stays orthogonal where every axis is nearly covered, and one orthogonalization is not enough', () => {
    const n = 400 // the missing row is (1, …, 1)/√n
    const first = randomMatrix(xorshift(1), n, n)
    for (let i = 0; i < n; i++) first.data[i * n] = 1
    const q = transpose(qr(first).q).data
    const rows = matrix(n, n)
    rows.data.set(q.subarray(n))
    completeRowsInto(rows.data, n, n - 1)
    for (let i = 0; i < n - 1; i++) {
      expect(Math.abs(dot(rows.data, i * n, rows.data, n * n - n, n)), `row ${i}`).toBeLessThan(4 * EPSILON)
    }
  })

  it('does nothing for from < 0', () => {
    const rows = Float64Array.of(1, EPSILON, 0, 1)
    completeRowsInto(rows, 2, -1)
    expect(rows).toEqual(Float64Array.of(1, EPSILON, 0, 1))
  })
})
