import { describe, expect, it } from 'vitest'
import { conditionedCovariance, gaussianInputs, pcaWhitening, secondMoment } from '../../src/data/index.ts'
import { diagonal, identity, matmul, type Matrix, matrix, multiply, type Tensor, tensor,
  transpose } from '../../src/tensor/index.ts'
import { ordinary, xorshift } from '../tensor/bits.ts'

/** ⟨x_i x_j⟩, one sum after another. */
function naive(x: Tensor): number[] {
  const [count, n] = x.shape
  return Array.from({ length: n * n }, (_, at) => {
    let total = 0
    for (let row = 0; row < count; row++) total += x.data[row * n + Math.floor(at / n)] * x.data[row * n + at % n]
    return total / count
  })
}

/** W M Wᵀ in float64. */
function conjugated(w: Tensor, m: Matrix): Matrix {
  const wide = matrix(w.shape[0], w.shape[1], Float64Array.from(w.data))
  return multiply(multiply(wide, m), transpose(wide))
}

describe('secondMoment', () => {
  it('is ⟨x xᵀ⟩ in float64, rows ascending, to the bit', () => {
    for (const [count, n] of [[1, 1], [1, 5], [7, 3], [40, 12]]) {
      for (let seed = 0; seed < 4; seed++) {
        // Half of the elements are zero, as in images.
        const data = ordinary(xorshift(seed), count * n).map((v, i) => (seed % 2 === 1 && i * 7 % 3 > 0 ? 0 : v))
        const x = tensor([count, n], data)
        const out = secondMoment(x)
        expect([out.rows, out.columns]).toEqual([n, n])
        expect([...out.data].map((v) => v + 0), `[${count}, ${n}] seed ${seed}`).toEqual(naive(x).map((v) => v + 0))
        expect(x.data).toEqual(data)
      }
    }
  })

  it('subtracts no mean', () => {
    expect([...secondMoment(tensor([2, 2], Float32Array.of(1, 3, 1, 3))).data]).toEqual([1, 3, 3, 9])
  })
})

describe('pcaWhitening', () => {
  it('gives the identity on the kept directions and nothing elsewhere', () => {
    for (const [n, condition, most] of [[1, 1, Infinity], [6, 50, Infinity], [12, 1000, Infinity], [12, 1000, 5], [8,
      10, 0]])
    {
      const { covariance } = conditionedCovariance(n, condition, 4)
      const { transform, rank } = pcaWhitening(covariance, most)
      const name = `n ${n} κ ${condition} most ${most}`
      expect(rank, name).toBe(Math.min(n, most))
      expect(transform.shape, name).toEqual([n, n])
      const white = conjugated(transform, covariance)
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          // The transform is rounded to float32: 2⁻²⁴·√κ for the smallest direction.
          expect(Math.abs(white.data[i * n + j] - (i === j && i < rank ? 1 : 0)), `${name} ${i} ${j}`).toBeLessThan(
            4 * 2 ** -24 * Math.sqrt(n * condition),
          )
        }
      }
      expect([...transform.data.subarray(rank * n)].every((v) => v === 0), name).toBe(true)
    }
  })

  it('whitens the data that it was made from', () => {
    const z = gaussianInputs(500, 7, 1, conditionedCovariance(7, 30, 2).root)
    const x = tensor([500, 7], Float32Array.from(z.data))
    const { transform } = pcaWhitening(secondMoment(x))
    const again = secondMoment(matmul(x, transform, { transposeB: true }))
    again.data.forEach((v, at) => expect(Math.abs(v - identity(7).data[at]), String(at)).toBeLessThan(1e-5))
  })

  it('takes the largest eigenvalues first and cuts at tolerance·λ₁', () => {
    const moment = diagonal([1e-6, 4, 0, 1, 0.25])
    const absolute = (t: Tensor): number[][] =>
      [0, 1, 2, 3, 4].map((row) => [...t.data.subarray(5 * row, 5 * row + 5)].map(Math.abs))
    const zero = [0, 0, 0, 0, 0]
    const { transform, rank } = pcaWhitening(moment)
    expect(rank).toBe(3)
    expect(absolute(transform)).toEqual([[0, 0.5, 0, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 2], zero, zero])
    expect(pcaWhitening(moment, Infinity, 1e-8).rank).toBe(4)
    expect(pcaWhitening(moment, Infinity, 0.25).rank).toBe(1)
    expect(pcaWhitening(moment, 2).rank).toBe(2)
    expect(pcaWhitening(matrix(3, 3))).toEqual({ transform: tensor([3, 3]), rank: 0 })
  })

  it('refuses tolerances that are not positive', () => {
    expect(() => pcaWhitening(identity(2), 2, 0)).toThrow(
      new RangeError('pcaWhitening: tolerance must be positive, got 0'),
    )
    expect(() => pcaWhitening(identity(2), 2, NaN)).toThrow(RangeError)
  })

  it('refuses data and moments that are not finite, whatever part of them, by name and place', () => {
    const bad = tensor([3, 2], Float32Array.of(1, 2, 0, NaN, NaN, NaN))
    expect(() => secondMoment(bad)).toThrow(
      new RangeError('secondMoment: x must hold finite numbers only, got NaN at (1, 1)'),
    )
    expect(() => pcaWhitening(matrix(2, 2, Float64Array.of(NaN, NaN, NaN, 1)))).toThrow(
      new RangeError('pcaWhitening: moment must hold finite numbers only, got NaN at (0, 0)'),
    )
  })

  it('refuses what no data has as its moment, directions below none and factors beyond float32', () => {
    expect(() => pcaWhitening(diagonal([-1, -2]))).toThrow(
      new RangeError('pcaWhitening: moment must have no negative eigenvalue, got -2'),
    )
    expect(pcaWhitening(diagonal([1, -1e-9])).rank).toBe(1) // rounding
    for (const most of [-1, 1.5, NaN]) {
      expect(() => pcaWhitening(identity(2), most)).toThrow(
        new RangeError(`pcaWhitening: most must be a whole number of at least 0, got ${most}`),
      )
    }
    expect(() => pcaWhitening(diagonal([2e-90, 1e-90]))).toThrow(
      new RangeError('pcaWhitening: moment must have eigenvalues above 1e-77, got 2e-90'),
    )
  })
})
