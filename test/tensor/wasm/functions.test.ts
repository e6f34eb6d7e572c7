import { describe, expect, it } from 'vitest'
import {
  binaryCase, difference, neighbours, pagesFor, randomBits, specialDifference, sweep, unaryCase, vectorSetup,
} from './vector-kernels.ts'

const UNARY = (['expInto', 'tanhInto', 'sigmoidInto', 'erfInto', 'erfActivationInto'] as const).map(unaryCase)
const BACKWARD = (['tanhBackwardInto', 'sigmoidBackwardInto', 'erfActivationBackwardInto'] as const).map(binaryCase)
const MANY = 1 << 20

describe('exp, tanh, sigmoid, erf and the derivatives in lanes', () => {
  it.each([false, true])('have the bits of the scalar functions at special values in every position (shared: %s)', (shared) => {
    const setup = vectorSetup(shared, 4)
    for (const test of [...UNARY, ...BACKWARD]) expect(specialDifference(setup, test)).toBe('')
  })

  it('have the bits of the scalar functions on 2^20 random bit patterns', () => {
    const setup = vectorSetup(true, pagesFor(3 * MANY))
    const contents = [1, 2, 3].map((seed) => randomBits(seed, MANY))
    for (const test of [...UNARY, ...BACKWARD]) expect(difference(setup, test, contents)).toBe('')
  })

  it('have the bits of the scalar functions all over the range where they are not constant', () => {
    const setup = vectorSetup(false, pagesFor(3 * MANY))
    for (const test of UNARY) {
      for (const reach of [1, 10, 110]) {
        const x = sweep(-reach, reach, 250_001)
        expect(difference(setup, test, [x, x])).toBe('')
      }
    }
    for (const test of BACKWARD) {
      const dy = sweep(-3, 5, 250_001), v = sweep(40, -40, 250_001)
      expect(difference(setup, test, [v, dy, v])).toBe('')
    }
  })

  it('have the bits of the scalar functions at every float32 next to where pieces meet', () => {
    const setup = vectorSetup(false, pagesFor(100_000))
    for (const test of UNARY) {
      for (const x of [2 ** -126, 0.34657359, 1, Math.SQRT2, 6, 8.485281, 9.010913, 22, 36.39, 88.72284, 103.97208, 708, 709, 746]) {
        expect(difference(setup, test, [neighbours(x, 2000), neighbours(x, 2000)])).toBe('')
      }
    }
  })
})
