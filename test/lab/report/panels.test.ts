import { expect, it } from 'vitest'
import { panels } from '../../../src/lab/report/panels.ts'
import { activeContent, HOSTILE, xmlError } from './wellformed.ts'

const figure = (title: string, top: number, ...names: string[]) => ({
  title,
  x: { label: 'epoch' },
  y: { label: 'alignment' },
  series: names.map((name) => ({ name, points: [[0, 0], [10, top]] as const })),
})

it('shares axes and one legend, with the same color for the same name', () => {
  const html = panels({ figures: [figure('L = 2', 1, 'BP', 'DFA'), figure('L = 8', 100, 'DFA')] })
  expect(xmlError(html)).toBeUndefined()
  expect(html.match(/>100</g)).toHaveLength(2)
  expect(html.match(/<li>/g)).toHaveLength(2)
  const second = html.slice(html.lastIndexOf('<title>'), html.indexOf('<ul'))
  expect(second).toContain('class="s1"')
  expect(second).not.toContain('class="s0"')
})

it('keeps its own axes on request, and escapes', () => {
  const html = panels({ figures: [figure('a', 1, 'BP'), figure(HOSTILE, 100, HOSTILE)], share: 'none' })
  expect(html.match(/>100</g)).toHaveLength(1)
  expect([xmlError(html), activeContent(html)]).toEqual([undefined, []])
})
