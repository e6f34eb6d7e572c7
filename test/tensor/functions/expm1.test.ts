import { describe, expect, it } from 'vitest'
import { expm1 } from '../../../src/tensor/functions/expm1.ts'
import { itHasTheseBits, itMatchesTheOracle, itNeverFalls } from './expectations.ts'

describe('expm1', () => {
  itHasTheseBits('expm1', expm1)
  itMatchesTheOracle('expm1', 1.1, [[-40, 40], [-2, 2], [-0.4, 0.4], [30, 709.7]])
  itNeverFalls(expm1, -20, 89)

  it('keeps −0, tends to −1 and to infinity', () => {
    expect(expm1(-0)).toBe(-0)
    expect(expm1(0)).toBe(0)
    expect(expm1(-1e-320)).toBe(-1e-320)
    expect(expm1(-Infinity)).toBe(-1)
    expect(expm1(-800)).toBe(-1)
    expect(expm1(Infinity)).toBe(Infinity)
    expect(expm1(NaN)).toBeNaN()
  })
})
