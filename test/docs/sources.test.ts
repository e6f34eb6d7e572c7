import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { PAPERS } from '../../src/lab/papers.ts'
import { EXPERIMENTS } from '../../src/lab/reproduce/experiments.ts'
import { withExperiments } from '../../src/lab/reproduce/sources-page.ts'
import { equationsOf } from './equations.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|md)$/.test(name)).map((
    name,
  ) => `${folder}/${name}`)

/** Keys of papers, `nokland2016`. */
const keysIn = (text: string): readonly string[] => text.match(/(?<![\w\\/-])[a-z]{3,}(?:19|20)\d\d\b/g) ?? []
/** Keys that have an entry, `- **nokland2016**: …`. */
const entriesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^- \*\*([a-z]+\d{4})\*\*: \S/gm)].map(([, key]) => key)
/** Names in the first column of the table of experiments. */
const rowsIn = (text: string): readonly string[] => [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name)

const sources = read('docs/sources.md')

describe('docs/sources.md', () => {
  it('has one row for every experiment, and none for others', () => {
    expect(rowsIn(sources).filter((name) => !name.startsWith('check'))).toEqual(EXPERIMENTS.map(({ name }) => name))
  })

  it('says of experiments what they say themselves: npm run findings writes it', () => {
    expect(withExperiments(sources, EXPERIMENTS)).toBe(sources)
  })

  it('has an entry for every paper that is cited by key, and none besides', () => {
    const cited = ['docs/theory', 'src/tensor', 'src/nn', 'src/data', 'src/theory', 'src/dfa'].flatMap(filesIn).flatMap(
      (file) => keysIn(read(file))
    )
    const keys = [...new Set([...cited, ...PAPERS.map(({ key }) => key)])].sort()
    expect(keys.length).toBeGreaterThan(20)
    expect([...entriesIn(sources)].sort()).toEqual(keys)
  })

  it('names the arXiv numbers and titles that the reports print', () => {
    expect(PAPERS.filter(({ arXiv, title }) => !sources.includes(arXiv) || !sources.includes(title))).toEqual([])
  })

  it('refers to equations that are there', () => {
    const tags = filesIn('docs/theory').flatMap((file) => equationsOf(file, read(file)).equations.map(({ tag }) => tag))
    expect([...sources.matchAll(/\((\d+\.\d+)\)/g)].map(([, tag]) => tag).filter((tag) => !tags.includes(tag))).toEqual(
      [],
    )
  })
})

describe('the reader of sources', () => {
  it('knows keys, entries and rows from other text', () => {
    expect(keysIn('As nokland2016; `\\u2009`, at2000, docs/theory2020, (lee2001) 2011.12428.')).toEqual(['nokland2016',
      'lee2001'])
    expect(entriesIn('- **lee2001**: A.\n- **x**: B.\n**lee2002**: C.')).toEqual(['lee2001'])
    expect(rowsIn('| experiment |\n|---|\n| `a/b` | c |\n| d | `e` |')).toEqual(['a/b'])
  })
})
