import { describe, expect, it } from 'vitest'
import { type Case, difference, pagesFor, randomBits, specialDifference, vectorSetup } from './vector-kernels.ts'
import { xorshift } from '../bits.ts'

const NUMBERS = [{ rate: 0.01, momentum: 0.9, coupledDecay: 0, decoupledDecay: 0 }, {
  rate: 0.1,
  momentum: 0,
  coupledDecay: 1e-4,
  decoupledDecay: 0.01,
}, { rate: 1e30, momentum: -1.5, coupledDecay: 1e-40, decoupledDecay: 3 }]

const CASES: readonly Case[] = NUMBERS.flatMap((
  numbers,
): readonly Case[] => [...[false, true].map((nesterov): Case => ({
  name: `momentumInto ${JSON.stringify({ ...numbers, nesterov })}`,
  arrays: 3,
  aliases: [],
  run: (kernels, [w, v, g]) => kernels.momentumInto(w, v, g, { ...numbers, nesterov }),
})), ...[1, 2, 1000].map((t): Case => ({
  name: `adamInto step ${t} ${JSON.stringify(numbers)}`,
  arrays: 4,
  aliases: [],
  run: (kernels, [w, m, v, g]) =>
    kernels.adamInto(w, m, v, g, {
      ...numbers,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      correction1: 1 - 0.9 ** t,
      correction2: 1 - 0.999 ** t,
    }),
}))])

describe('optimizer steps in lanes', () => {
  it.each([false, true])('have the scalar bits at special values in every position (shared: %s)', (shared) => {
    const setup = vectorSetup(shared, 4)
    for (const test of shared ? CASES : CASES.slice(0, 3)) expect(specialDifference(setup, test)).toBe('')
  })

  it('have the bits of the scalar steps on 2^20 random bit patterns', () => {
    const length = 1 << 20
    const setup = vectorSetup(true, pagesFor(4 * length))
    const contents = [7, 8, 9, 10].map((seed) => randomBits(seed, length))
    for (const test of CASES) expect(difference(setup, test, contents)).toBe('')
  })

  it('have the bits of the scalar steps on values of ordinary size, over several steps', () => {
    const length = 10_007
    const setup = vectorSetup(false, pagesFor(4 * length))
    const random = xorshift(11)
    const draw = (scale: number): Float32Array => Float32Array.from({ length }, () => scale * random())
    for (const test of CASES) {
      const repeated: Case = {
        ...test,
        run(kernels, arrays) {
          for (let t = 0; t < 5; t++) test.run(kernels, arrays)
          return arrays[0]
        },
      }
      expect(difference(setup, repeated, [draw(1), draw(1e-2), draw(1e-3).map(Math.abs), draw(1e-2)])).toBe('')
    }
  })
})
