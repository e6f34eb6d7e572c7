import { describe, expect, it } from 'vitest'
import { type Heatmap, heatmap } from '../../../src/lab/report/heatmap.ts'
import { activeContent, HOSTILE, xmlError } from './wellformed.ts'

const base: Heatmap = {
  title: 'Alignment',
  xTitle: 'layer',
  yTitle: 'width',
  xLabels: ['1', '2'],
  yLabels: ['64', '128'],
  values: [[0, 0.5], [1, NaN]],
  color: { label: 'cosine', domain: [0, 1] },
}

describe('heatmap', () => {
  it('colors cells from dark to bright, writes the values, and counts empty cells', () => {
    const svg = heatmap(base)
    expect([xmlError(svg), activeContent(svg)]).toEqual([undefined, []])
    expect(svg).toContain('fill="#101b45"')
    expect(svg).toContain('fill="#f8f2a0"')
    expect(svg).toContain('fill="#000000">1<')
    expect(svg).toContain('fill="#ffffff">0<')
    expect(svg).toContain('Not shown: 1 of 4 cells')
    expect(heatmap(structuredClone(base))).toBe(svg)
  })

  it('turns long column labels and leaves out text that does not fit', () => {
    const n = 20
    const svg = heatmap({
      ...base,
      xLabels: Array.from({ length: n }, (_, k) => `configuration ${k}`),
      yLabels: ['a'],
      values: [Array.from({ length: n }, (_, k) => k * 0.0123456)],
    })
    expect(svg.match(/rotate\(-90/g)).toHaveLength(n + 1)
    expect(svg).not.toContain('>0.0123<')
  })

  it('escapes and survives an empty matrix', () => {
    const texts = { title: HOSTILE, xTitle: HOSTILE, yLabels: [HOSTILE, ''], cellText: () => HOSTILE }
    const hostile = heatmap({ ...base, ...texts })
    expect([xmlError(hostile), activeContent(hostile)]).toEqual([undefined, []])
    expect(xmlError(heatmap({ ...base, xLabels: [], yLabels: [], values: [] }))).toBeUndefined()
  })

  it('refuses a matrix that does not fit its labels', () => {
    expect(() => heatmap({ ...base, values: [[1, 2]] })).toThrow('heatmap: values must be 2 rows of 2, got 1 rows of 2')
  })
})
