import { describe, expect, it } from 'vitest'
import { erf } from '../../../src/tensor/functions/erf.ts'
import { itHasTheseBits, itIsOdd, itMatchesTheOracle, itNeverFalls } from './expectations.ts'

describe('erf', () => {
  itHasTheseBits('erf', erf)
  itMatchesTheOracle('erf', 1.7, [[-6, 6], [-1, 1], [0.8, 1.3]])
  itIsOdd(erf, 8)
  itNeverFalls(erf, -4, 4)

  it('saturates at exactly ±1, and its two pieces meet at 1', () => {
    expect(erf(6)).toBe(1)
    expect(erf(-Infinity)).toBe(-1)
    expect(erf(NaN)).toBeNaN()
    expect(erf(1) - erf(1 - 2 ** -53)).toBeGreaterThanOrEqual(0)
    expect(erf(1) - erf(1 - 2 ** -53)).toBeLessThan(4e-16)
  })
})
