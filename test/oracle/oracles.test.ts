import { describe, expect, it } from 'vitest'
import { type Big, difference, exact, roundBig, toFloat32, toFloat64 } from './bigFixed.ts'
import * as big from './bigFunctions.ts'
import { OUT } from './doubleDouble.ts'
import { MPMATH } from './mpmath.ts'
import { emptyTally, generator, judge, judgeSample, UNARY, unaryNamed } from './unary.ts'

const fromHex = (hex: string): number => new Float64Array(BigUint64Array.of(BigInt(`0x${hex}`)).buffer)[0]

function bigValue(name: string, inputs: string): Big {
  const [x, y] = inputs.split(' ').map(fromHex)
  return name === 'pow' ? big.powBig(x, y) : unaryNamed(name).big(x)
}

describe('the BigInt oracle', () => {
  it('agrees with mpmath in the nearest float64 and in what that leaves', () => {
    expect(MPMATH.length).toBeGreaterThan(120)
    for (const [name, inputs, nearest, rest] of MPMATH) {
      const value = bigValue(name, inputs)
      expect(Object.is(toFloat64(value), fromHex(nearest)), `${name} ${inputs}`).toBe(true)
      // mpmath's remainder is printed with 12 digits; the oracle promises 2^-200.
      const tolerance = 1e-11 * Math.abs(rest) + 2 ** -200 * Math.abs(fromHex(nearest))
      expect(Math.abs(difference(value, fromHex(nearest)) - rest), `${name} ${inputs}`).toBeLessThanOrEqual(tolerance)
    }
  })

  it('reads every float64 exactly and rounds ties to even, also among the subnormals', () => {
    const random = generator(11)
    for (let i = 0; i < 2000; i++) {
      const x = new Float64Array(Uint32Array.of(random(), random()).buffer)[0]
      if (Number.isFinite(x)) expect(toFloat64(exact(x))).toBe(x === 0 ? 0 : x)
    }
    expect(toFloat64({ mantissa: (1n << 53n) + 1n, exponent: 0 })).toBe(2 ** 53)
    expect(toFloat64({ mantissa: (1n << 53n) + 3n, exponent: 0 })).toBe(2 ** 53 + 4)
    expect(toFloat64({ mantissa: 3n, exponent: -1075 })).toBe(2 * 2 ** -1074)
    expect(toFloat32({ mantissa: 1n, exponent: -150 })).toBe(0)
    expect(toFloat32({ mantissa: 3n, exponent: -151 })).toBe(2 ** -149)
    expect(toFloat32({ mantissa: (1n << 25n) - 1n, exponent: 103 })).toBe(Infinity)
    expect(roundBig({ mantissa: -5n, exponent: 0 }, 2, -10, 10)).toBe(-4)
  })
})

describe('the double-double oracle', () => {
  for (const unary of UNARY) {
    it(`agrees with the BigInt oracle to 2^-64 for ${unary.name}`, () => {
      const seed = 20261121
      const random = generator(seed)
      const pattern = new Uint32Array(1)
      const float = new Float32Array(pattern.buffer)
      let worst = 0
      let compared = 0
      for (let i = 0; i < 3000; i++) {
        const bits = random()
        const middle = (bits & 0x807fffff) | ((112 + (random() % 24)) << 23) // 2^-15 to 2^8
        pattern[0] = i % 3 === 0 ? bits : middle
        const x = float[0]
        if (x !== x || unary.special(x) !== undefined) continue
        const value = unary.big(x)
        const size = Math.abs(toFloat64(value))
        if (size < 1e-280) continue // the low part would be subnormal
        unary.oracle(x)
        worst = Math.max(worst, Math.abs(difference(value, OUT[0]) - OUT[1]) / size)
        compared++
      }
      expect(compared, `seed ${seed}`).toBeGreaterThan(200)
      expect(worst, `seed ${seed}`).toBeLessThan(2 ** -64)
    })
  }
})

describe('the judge', () => {
  it('sees an error of a few float64 places that no float32 result shows', () => {
    const log = unaryNamed('log')
    const tally = emptyTally()
    judge({ ...log, f: (x) => log.f(x) * (1 + 2 ** -50) }, 3, tally)
    expect(tally.wrong).toBe(0)
    expect(tally.worst64).toBeGreaterThan(3)
    expect(tally.worst64).toBeLessThan(6)
  })

  it('counts every wrongly rounded float32 result', () => {
    const exp = unaryNamed('exp')
    const tally = judgeSample({ ...exp, f: (x) => exp.f(x) * (1 + 2 ** -24) }, 6, 3)
    expect(tally.wrong).toBeGreaterThan(100)
    expect(tally.worst32).toBeGreaterThan(0.9)
  })

  it('rejects a wrong sign of zero and a wrong special value', () => {
    const sin = unaryNamed('sin')
    const tally = emptyTally()
    judge({ ...sin, f: () => 0 }, -0, tally)
    judge({ ...sin, f: () => 0 }, Infinity, tally)
    judge({ ...sin, f: () => 0 }, NaN, tally)
    judge({ ...sin, f: () => NaN }, 1, tally)
    expect(tally.wrong).toBe(4)
  })
})
