import { describe, expect, it } from 'vitest'
import { applyQInto, householderQrInto, reflectInto, reflectionInto,
  upperElement } from '../../../src/tensor/linalg/householder.ts'
import { identity, matrix, multiply, transpose } from '../../../src/tensor/linalg/matrix.ts'
import { distance, EPSILON, orthonormalityError, randomMatrix, SHAPES, xorshift } from './random-matrix.ts'

describe('reflectionInto', () => {
  it('maps x to β·e₁ with the sign that does not cancel', () => {
    for (let seed = 0; seed < 20; seed++) {
      const x = randomMatrix(xorshift(seed), 1, 2 + seed).data
      const v = x.slice()
      const { beta, tau } = reflectionInto(v, 0, x.length)
      reflectInto(x, 0, tau, v, 0, x.length)
      const unit = 8 * EPSILON * Math.abs(beta)
      expect(v[0]).toBe(1)
      expect(Math.abs(x[0] - beta), `seed ${seed}`).toBeLessThan(unit)
      for (let i = 1; i < x.length; i++) expect(Math.abs(x[i]), `seed ${seed}`).toBeLessThan(unit)
    }
    expect(reflectionInto(Float64Array.of(3, 4), 0, 2).beta).toBe(-5)
    expect(reflectionInto(Float64Array.of(-3, 4), 0, 2).beta).toBe(5)
  })

  it('is the identity when nothing stands below, or what stands there is negligible', () => {
    expect(reflectionInto(Float64Array.of(-3), 0, 1)).toEqual({ beta: -3, tau: 0 })
    const v = Float64Array.of(2, 1e-160, 1e-160)
    expect(reflectionInto(v, 0, 3)).toEqual({ beta: 2, tau: 0 })
    expect(v).toEqual(Float64Array.of(1, 0, 0))
  })
})

describe('householderQrInto', () => {
  it('satisfies a·P = Q·R with a diagonal that falls in magnitude when pivoting', () => {
    for (const [m, n] of SHAPES) {
      for (let seed = 0; seed < 3; seed++) {
        const name = `[${m}, ${n}] seed ${seed}`
        const a = transpose(randomMatrix(xorshift(seed), m, n)) // columns stored as rows
        const f = householderQrInto(a.data.slice(), m, n, true)
        const k = Math.min(m, n)
        const qr = matrix(n, m)
        for (let j = 0; j < n; j++) for (let i = 0; i < k; i++) qr.data[j * m + i] = upperElement(f, i, j)
        applyQInto(qr.data, n, f, false)
        const permuted = matrix(n, m)
        for (let j = 0; j < n; j++) {
          permuted.data.set(a.data.subarray(f.order[j] * m, f.order[j] * m + m), j * m)
        }
        expect(distance(permuted, qr), name).toBeLessThan(4)
        for (let j = 1; j < k; j++) {
          expect(Math.abs(f.beta[j]), name).toBeLessThanOrEqual(Math.abs(f.beta[j - 1]) * (1 + 20 * EPSILON))
        }
        expect(Array.from(f.order).sort((x, y) => x - y), name).toEqual(Array.from({ length: n }, (_, j) => j))
      }
    }
  })

  it('gives the same Q from unit columns with and without passing over reflections', () => {
    const f = householderQrInto(randomMatrix(xorshift(1), 7, 9).data, 9, 7, false)
    const short = identity(9)
    const long = identity(9)
    applyQInto(short.data, 9, f, true)
    applyQInto(long.data, 9, f, false)
    expect(short).toEqual(long)
    expect(orthonormalityError(short)).toBeLessThan(4)
    expect(multiply(short, transpose(short)).rows).toBe(9)
  })
})
