import { describe, expect, it } from 'vitest'
import { tanh } from '../../../src/tensor/functions/tanh.ts'
import { itHasTheseBits, itIsOdd, itMatchesTheOracle, itNeverFalls } from './expectations.ts'

describe('tanh', () => {
  itHasTheseBits('tanh', tanh)
  itMatchesTheOracle('tanh', 3, [[-20, 20], [-1, 1], [0.1, 0.6]])
  itIsOdd(tanh, 30)
  itNeverFalls(tanh, -10, 10)

  it('saturates at exactly ±1 and never beyond', () => {
    expect(tanh(22)).toBe(1)
    expect(tanh(-Infinity)).toBe(-1)
    expect(tanh(Infinity)).toBe(1)
    expect(tanh(NaN)).toBeNaN()
    for (let x = 8; x < 24; x += 1 / 1024) expect(tanh(x)).toBeLessThanOrEqual(1)
  })
})
