import { describe, expect, it } from 'vitest'
import { erf } from '../../../src/tensor/functions/erf.ts'
import { itHasTheseBits, itIsOdd, itIsWorstAt, itMatchesTheOracle, itNeverFalls } from './expectations.ts'

describe('erf', () => {
  itHasTheseBits('erf', erf)
  itMatchesTheOracle('erf', 1.9, [[-6, 6], [-1, 1], [0.8, 1.3]])
  itIsWorstAt('erf', [0.9999099003290499, 0.9999099003331738, 0.9993800948673739], 1.83, 1.9)
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
