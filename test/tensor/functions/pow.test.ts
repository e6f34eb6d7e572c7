import { describe, expect, it } from 'vitest'
import { pow } from '../../../src/tensor/functions/pow.ts'
import { difference, toFloat64 } from '../../oracle/bigFixed.ts'
import { powBig } from '../../oracle/bigFunctions.ts'
import { generator } from '../../oracle/unary.ts'
import { BITS } from './bits.ts'
import { fromHex, toHex } from './expectations.ts'

describe('pow', () => {
  it('has exactly these bits', () => {
    const lines = BITS.pow.trim().split('\n').map((line) => line.trim().split(' '))
    expect(lines.length).toBeGreaterThanOrEqual(30)
    const found = lines.map(([x, y]) => `${x} ${y} ${toHex(pow(fromHex(x), fromHex(y)))}`)
    expect(found).toEqual(lines.map((line) => line.join(' ')))
  })

  it('is within 0.7 ulp of the oracle', () => {
    const seed = 424242
    const random = generator(seed)
    const uniform = (): number => random() * 2 ** -32 - 0.5
    let worst = 0
    let compared = 0
    for (let i = 0; i < 30_000; i++) {
      const x = i % 3 === 0 ? 1 + uniform() * 2e-3 : 2 ** (uniform() * (i % 3 === 1 ? 8 : 2000))
      const y = uniform() * 2 ** (random() % 14)
      const value = powBig(x, y)
      const nearest = toFloat64(value)
      if (!(nearest > 2.3e-308 && nearest < 1.7e308)) continue
      const unit = 2 ** Math.floor(Math.log2(nearest)) * 2 ** -52
      const error = Math.abs(difference(value, pow(x, y))) / unit
      if (error > 0.7) expect.fail(`seed ${seed}: ${error} ulp at pow(${x}, ${y})`)
      worst = Math.max(worst, error)
      compared++
    }
    expect(compared).toBeGreaterThan(10_000)
    expect(worst).toBeGreaterThan(0.5)
  })

  it('is exact wherever a power of two whole numbers is a float64', () => {
    let cases = 0
    for (let base = 2n; base < 2000n; base++) {
      for (let power = base, exponent = 1; power < 2n ** 53n; power *= base, exponent++) {
        if (pow(Number(base), exponent) !== Number(power)) expect.fail(`${base}^${exponent}`)
        cases++
      }
    }
    for (let n = -1074; n < 1024; n++) expect(pow(2, n)).toBe(n < -1022 ? 2 ** -1022 * 2 ** (n + 1022) : 2 ** n)
    for (let x = 1; x < 1000; x++) expect(pow(x * x, 0.5)).toBe(x)
    expect(cases).toBeGreaterThan(10_000)
  })

  it('has the special values of ECMAScript, among them NaN for (±1)^±∞', () => {
    const values = [0, -0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, Infinity, -Infinity, NaN, 1e308, -1e308, 2 ** 53 - 1]
    for (const x of values) {
      for (const y of values) {
        const host = Math.pow(x, y)
        if (host === 0 || !Number.isFinite(host)) expect(Object.is(pow(x, y), host), `pow(${x}, ${y})`).toBe(true)
        else expect(Math.abs(pow(x, y) / host - 1), `pow(${x}, ${y})`).toBeLessThan(1e-14)
      }
    }
  })

  it('satisfies x^y·x^−y = 1 to three roundings', () => {
    const seed = 8
    const random = generator(seed)
    for (let i = 0; i < 5000; i++) {
      const x = 2 ** (8 * (random() * 2 ** -32 - 0.5))
      const y = 40 * (random() * 2 ** -32 - 0.5)
      expect(Math.abs(pow(x, y) * pow(x, -y) - 1), `seed ${seed}: ${x} ${y}`).toBeLessThanOrEqual(3 * 2 ** -52)
    }
  })
})
