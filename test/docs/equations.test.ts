import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import * as library from '../../src/index.ts'
import { citedIn, citingIn, equationsOf, fragile, malformed, mismatches } from './equations.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

function filesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
    `${folder}/${name.replaceAll('\\', '/')}`
  ).filter((name) => name.endsWith(ending)).sort()
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const CHAPTERS = filesIn('docs/theory', '.md').filter((file) => /\/\d+-[^/]*$/.test(file))
const SOURCES = filesIn('src', '.ts')
const DOCUMENTS = ['README.md', ...filesIn('docs', '.md')]
const chapters = CHAPTERS.map((file) => equationsOf(file, read(file)))
const equations = chapters.flatMap((chapter) => chapter.equations)
const tags = new Set(equations.map(({ tag }) => tag))
const citing = SOURCES.flatMap((file) => citingIn(file, read(file)))

describe('docs/theory', () => {
  it('has numbered equations with an origin each', () => {
    expect(equations.length).toBeGreaterThan(100)
    expect(chapters.flatMap(({ problems }) => problems)).toEqual([])
  })

  it('has a function for every equation or says why not', () => {
    expect(mismatches(equations, citing)).toEqual([])
  })

  it('has formulas that Markdown leaves alone', () => {
    expect(DOCUMENTS.flatMap((file) => fragile(read(file)).map((formula) => `${file}: ${formula}`))).toEqual([])
  })

  it('refers to equations that are there', () => {
    const dangling = [...CHAPTERS, 'docs/theory/README.md'].flatMap((file) =>
      [...read(file).matchAll(/\((\d+\.\d+)\)/g)].filter(([, tag]) => !tags.has(tag)).map(([all]) => `${file}: ${all}`)
    )
    expect(dangling).toEqual([])
  })
})

