import { describe, expect, it } from 'vitest'
import { scaleOf, type Tick } from '../../../src/lab/report/scale.ts'
import { uniform } from './wellformed.ts'

const DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** The number that a label says. */
function read(label: string): number {
  const plain = label.replaceAll('−', '-').replaceAll('\u202f', '')
  const match = /^(?:(-?[\d.]+)×)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/.exec(plain)
  if (match === null) return Number(plain)
  const power = [...match[2]].map((c) => (c === '⁻' ? '-' : DIGITS.indexOf(c))).join('')
  return Number(`${match[1] ?? 1}e${power}`)
}

const labeled = (ticks: readonly Tick[]): Tick[] => ticks.filter((tick) => tick.label !== '')

describe('linear scales', () => {
  it('have ticks whose label says exactly their value, on a 1-2-5 grid, over 600 random ranges', () => {
    for (let seed = 0; seed < 600; seed++) {
      const random = uniform(seed)
      const size = Math.pow(10, random() * 60 - 30)
      const low = (random() - 0.5) * size
      const high = low + random() * size * Math.pow(10, -6 * random())
      const scale = scaleOf('linear', [low, high])
      const ticks = scale.ticks(6)
      const note = `seed ${seed}: ${low} … ${high}: ${ticks.map((tick) => tick.label).join(' ')}`
      expect(scale.domain[0], note).toBeLessThanOrEqual(low)
      expect(scale.domain[1], note).toBeGreaterThanOrEqual(high)
      expect(ticks.length, note).toBeGreaterThanOrEqual(3)
      expect(ticks.length, note).toBeLessThanOrEqual(9)
      for (const tick of ticks) expect(read(tick.label), note).toBe(tick.value)
      expect(new Set(ticks.map((tick) => tick.label)).size, note).toBe(ticks.length)
      const step = (ticks[1].value - ticks[0].value).toExponential(3)
      expect(step, note).toMatch(/^[125]\.000e|^9\.999e|^4\.999e|^1\.999e/)
    }
  })

  it('write −0.2 … 1 as a reader would', () => {
    const labels = scaleOf('linear', [], [-0.2, 1]).ticks(6).map((tick) => tick.label)
    expect(labels).toEqual(['−0.2', '0', '0.2', '0.4', '0.6', '0.8', '1.0'])
  })

  it.each([[[5, 5]], [[0]], [[-1e-200]], [[]], [[NaN]], [[1e-320, 2e-320]], [[1, 1 + 1e-15]], [[-1e300, 1e300]]])(
    'give %j a domain with ticks',
    (values) => {
      const scale = scaleOf('linear', values)
      expect(scale.domain[1]).toBeGreaterThan(scale.domain[0])
      expect(scale.ticks(6).length).toBeGreaterThanOrEqual(2)
      for (const tick of scale.ticks(6)) expect(scale.at(tick.value)).toBeGreaterThanOrEqual(-1e-9)
    },
  )
})

describe('log scales', () => {
  it('have ascending ticks whose label says exactly their value, over 600 random ranges', () => {
    for (let seed = 0; seed < 600; seed++) {
      const random = uniform(seed)
      const low = Math.pow(10, random() * 40 - 20)
      const high = low * Math.pow(10, random() * random() * 30)
      const scale = scaleOf('log', [low, high])
      const ticks = scale.ticks(6)
      const note = `seed ${seed}: ${low} … ${high}: ${ticks.map((tick) => tick.label).join(' ')}`
      expect(scale.domain[0], note).toBeLessThanOrEqual(low)
      expect(scale.domain[1], note).toBeGreaterThanOrEqual(high)
      expect(labeled(ticks).length, note).toBeGreaterThanOrEqual(2)
      expect(labeled(ticks).length, note).toBeLessThanOrEqual(8)
      for (const tick of labeled(ticks)) expect(read(tick.label), note).toBe(tick.value)
      ticks.forEach((tick, k) => expect(k === 0 || tick.value > ticks[k - 1].value, note).toBe(true))
    }
  })

  it('label decades and leave eight ticks between them', () => {
    const ticks = scaleOf('log', [1e-4, 1]).ticks(6)
    expect(labeled(ticks).map((tick) => tick.label)).toEqual(['10⁻⁴', '10⁻³', '10⁻²', '10⁻¹', '10⁰'])
    expect(ticks.length).toBe(37)
  })

  it('label 1, 2, 5 over few decades, and linear steps inside one gap', () => {
    expect(labeled(scaleOf('log', [1.5, 30]).ticks(6)).map((t) => t.label)).toEqual(['1', '2', '5', '10', '20', '50'])
    const inner = labeled(scaleOf('log', [], [1.1, 1.9]).ticks(4)).map((tick) => tick.label)
    expect(inner).toEqual(['1.2', '1.4', '1.6', '1.8'])
  })

  it('skip decades when there are many', () => {
    const names = labeled(scaleOf('log', [1e-12, 1e12]).ticks(6)).map((tick) => tick.label)
    expect(names).toEqual(['10⁻¹²', '10⁻⁸', '10⁻⁴', '10⁰', '10⁴', '10⁸', '10¹²'])
  })

  it('count what they cannot place, and give it no place', () => {
    const scale = scaleOf('log', [0, -3, NaN, Infinity, 1, 100])
    expect(scale.dropped).toEqual({ notFinite: 2, notPositive: 2 })
    expect([scale.at(0), scale.at(-3), scale.at(NaN), scale.at(Infinity)]).toEqual([NaN, NaN, NaN, NaN])
    expect([scale.at(1), scale.at(10), scale.at(100)]).toEqual([0, 0.5, 1])
  })

  it('survive constant and empty data', () => {
    for (const values of [[1], [3], [], [0], [1e-299]]) {
      const scale = scaleOf('log', values)
      expect(scale.domain[1], String(values)).toBeGreaterThan(scale.domain[0])
      expect(labeled(scale.ticks(6)).length, String(values)).toBeGreaterThanOrEqual(2)
    }
  })
})

describe('a domain', () => {
  it.each([['linear', [1, 1]], ['linear', [2, 1]], ['linear', [0, NaN]], ['log', [0, 1]], ['log', [-1, 1]]] as const)(
    'of a %s scale must not be %j',
    (kind, domain) => {
      expect(() => scaleOf(kind, [], domain)).toThrow(/^scaleOf: domain must be two .* ascending numbers, got \[/)
    },
  )
})
