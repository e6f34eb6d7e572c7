import { describe, expect, it } from 'vitest'
import { sin } from '../../../src/tensor/functions/sin.ts'
import { toFloat64 } from '../../oracle/bigFixed.ts'
import { sinBig } from '../../oracle/bigFunctions.ts'
import { itHasTheseBits, itIsOdd, itMatchesTheOracle } from './expectations.ts'

describe('sin', () => {
  itHasTheseBits('sin', sin)
  itMatchesTheOracle('sin', 0.85, [[-0.785, 0.785], [-1e3, 1e3], [-1e12, 1e12]], 8000)
  itIsOdd(sin, 1e6)

  it('agrees with the BigInt oracle for the float64 nearest to a multiple of π/2, and for the greatest', () => {
    const hard = [6381956970095103 * 2 ** 797, 1.7976931348623157e308, 1e22, 1647099.3291652855, 1647099.5,
      16367173 * 2 ** 72, 1.5707963267948966, 3.141592653589793, 11, 22, 355, 103993]
    for (const x of hard) {
      const value = toFloat64(sinBig(x))
      expect(Math.abs(sin(x) - value), `at ${x}`).toBeLessThanOrEqual(2 ** -52 * Math.abs(value))
    }
  })

  it('is 0 at 0 with its sign and NaN at infinity', () => {
    expect(sin(-0)).toBe(-0)
    expect(sin(Infinity)).toBeNaN()
    expect(sin(-Infinity)).toBeNaN()
    expect(sin(NaN)).toBeNaN()
  })
})