describe('citations', () => {
  it('resolve, in sources and documents', () => {
    const files = [...SOURCES, ...DOCUMENTS]
    expect(files.flatMap((file) => citedIn(read(file)).filter((tag) => !tags.has(tag)).map((tag) => `${file}: ${tag}`)))
      .toEqual([])
    expect(files.flatMap((file) => malformed(read(file)).map((range) => `${file}: ${range}`))).toEqual([])
    expect(SOURCES.flatMap((file) => citedIn(read(file))).length).toBeGreaterThan(100)
  })

  it('stand at functions that the library exports or a test exercises', () => {
    const tests = filesIn('test', '.ts').map(read)
    const untested = citing.filter(({ file, name }) => {
      if (name !== undefined && Object.hasOwn(library, name)) return false
      if (existsSync(join(ROOT, file.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts')))) return false
      return name === undefined || !tests.some((text) => new RegExp(`\\b${name}\\b`).test(text))
    })
    expect(untested.map(({ file, name }) => `${file}: ${name}`)).toEqual([])
  })

  it('name equations, not sections of papers, below the lab', () => {
    const section = /\b[a-z]+(?:19|20)\d\d,? (?:sections? |§+ ?|page )\d[\d.a-z–, ]*/g
    const found = SOURCES.filter((file) => !file.startsWith('src/lab/')).flatMap((file) =>
      [...read(file).matchAll(section)].map(([all]) => `${file}: ${all}`)
    )
    expect(found).toEqual([])
    expect('lee2001 section 2.4b'.match(section)).toHaveLength(1)
  })
})

const BLOCK = (tag: string, origin: string): string => `$$\nx = y \\tag{${tag}}\n$$\n\n${origin}\n`

describe('the reader', () => {
  it('reads an equation with its functions, or with a reason', () => {
    const text = BLOCK('2.7', "Origin: *authors' public code* (x2021) and *derived here*. Functions: `f`, `g`.")
      + BLOCK('2.8', 'Origin: *folklore* (y1999). No function: (2.8) a definition.')
    expect(equationsOf('docs/2-a.md', text)).toEqual({
      equations: [{ tag: '2.7', file: 'docs/2-a.md', functions: ['f', 'g'], reason: undefined }, {
        tag: '2.8',
        file: 'docs/2-a.md',
        functions: [],
        reason: 'a definition',
      }],
      problems: [],
    })
  })

  it.each<readonly [string, string, RegExp]>([['no origin', BLOCK('2.1', 'Text.'), /no line of origin/], [
    'neither function nor reason',
    BLOCK('2.1', 'Origin: *derived here*.'),
    /no line of origin/,
  ], ['an unknown mark', BLOCK('2.1', 'Origin: *guessed*. Function: `f`.'), /unknown mark/], [
    'folklore without citation',
    BLOCK('2.1', 'Origin: *folklore*. Function: `f`.'),
    /needs a citation/,
  ], ['names without code marks', BLOCK('2.1', 'Origin: *derived here*. Function: f.'), /names: f/], [
    'a remark about another',
    BLOCK('2.1', 'Origin: *derived here*. No function: (2.2) why.'),
    /remark about \(2\.2\)/,
  ], ['another chapter', BLOCK('3.1', 'Origin: *derived here*. Function: `f`.'), /another chapter than 2/], ['no tag',
    '$$\nx\n$$\n\nText.\n', /0 tags/], ['an open block', '$$\nx\n', /not closed/]])('finds %s', (_, text, problem) => {
      expect(equationsOf('docs/2-a.md', text).problems.join('\n')).toMatch(problem)
    })

  it('reads citations across lines, and refuses ranges', () => {
    expect(citedIn('/**\n * As theory\n * (2.7), (2.8) and (3.1); theory (2.9).\n */ (4.4)')).toEqual(['2.7', '2.8',
      '3.1', '2.9'])
    expect(citedIn('theory (floor 2)')).toEqual([])
    expect(malformed('theory (2.7)–(2.9), theory (2.1), (2.2)')).toEqual(['theory (2.7)–(2.9),'])
  })

  it('finds formulas that Markdown changes', () => {
    expect(fragile('$a\\,b$ $x_i$ $\\mathrm{A}_l$ $\\mathrm{A}_ l$ \\, }_x\n$$\n\\lbrace x \\}\n$$\n')).toEqual([
      '$a\\,b$',
      '$\\mathrm{A}_l$',
      '$$\n\\lbrace x \\}\n$$',
    ])
  })

  it('knows what a docstring stands before', () => {
    const text = '/** A. theory (1.1) */\nexport function f() {}\n/** none */\nfunction g() {}\n'
      + '/** B, theory (1.2). */\nconst h = 1\ninterface I {\n  /** theory (1.3) */\n  readonly a: 1\n}\n'
    expect(citingIn('a.ts', text)).toEqual([{ file: 'a.ts', name: 'f', kind: 'function', tags: ['1.1'] }, {
      file: 'a.ts',
      name: 'h',
      kind: 'function',
      tags: ['1.2'],
    }, { file: 'a.ts', name: 'a', kind: 'other', tags: ['1.3'] }])
  })

  it('finds what does not match', () => {
    const equation = (tag: string, functions: readonly string[], reason?: string) => ({
      tag,
      file: 'c',
      functions,
      reason,
    })
    const f = { file: 'a.ts', name: 'f', kind: 'function', tags: ['1.1'] } as const
    expect(mismatches([equation('1.1', ['f']), equation('1.2', [], 'why')], [f])).toEqual([])
    expect(mismatches([equation('1.1', ['f']), equation('1.1', ['f'])], [f])).toEqual(['c: (1.1) is taken'])
    expect(mismatches([equation('1.1', ['g'])], [f])).toEqual(['c: (1.1) names g, which does not cite it'])
    expect(mismatches([equation('1.1', ['f'])], [{ ...f, kind: 'other' }])).toHaveLength(1)
    expect(mismatches([equation('1.1', [])], [f])).toEqual(['c: (1.1) has neither function nor reason'])
    expect(mismatches([equation('1.1', [], 'why')], [f])).toHaveLength(1)
  })
})
