import { describe, expect, it } from 'vitest'
import { crossCovariance, linearTeacher, populationInputs } from '../../src/data/index.ts'
import { addScaled, frobenius, multiply, tensor, transpose } from '../../src/tensor/index.ts'

const data = (length: number, start: number) =>
  Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(start + i)))

describe('crossCovariance', () => {
  it('is ⟨(y − ⟨y⟩)(x − ⟨x⟩)ᵀ⟩, by the formula', () => {
    const [rows, n, k] = [7, 5, 3]
    const x = tensor([rows, n], data(rows * n, 1)), y = tensor([rows, k], data(rows * k, 50))
    const mean = (t: Float32Array, width: number, j: number): number =>
      Array.from({ length: rows }, (_, i) => t[i * width + j]).reduce((a, b) => a + b) / rows
    const out = crossCovariance(x, y)
    expect([out.rows, out.columns]).toEqual([k, n])
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < n; b++) {
        let sum = 0
        for (let i = 0; i < rows; i++) {
          sum += (y.data[i * k + a] - mean(y.data, k, a)) * (x.data[i * n + b] - mean(x.data, n, b)) / rows
        }
        expect(Math.abs(out.data[a * n + b] - sum)).toBeLessThan(1e-14)
      }
    }
  })

  it('does not see what is added to all targets, nor to all inputs', () => {
    const x = tensor([6, 4], data(24, 2)), y = tensor([6, 2], data(12, 9))
    const moved = (t: typeof x) => tensor(t.shape, t.data.map((v) => v + 8))
    const far = frobenius(addScaled(crossCovariance(moved(x), moved(y)), -1, crossCovariance(x, y)))
    expect(far).toBeLessThan(1e-5)
  })

  it('is T for whitened inputs and targets T x, so that its Gram matrix is TTᵀ', () => {
    const { matrix: teacher } = linearTeacher(3, 8, 10, 1)
    const rows = populationInputs(8)
    // Inputs of mean zero: every sample and its negative.
    const both = { rows: 16, columns: 8, data: Float64Array.from([...rows.data, ...rows.data.map((v) => -v)]) }
    const targets = multiply(both, transpose(teacher))
    const c = crossCovariance(tensor([16, 8], Float32Array.from(both.data)),
      tensor([16, 3], Float32Array.from(targets.data)))
    expect(frobenius(addScaled(c, -1, teacher)) / frobenius(teacher)).toBeLessThan(1e-6)
  })

  it('refuses what it cannot average', () => {
    expect(() => crossCovariance(tensor([3, 2]), tensor([2, 2]))).toThrow(
      'crossCovariance: y must have the rows of x, at least one, got 2 and 3',
    )
    expect(() => crossCovariance(tensor([0, 2]), tensor([0, 2]))).toThrow(RangeError)
    expect(() => crossCovariance(tensor([1, 2], Float32Array.of(1, NaN)), tensor([1, 1]))).toThrow(
      'crossCovariance: x must hold finite numbers only, got NaN',
    )
  })
})
