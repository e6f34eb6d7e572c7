import { describe, expect, it } from 'vitest'
import { type LineFigure, lineFigure } from '../../../src/lab/report/figure.ts'
import { textWidth } from '../../../src/lab/report/xml.ts'
import { activeContent, HOSTILE, uniform, xmlError } from './wellformed.ts'

const base: LineFigure = {
  title: 'Loss',
  x: { label: 'step', scale: 'log' },
  y: { label: 'loss', unit: 'nat', scale: 'log' },
  series: [{
    name: 'BP',
    points: [[1, 2], [10, 0.5], [100, 0.01]],
    band: [[1, 1, 3], [10, 0.2, 1], [100, 0.005, 0.02]],
  }, { name: 'ODE', dashed: true, color: 0, points: [[1, 2], [100, 0.02]] }, {
    name: 'DFA',
    draw: 'markers',
    points: [[1, 2.1], [10, 0.7]],
    band: [[1, 2, 2.2], [10, 0.6, 0.8]],
  }],
  marks: [{ x: 10, label: 'epoch 1' }, { x: 11, label: 'epoch 2' }, { y: 0.1, label: 'target' }],
}

/** A figure with linear axes, no marks and these series. */
function draw(...series: LineFigure['series']): string {
  return lineFigure({ title: 't', x: { label: 'x' }, y: { label: 'y' }, series })
}

const drawnLine = (svg: string): string => /<path d="([^"]*)" fill="none" class="s0"/.exec(svg)?.[1] ?? ''

