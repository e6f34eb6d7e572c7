// What every function test asks: these bits for these inputs, and this distance from the oracle.

import { expect, it } from 'vitest'
import { addTally, emptyTally, generator, judge, judgeSample, judgeUniform, unaryNamed } from '../../oracle/unary.ts'
import { BITS } from './bits.ts'

const FLOAT = new Float64Array(1)
const WORD = new BigUint64Array(FLOAT.buffer)

/** The 16 hexadecimal digits of a float64; NaN, whose bits the language leaves open, is 'NaN'. */
export function toHex(x: number): string {
  if (x !== x) return 'NaN'
  FLOAT[0] = x
  return WORD[0].toString(16).padStart(16, '0')
}

export function fromHex(hex: string): number {
  if (hex === 'NaN') return NaN
  WORD[0] = BigInt(`0x${hex}`)
  return FLOAT[0]
}

export function itHasTheseBits(name: keyof typeof BITS, f: (x: number) => number): void {
  it('has exactly these bits', () => {
    const lines = BITS[name].trim().split('\n').map((line) => line.trim().split(' '))
    expect(lines.length).toBeGreaterThanOrEqual(30)
    expect(lines.map(([x]) => `${x} ${toHex(f(fromHex(x)))}`)).toEqual(lines.map(([x, y]) => `${x} ${y}`))
  })
}

/** `ulp` is the bound that the docstring states for float64; every float32 result must be the correctly rounded one. */
export function itMatchesTheOracle(name: string, ulp: number, ranges: readonly (readonly [number, number])[],
  count = 100_000): void
{
  it(`is within ${ulp} ulp of the oracle and rounds to the right float32 in 204,800 patterns of all exponents`, () => {
    const seed = 0x5eed
    const unary = unaryNamed(name)
    const tally = judgeSample(unary, 398, seed)
    expect(tally.inputs).toBe(204_800)
    for (const [low, high] of ranges) addTally(tally, judgeUniform(unary, count, low, high, seed))
    expect(tally.wrongInputs, `seed ${seed}`).toEqual([])
    expect(tally.worst64, `seed ${seed}, at ${tally.worst64At}`).toBeLessThanOrEqual(ulp)
    expect(tally.worst32, `seed ${seed}, at ${tally.worst32At}`).toBeLessThanOrEqual(0.5)
  })
}

/** The greatest errors that a search of float64 inputs has found: `least` ulp at one of them, `most`, the bound, at none. */
export function itIsWorstAt(name: string, inputs: readonly number[], least: number, most: number): void {
  it(`is off by more than ${least} and less than ${most} ulp at the worst float64 inputs known`, () => {
    const tally = emptyTally()
    for (const x of inputs) judge(unaryNamed(name), x, tally)
    expect(tally.worst64).toBeGreaterThan(least)
    expect(tally.worst64).toBeLessThan(most)
  })
}

/** f(−x) = −f(x) in every bit. */
export function itIsOdd(f: (x: number) => number, greatest: number): void {
  it('is odd to the last bit', () => {
    const seed = 31
    const random = generator(seed)
    for (let i = 0; i < 20_000; i++) {
      const x = greatest * 2 ** -(random() % 60) * random() * 2 ** -32
      if (!Object.is(f(-x), -f(x))) expect.fail(`seed ${seed}: f(-x) is not -f(x) at ${x}`)
    }
    expect(Object.is(f(-0), -0) && Object.is(f(0), 0)).toBe(true)
  })
}

/** float32(f) does not fall from one float32 input to the next, among 50 neighbors at each of 2,000 places. */
export function itNeverFalls(f: (x: number) => number, low: number, high: number): void {
  it('never falls from one float32 to the next', () => {
    const seed = 77
    const random = generator(seed)
    const float = new Float32Array(1)
    const bits = new Int32Array(float.buffer)
    for (let place = 0; place < 2000; place++) {
      float[0] = low + (high - low) * random() * 2 ** -32
      const step = float[0] < 0 ? -1 : 1 // bit patterns of negative numbers fall towards zero
      let before = Math.fround(f(float[0]))
      for (let i = 0; i < 50 && float[0] < high; i++) {
        bits[0] += step
        const after = Math.fround(f(float[0]))
        if (!(after >= before)) expect.fail(`seed ${seed}: falls before ${float[0]}`)
        before = after
      }
    }
    expect(f(high)).toBeGreaterThan(f(low))
  })
}
