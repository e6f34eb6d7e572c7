import { describe, expect, it } from 'vitest'
import { type Matrix, matrix, multiply, randomStream, transpose, uniformInto } from '../../src/tensor/index.ts'
import { nonNegativeFactors, receptiveFields, type SparseRows } from '../../src/theory/index.ts'

const sparse = (a: Matrix): SparseRows => ({
  rows: a.rows,
  columns: a.columns,
  values: a.data,
  starts: Uint32Array.from({ length: a.rows + 1 }, (_, i) => i * a.columns),
  places: Uint32Array.from(a.data, (_, i) => i % a.columns),
})

const positive = (rows: number, columns: number, name: string): Matrix => {
  const out = matrix(rows, columns)
  uniformInto(out.data, randomStream(1, name))
  return out
}

describe('nonNegativeFactors', () => {
  it('finds the factors of a matrix that has some, none negative, its residual never rising', () => {
    const a = sparse(multiply(positive(12, 2, 'u'), transpose(positive(9, 2, 'v'))))
    const { left, right, residuals } = nonNegativeFactors(a, 2, 3000, randomStream(0, 'nmf'))
    expect(residuals).toHaveLength(3001)
    residuals.forEach((value, i) => {
      if (i > 0) expect(value).toBeLessThanOrEqual(residuals[i - 1] + 1e-7)
    })
    expect(residuals[residuals.length - 1]).toBeLessThan(1e-2)
    expect([...left.data, ...right.data].every((value) => value >= 0)).toBe(true)
  })

  it('gives rank one in one sweep and does not depend on the start there', () => {
    const a = sparse(multiply(positive(5, 1, 'u'), transpose(positive(7, 1, 'v'))))
    for (const seed of [0, 1]) {
      expect(nonNegativeFactors(a, 1, 1, randomStream(seed, 'nmf')).residuals[1]).toBeLessThan(1e-7)
    }
  })

  it('says the residual that the factors have', () => {
    const fields = receptiveFields({ inputChannels: 1, outputChannels: 1, height: 6, width: 6, kernel: [3, 3] })
    const { left, right, residuals } = nonNegativeFactors(fields, 3, 40, randomStream(2, 'nmf'))
    const product = multiply(left, transpose(right))
    let squares = 0
    for (let i = 0; i < fields.rows; i++) {
      for (let at = fields.starts[i]; at < fields.starts[i + 1]; at++) {
        product.data[i * 36 + fields.places[at]] -= fields.values[at]
      }
    }
    for (const x of product.data) squares += x * x
    expect(residuals[40]).toBeCloseTo(Math.sqrt(squares / fields.values.length), 10)
    expect(residuals[40]).toBeLessThan(0.9)
  })

  it('does not depend on scale: even powers of two change no bit', () => {
    const a = sparse(multiply(positive(6, 3, 'u'), transpose(positive(5, 3, 'v'))))
    const plain = nonNegativeFactors(a, 2, 20, randomStream(0, 'nmf'))
    for (const k of [-1000, 1000]) {
      const far = nonNegativeFactors({ ...a, values: a.values.map((x) => x * 2 ** k) }, 2, 20, randomStream(0, 'nmf'))
      expect(far.residuals).toEqual(plain.residuals)
      expect(far.left.data.map((x) => x / 2 ** (k / 2))).toEqual(plain.left.data)
      expect(far.right.data.map((x) => x / 2 ** (k / 2))).toEqual(plain.right.data)
    }
  })

  it('refuses negative entries and ranks below one', () => {
    expect(() => nonNegativeFactors(sparse(matrix(1, 2, Float64Array.of(1, -1))), 1, 1, randomStream(0, 'n'))).toThrow(
      'a must have no negative entry, got -1',
    )
    expect(() => nonNegativeFactors(sparse(matrix(1, 1, Float64Array.of(Infinity))), 1, 1, randomStream(0, 'n')))
      .toThrow(new RangeError('nonNegativeFactors: a must hold finite numbers only, got Infinity'))
    expect(() => nonNegativeFactors(sparse(matrix(1, 1)), 0, 1, randomStream(0, 'n'))).toThrow(
      'nonNegativeFactors: rank',
    )
  })
})