describe('lineFigure', () => {
  it('is one well-formed element without anything that runs or fetches', () => {
    const svg = lineFigure(base)
    expect(xmlError(svg)).toBeUndefined()
    expect(activeContent(svg)).toEqual([])
    expect(svg).not.toMatch(/\bid="|NaN|Infinity|undefined/)
  })

  it('gives the same bytes for the same input', () => expect(lineFigure(structuredClone(base))).toBe(lineFigure(base)))

  it('escapes every text', () => {
    const axis = { label: HOSTILE, unit: HOSTILE }
    const svg = lineFigure({
      title: HOSTILE,
      description: HOSTILE,
      x: axis,
      y: axis,
      series: [{ name: HOSTILE, points: [[0, 1]] }],
      marks: [{ x: 0, label: HOSTILE }, { y: 1, label: HOSTILE }],
    })
    expect(xmlError(svg)).toBeUndefined()
    expect(activeContent(svg)).toEqual([])
  })

  it('shows title, units, legend and marks as text, and speaks of the data', () => {
    const svg = lineFigure(base)
    for (const text of ['>Loss<', '>loss (nat)<', '>step<', '>BP<', '>DFA<', '>epoch 1<', '>target<', '>100<']) {
      expect(svg).toContain(text)
    }
    expect(svg).toContain('BP (3 points, from 2 at 1 to 0.0100 at 100).')
    expect(svg).toContain('x: step, logarithmic.')
  })

  it('has whole numbers at the ticks of a whole axis', () => {
    const labels = (whole: boolean): readonly string[] =>
      [...lineFigure({
        title: 't',
        x: { label: 'epoch', whole },
        y: { label: 'y' },
        series: [{ name: 'a', points: [[0, 10], [2, 30]] }],
      }).matchAll(/>([\d.]+)<\/text>/g)].map(([, text]) => text)
    expect(labels(false)).toEqual(expect.arrayContaining(['0', '0.5', '1.0', '2.0']))
    const whole = labels(true)
    expect(whole).toEqual(expect.arrayContaining(['0', '1', '2']))
    expect(whole.filter((label) => label.includes('.'))).toEqual([])
  })

  it('breaks the line at NaN and says so', () => {
    const points = [[0, 1], [1, 2], [2, NaN], [3, 2], [4, 1]] as const
    const svg = draw({ name: 'a', points })
    expect(drawnLine(svg).match(/M/g)).toHaveLength(2)
    expect(svg).toContain('Not shown: 1 point that is not finite.')
  })

  it('breaks the line at [NaN, NaN] without a word: that is meant', () => {
    const svg = draw({ name: 'a', points: [[0, 1], [1, 2], [NaN, NaN], [3, 2], [4, 1]] })
    expect(drawnLine(svg).match(/M/g)).toHaveLength(2)
    expect(svg).not.toContain('Not shown')
  })

  it('counts what a log axis cannot show', () => {
    const points = [[1, 0], [2, -1], [3, 1], [4, 5]] as const
    const series = [{ name: 'a', points, band: [[3, -1, 2], [4, 3, 6]] as const }]
    const svg = lineFigure({ ...base, series, marks: [] })
    expect(svg).toContain('2 points at or below 0 (log axis); the lower edge of a band')
    expect(xmlError(svg)).toBeUndefined()
  })

  it('counts points outside of a given domain and draws no marker for them', () => {
    const figure = { ...base, x: { label: 'x' }, y: { label: 'y', domain: [0, 1] as const }, marks: [] }
    const points = [[0, 0.5], [1, 9], [2, -1e299]] as const
    const svg = lineFigure({ ...figure, series: [{ name: 'a', points, draw: 'markers' }] })
    expect(svg).toContain('Not shown: 2 points outside the axes.')
    expect(svg.match(/a3\.4 3\.4/g)).toHaveLength(4)
  })

  it('draws at most 400 points of a long line and none of its spikes is lost', () => {
    const random = uniform(9)
    const points = Array.from({ length: 50_000 }, (_, i) => [i, i === 33_333 ? 100 : random()] as const)
    const svg = draw({ name: 'a', points })
    const pairs = drawnLine(svg).slice(1).split('L').map((pair) => pair.split(' ').map(Number))
    expect(pairs.length).toBeLessThanOrEqual(400)
    const ys = pairs.map((pair) => pair[1])
    expect(Math.max(...ys) - Math.min(...ys)).toBeGreaterThan(255)
    expect(svg.length).toBeLessThan(15_000)
  })

  it('tells series apart by marker and dash, not by color alone', () => {
    const points = [[0, 0], [1, 1]] as const
    const shapes = Array.from({ length: 14 }, (_, color) => {
      const svg = draw({ name: 'a', points, color })
      const found = /<g class="[sf]-paper"[^>]*><path d="([^"]*)" class="([^"]*)"/.exec(svg)
      return `${found?.[1]} ${found?.[2]}`
    })
    expect(new Set(shapes).size).toBe(14)
    const dashes = [0, 1, 2, 3, 4, 5, 6].map((color) =>
      /stroke-dasharray="([\d ]+)"/.exec(draw({ name: 'a', points, dashed: true, color }))?.[1]
    )
    expect(new Set(dashes).size).toBe(7)
  })

  it.each([[[]], [[{ name: 'none', points: [] }]], [[{ name: 'nan', points: [[NaN, NaN]] as const }]]])(
    'says that there is no data for %j',
    (series) => {
      const svg = lineFigure({ ...base, series, marks: [] })
      expect(svg).toContain('>no data<')
      expect(xmlError(svg)).toBeUndefined()
      expect(svg).not.toMatch(/="[^"<>]*NaN/)
    },
  )

  it('keeps axis labels apart and inside for 200 random ranges', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = uniform(seed)
      const value = (): number => (random() + 1e-3) * Math.pow(10, random() * 12 - 6)
      const scale = random() < 0.5 ? 'log' : 'linear'
      const points = [[value(), value()], [value(), value()]] as const
      const axis = { label: 'x', scale } as const
      const svg = lineFigure({ title: 't', x: axis, y: axis, series: [{ name: 'a', points }], width: 260 })
      expect(xmlError(svg), `seed ${seed}`).toBeUndefined()
      const label = /<text x="([\d.]+)" y="([\d.]+)" text-anchor="middle" font-size="12"[^>]*>([^<]*)</g
      const ticks = [...svg.matchAll(label)]
      ticks.forEach((tick, k) => {
        const half = textWidth(tick[3], 12) / 2
        expect(Number(tick[1]) + half, `seed ${seed}: ${tick[3]}`).toBeLessThanOrEqual(260)
        if (k === 0) return
        const gap = Number(tick[1]) - Number(ticks[k - 1][1])
        expect(gap, `seed ${seed}: ${tick[3]}`).toBeGreaterThan(half + textWidth(ticks[k - 1][3], 12) / 2)
      })
    }
  })

  it('refuses a domain that a log axis cannot have', () => {
    expect(() => lineFigure({ ...base, y: { label: 'y', scale: 'log', domain: [0, 1] } })).toThrow(RangeError)
  })
})
