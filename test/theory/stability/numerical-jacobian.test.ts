import { describe, expect, it } from 'vitest'
import { numericalJacobian } from '../../../src/theory/index.ts'

describe('numericalJacobian', () => {
  it('is the matrix of a linear field and leaves the state alone', () => {
    const y = Float64Array.of(3, -200)
    const j = numericalJacobian((_, at, out) => {
      out[0] = at[0] + 2 * at[1]
      out[1] = 5 * at[0] - at[1]
    }, y)
    for (const [i, expected] of [1, 2, 5, -1].entries()) expect(j.data[i]).toBeCloseTo(expected, 8)
    expect([...y]).toEqual([3, -200])
  })

  it('is exact to the square of the step for a cubic field', () => {
    const cube = (_: number, at: Float64Array, out: Float64Array): void => {
      out[0] = at[0] * at[0] * at[0]
    }
    expect(numericalJacobian(cube, Float64Array.of(0.5)).data[0] - 0.75).toBeCloseTo(0, 9)
    expect(numericalJacobian(cube, Float64Array.of(0.5), 0.1).data[0] - 0.75).toBeCloseTo(0.01, 12)
  })
})
