import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lineFigure } from '../../../src/lab/report/figure.ts'
import { configurationText, type Outcome, reproduceReport } from '../../../src/lab/reproduce/report.ts'
import { fake } from './fake.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const outcome = (name: string): Outcome => ({
  experiment: fake(name),
  runs: [],
  judgment: {
    claims: [],
    figures: ['one', 'two', 'three'].map((title) => ({
      svg: lineFigure({ title, x: { label: 'x' }, y: { label: 'y' }, series: [] }),
      caption: `${name}: ${title}`,
    })),
  },
})
/** Captions above the sections, and in them. */
const captions = (...names: readonly string[]): readonly (readonly string[])[] => {
  const page = readFileSync(reproduceReport(folder, names.map(outcome), 'quick', 0), 'utf8')
  return page.split('<main>').map((part) =>
    [...part.matchAll(/<figcaption><b>Figure \d+\.<\/b> ([^<]*)<\/figcaption>/g)].map(([, text]) => text)
  )
}

describe('the report of reproduce', () => {
  it('begins with the first figures of a single experiment, and shows each once', () => {
    expect(captions('p/a')).toEqual([['p/a: one', 'p/a: two'], ['p/a: three']])
  })

  it('leaves figures in their sections where there are more', () => {
    expect(captions('p/a', 'p/b')).toEqual([[], ['p/a: one', 'p/a: two', 'p/a: three', 'p/b: one', 'p/b: two',
      'p/b: three']])
  })
})

it('says all values of every key of configurations, those of objects inside as well, and counts many', () => {
  const run = (seed: number) => ({
    configuration: { seed, network: { kind: 'FC', widths: [3, seed % 2] } },
    result: 0,
    seconds: 1,
  })
  expect(configurationText([run(0), run(1), run(2)])).toBe('seed 0, 1, 2; network.kind FC; network.widths [3,0], [3,1]')
  expect(configurationText(Array.from({ length: 9 }, (_, seed) => run(seed)))).toContain('seed (9 values)')
})
