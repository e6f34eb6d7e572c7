import { describe, expect, it } from 'vitest'
import { sigmoid } from '../../../src/tensor/functions/sigmoid.ts'
import { itHasTheseBits, itIsWorstAt, itMatchesTheOracle, itNeverFalls } from './expectations.ts'

describe('sigmoid', () => {
  itHasTheseBits('sigmoid', sigmoid)
  itMatchesTheOracle('sigmoid', 1.75, [[-700, 40], [-40, 40], [-38, -36], [-2, 2]])
  itIsWorstAt('sigmoid', [-1.0987943345788014, -1.099441425241967], 1.69, 1.75)
  itNeverFalls(sigmoid, -110, 20)

  it('is 1/2 at 0, tends to 0 and 1, and satisfies σ(x) + σ(−x) = 1 to two roundings', () => {
    expect(sigmoid(0)).toBe(0.5)
    expect(sigmoid(-Infinity)).toBe(0)
    expect(sigmoid(Infinity)).toBe(1)
    expect(sigmoid(-745)).toBe(5e-324)
    expect(sigmoid(NaN)).toBeNaN()
    for (let x = -40; x < 40; x += 1 / 64) expect(Math.abs(sigmoid(x) + sigmoid(-x) - 1)).toBeLessThanOrEqual(2 ** -52)
  })
})
