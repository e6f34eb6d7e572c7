import { describe, expect, it } from 'vitest'
import { cos } from '../../../src/tensor/functions/cos.ts'
import { toFloat64 } from '../../oracle/bigFixed.ts'
import { cosBig } from '../../oracle/bigFunctions.ts'
import { generator } from '../../oracle/unary.ts'
import { itHasTheseBits, itMatchesTheOracle } from './expectations.ts'

describe('cos', () => {
  itHasTheseBits('cos', cos)
  itMatchesTheOracle('cos', 0.85, [[-0.785, 0.785], [-1e3, 1e3], [-1e12, 1e12]], 8000)

  it('is even to the last bit', () => {
    const random = generator(9)
    for (let i = 0; i < 20_000; i++) {
      const x = 2 ** (100 - (random() % 160)) * random()
      if (!Object.is(cos(-x), cos(x))) expect.fail(`cos(-x) is not cos(x) at ${x}`)
    }
  })

  it('agrees with the BigInt oracle for the float64 nearest to a multiple of π/2, and for the greatest', () => {
    const hard = [6381956970095103 * 2 ** 797, 1.7976931348623157e308, 1e22, 1647099.3291652855, 1647099.5,
      16367173 * 2 ** 72, 1.5707963267948966, 3.141592653589793, 11, 22, 355, 103993]
    for (const x of hard) {
      const value = toFloat64(cosBig(x))
      expect(Math.abs(cos(x) - value), `at ${x}`).toBeLessThanOrEqual(2 ** -52 * Math.abs(value))
    }
  })

  it('is 1 at 0 and NaN at infinity', () => {
    expect(cos(-0)).toBe(1)
    expect(cos(Infinity)).toBeNaN()
    expect(cos(-Infinity)).toBeNaN()
    expect(cos(NaN)).toBeNaN()
  })
})
