import { describe, expect, it } from 'vitest'
import { type Measurements, recalling, recording } from '../../../src/lab/check/recall.ts'
import { shapedClaims, TRADE_OFF, tradeOffLaw } from '../../../src/lab/check/shaped-feedback-claims.ts'
import { tradeOffFigure } from '../../../src/lab/check/shaped-figure.ts'
import { xmlError } from '../report/wellformed.ts'

const kept: Measurements = {}
const claims = shapedClaims(0, true, recording(kept))

/** Claims that fail when one measurement is another. */
function failing(name: string, alter: (value: never) => unknown): readonly string[] {
  expect(Object.keys(kept)).toContain(name)
  const altered = { ...kept, [name]: alter(kept[name] as never) }
  return shapedClaims(0, true, recalling(altered)).filter(({ verdict }) => verdict === 'fails').map(({ id }) => id)
}

type Point = { readonly time: number; readonly alignment: number }
type Equal = { readonly alignment: readonly number[] }

describe('the claims about shaped feedback', () => {
  it('hold, at another seed too', () => {
    for (const list of [claims, shapedClaims(7, true)]) {
      expect(list.filter(({ verdict }) => verdict !== 'holds').map(({ id }) => id)).toEqual([])
      expect(list).toHaveLength(14)
    }
  })

  it.each<readonly [string, (value: never) => unknown, readonly string[]]>([['shaped/balanced', () => 2e-5, [
    'shaped-balanced',
  ]], ['shaped/equalizing', (value: object) => ({ ...value, difference: 2e-9 }), ['shaped-equalizing']], [
    'shaped/equalizing',
    (value: object) => ({ ...value, leastWhole: -1e-9 }),
    ['shaped-whole-gradient'],
  ], ['shaped/equalizing', (value: object) => ({ ...value, rises: 1 }), ['shaped-always-falls']], ['shaped/equalizing',
    ({ alignment, ...value }: Equal) => ({ ...value, alignment: [...alignment.slice(0, 4), 0.2] }), [
    'shaped-equalizing-alignment',
  ]], ['shaped/trade-off', (line: readonly Point[]) => line.map((one) => ({ ...one, time: 1.03 * one.time })), [
    'shaped-trade-off-time',
  ]], ['shaped/trade-off',
    (line: readonly Point[]) => line.map((one) => ({ ...one, alignment: one.alignment - 0.003 })), [
    'shaped-trade-off-alignment',
  ]], ['shaped/trade-off', (line: readonly Point[]) => line.map((one) => ({ ...one, alignment: line[0].alignment })), [
    'shaped-trade-off-alignment',
    'shaped-trade-off',
  ]], ['shaped/one-layer', (value: object) => ({ ...value, misalignment: 1e-3 }), ['shaped-one-layer']], [
    'shaped/one-layer',
    (value: object) => ({ ...value, difference: NaN }),
    ['shaped-one-layer'],
  ], ['shaped/curve', () => 1e-5, ['shaped-curve']], ['shaped/engine', (value: object) => ({ ...value, law: 0.02 }), [
    'shaped-curve-engine',
  ]], ['shaped/engine', (value: object) => ({ ...value, recursion: 1e-3 }), ['shaped-engine']], ['shaped/colored',
    (value: object) => ({ ...value, difference: 1e-6 }), ['shaped-colored']], ['shaped/colored',
    (value: object) => ({ ...value, imbalance: 1e-3 }), ['shaped-colored-balanced']]])('fail when %s is off',
      (name, alter, expected) => {
        expect(failing(name, alter)).toEqual(expected)
      })

  it('are drawn with what was measured', () => {
    const { svg } = tradeOffFigure(claims, 0)
    expect(xmlError(svg)).toBeUndefined()
    expect(svg).not.toContain('NaN')
  })

  it('the closed form of the trade-off is fastest at p = −1', () => {
    const times = [-1.2, -1, -0.8].map((p) => tradeOffLaw(p, 0).time)
    expect(times[1]).toBeLessThan(Math.min(times[0], times[2]))
    expect(TRADE_OFF.exponents).toContain(-1)
  })
})
