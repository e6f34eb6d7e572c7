import { describe, expect, it } from 'vitest'
import { type BarFigure, barFigure } from '../../../src/lab/report/bars.ts'
import { activeContent, HOSTILE, xmlError } from './wellformed.ts'

const base: BarFigure = {
  title: 'Accuracy',
  categories: ['MNIST', 'CIFAR-10'],
  value: { label: 'accuracy', unit: '%' },
  series: [{ name: 'BP', values: [{ value: 98, low: 97, high: 99 }, { value: 70, low: 60, high: 80 }] }, {
    name: 'DFA',
    values: [{ value: 49 }, { value: NaN }],
  }],
  mark: { value: 10, label: 'chance' },
}

describe('barFigure', () => {
  it('draws bars in proportion from zero, whiskers, a legend and a mark', () => {
    const svg = barFigure(base)
    expect([xmlError(svg), activeContent(svg)]).toEqual([undefined, []])
    const widths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map((match) => Number(match[1]))
    expect(widths).toHaveLength(3)
    expect(widths[0] / widths[1]).toBeCloseTo(2, 2)
    for (const text of ['>accuracy (%)<', '>BP<', '>DFA<', '>chance<', '>CIFAR-10<']) expect(svg).toContain(text)
    expect(svg).toContain('Not shown: 1 value without a place')
    expect(barFigure(structuredClone(base))).toBe(svg)
  })

  it('starts at zero even when all values are large', () => {
    const series = [{ name: 'BP', values: [{ value: 95 }, { value: 94 }] }]
    const { mark: _, ...plain } = base
    expect(barFigure({ ...plain, series })).toMatch(/text-anchor="middle"[^>]*>0</)
  })

  it('draws no bars on a log axis', () => {
    const svg = barFigure({ ...base, value: { label: 'κ', scale: 'log' } })
    expect(svg).not.toContain('<rect')
    expect(svg).not.toMatch(/="[^"<>]*NaN/)
  })

  it('escapes, and survives no categories', () => {
    const svg = barFigure({ ...base, title: HOSTILE, categories: [HOSTILE, ''], value: { label: HOSTILE } })
    expect([xmlError(svg), activeContent(svg)]).toEqual([undefined, []])
    expect(xmlError(barFigure({ ...base, categories: [], series: [] }))).toBeUndefined()
  })

  it('refuses a series of another length', () => {
    expect(() => barFigure({ ...base, categories: ['a'] })).toThrow(
      'barFigure: series must have one value per category (1), got 2 in "BP"',
    )
  })
})
