import { describe, expect, it } from 'vitest'
import { tanh } from '../../../src/tensor/functions/tanh.ts'
import { generator } from '../../oracle/unary.ts'
import { itHasTheseBits, itIsOdd, itMatchesTheOracle, itNeverFalls } from './expectations.ts'

describe('tanh', () => {
  itHasTheseBits('tanh', tanh)
  itMatchesTheOracle('tanh', 3, [[-20, 20], [-1, 1], [0.1, 0.6]])
  itIsOdd(tanh, 30)
  itNeverFalls(tanh, -10, 10)

  it('falls from one float64 to the next, by 2.2·2⁻⁵² at most', () => {
    const random = generator(5)
    const float = new Float64Array(1)
    const bits = new BigInt64Array(float.buffer)
    let fall = 0
    for (let i = 0; i < 400_000; i++) {
      float[0] = 2 * random() * 2 ** -32
      const before = tanh(float[0])
      bits[0]++
      fall = Math.max(fall, before - tanh(float[0]))
    }
    expect(fall).toBeGreaterThan(2 ** -53)
    expect(fall).toBeLessThanOrEqual(2.2 * 2 ** -52)
  })

  it('saturates at exactly ±1 and never beyond', () => {
    expect(tanh(22)).toBe(1)
    expect(tanh(-Infinity)).toBe(-1)
    expect(tanh(Infinity)).toBe(1)
    expect(tanh(NaN)).toBeNaN()
    for (let x = 8; x < 24; x += 1 / 1024) expect(tanh(x)).toBeLessThanOrEqual(1)
  })
})
