import { describe, expect, it } from 'vitest'
import { exp } from '../../../src/tensor/functions/exp.ts'
import { expReduced, nearestPower } from '../../../src/tensor/functions/exponential.ts'
import { toFixed, toFloat64 } from '../../oracle/bigFixed.ts'
import { expBig } from '../../oracle/bigFunctions.ts'
import { generator } from '../../oracle/unary.ts'
import { itHasTheseBits, itMatchesTheOracle, itNeverFalls } from './expectations.ts'

describe('exp', () => {
  itHasTheseBits('exp', exp)
  itMatchesTheOracle('exp', 0.7, [[-700, 709.7], [-1, 1], [-0.4, 0.4]])
  itNeverFalls(exp, -110, 89)

  it('is within 0.85 of the last place where the result is subnormal, and not within 0.7', () => {
    const random = generator(11)
    let worst = 0
    for (let i = 0; i < 20_000; i++) {
      const x = i === 0 ? -708.7433461466127 : -745.2 + (745.2 - 708.4) * random() * 2 ** -32
      const places = 1074 + 30
      const found = BigInt(exp(x) / 5e-324) << 30n
      worst = Math.max(worst, Math.abs(Number(found - toFixed(expBig(x), places))) * 2 ** -30)
    }
    expect(worst).toBeGreaterThan(0.75)
    expect(worst).toBeLessThan(0.85)
  })

  it('is 1 at 0, e at 1, and leaves the float64 range where it must', () => {
    expect(exp(0)).toBe(1)
    expect(exp(-0)).toBe(1)
    expect(exp(1)).toBe(2.718281828459045)
    expect(exp(709.782712893384)).toBeLessThan(Infinity)
    expect(exp(709.7827128933841)).toBe(Infinity)
    expect(exp(-745.1332191019411)).toBe(5e-324)
    expect(exp(-745.1332191019412)).toBe(0)
    expect(exp(NaN)).toBeNaN()
  })

  it('has one rounding in the subnormal range', () => {
    const random = generator(5)
    for (let i = 0; i < 2000; i++) {
      const x = -708.4 - 36.7 * random() * 2 ** -32
      expect(Math.abs(exp(x) - toFloat64(expBig(x))), `at ${x}`).toBeLessThanOrEqual(5e-324)
    }
  })

  it('gives the bits of its branch-free form on [−708, 709]', () => {
    const random = generator(6)
    for (let i = 0; i < 2000; i++) {
      const x = -708 + 1417 * random() * 2 ** -32
      const n = nearestPower(x)
      expect(exp(x)).toBe(expReduced(x, n) * 2 ** n)
    }
  })
})
