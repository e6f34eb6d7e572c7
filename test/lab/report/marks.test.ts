import { expect, it } from 'vitest'
import { lineFigure } from '../../../src/lab/report/figure.ts'
import { type Mark } from '../../../src/lab/report/marks.ts'

function labels(marks: readonly Mark[], points: readonly (readonly [number, number])[] = [[0, 0], [100, 1]]) {
  const svg = lineFigure({ title: 't', x: { label: 'x' }, y: { label: 'y' }, series: [{ name: 'a', points }], marks })
  return [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*class="f-muted s-paper"[^>]*>([^<]*)</g)].map((
    [, x, y, text],
  ) => ({ x: Number(x), y: Number(y), text }))
}

it('puts labels of close vertical marks into different rows above the axes', () => {
  const names = ['learning rate halved', 'learning rate halved again', 'x']
  const found = labels(names.map((label, k) => ({ x: 50 + k, label })))
  expect(new Set(found.map(({ y }) => y)).size).toBe(3)
})

it('keeps labels of close horizontal marks apart', () => {
  const names = ['first bound', 'second bound', 'third']
  const found = labels(names.map((label, k) => ({ y: 0.5 + k / 100, label })))
  const keys = found.map(({ x, y }) => `${x > 200}${Math.round(y / 14)}`)
  expect(new Set(keys).size).toBe(3)
})

it('seats a horizontal label where it hides no point', () => {
  const crowd = Array.from({ length: 20 }, (_, i) => [60 + 2 * i, i % 2 === 0 ? 0.54 : 0.46] as const)
  expect(labels([{ y: 0.5, label: 'bound' }], [[0, 0], ...crowd, [100, 1]])[0].x).toBeLessThan(100)
})

it('leaves out marks without a place', () => expect(labels([{ x: NaN, label: 'nowhere' }])).toEqual([]))
