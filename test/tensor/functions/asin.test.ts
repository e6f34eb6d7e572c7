import { describe, expect, it } from 'vitest'
import { asin } from '../../../src/tensor/functions/asin.ts'
import { itHasTheseBits, itIsOdd, itMatchesTheOracle, itNeverFalls } from './expectations.ts'

describe('asin', () => {
  itHasTheseBits('asin', asin)
  itMatchesTheOracle('asin', 0.7, [[-1, 1], [0.49, 0.55], [0.99, 1]])
  itIsOdd(asin, 1)
  itNeverFalls(asin, -1, 1)

  it('is ±π/2 at ±1 and NaN outside', () => {
    expect(asin(1)).toBe(Math.PI / 2)
    expect(asin(-1)).toBe(-Math.PI / 2)
    expect(asin(1 + 2 ** -52)).toBeNaN()
    expect(asin(-Infinity)).toBeNaN()
    expect(asin(NaN)).toBeNaN()
  })
})
