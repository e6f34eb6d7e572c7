import { describe, expect, it } from 'vitest'
import { centralDifferences, GRADIENT_TOLERANCE, gradientError } from './gradient-check.ts'

const X = Float64Array.of(0.3, -1.2, 0.9)
const Y = Float64Array.of(2, 0.5, -0.25)
/** Σ tanh(x)·y², with gradients (1 − tanh²)·y² and 2·tanh(x)·y. */
const objective = ([x, y]: readonly Float64Array[]): number =>
  x.reduce((total, v, i) => total + Math.tanh(v) * y[i] ** 2, 0)
const dX = X.map((v, i) => (1 - Math.tanh(v) ** 2) * Y[i] ** 2)
const dY = X.map((v, i) => 2 * Math.tanh(v) * Y[i])

describe('the gradient checker', () => {
  it('accepts the right gradient of every argument, with room to spare', () => {
    expect(gradientError(dX, centralDifferences(objective, [X, Y], 0))).toBeLessThan(1e-8)
    expect(gradientError(dY, centralDifferences(objective, [X, Y], 1))).toBeLessThan(1e-8)
    expect(gradientError(Float32Array.from(dX), centralDifferences(objective, [X, Y], 0))).toBeLessThan(
      GRADIENT_TOLERANCE,
    )
  })

  it('rejects wrong ones: a factor, a sign, a missing term, two elements exchanged, a zero, a NaN, another length',
    () => {
      const numeric = centralDifferences(objective, [X, Y], 0)
      const wrong: [string, Float64Array][] = [['1.00002 times as large', dX.map((v) => 1.00002 * v)], [
        'of the other sign',
        dX.map((v) => -v),
      ], ['with 1 − h instead of 1 − h²', X.map((v, i) => (1 - Math.tanh(v)) * Y[i] ** 2)], [
        'with two elements exchanged',
        Float64Array.of(dX[1], dX[0], dX[2]),
      ], ['zero', new Float64Array(3)], ['NaN in one place', Float64Array.of(dX[0], NaN, dX[2])], ['small element lost',
        Float64Array.of(dX[0], dX[1], 0)]]
      for (const [name, gradient] of wrong) {
        expect(gradientError(gradient, numeric), name).toBeGreaterThan(GRADIENT_TOLERANCE)
      }
      expect(gradientError(dX.slice(1), numeric)).toBe(Infinity)
      expect(gradientError([1], [0])).toBe(Infinity)
      expect(gradientError([0, 0], [0, 0])).toBe(0)
    })

  it('leaves its arguments as they were', () => {
    const [x, y] = [X.slice(), Y.slice()]
    centralDifferences(objective, [x, y], 0)
    expect([x, y]).toEqual([X, Y])
  })
})
