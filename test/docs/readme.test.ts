// The README: short, its example as a stranger would compile and run it, its rules and commands as they are; and the
// commands that other pages print.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync,
  writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RULES } from '../../src/dfa/index.ts'
import { runCommandLine } from '../../src/lab/cli.ts'
import { digestOf, README_LIMIT, sectionsOf, withFindings } from '../../src/lab/reproduce/digest.ts'
import { DARK } from '../../src/lab/report/palette.ts'
import { xmlError } from '../lab/report/wellformed.ts'
import { equationsOf } from './equations.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const COMPILER = join(ROOT, 'node_modules/typescript/bin/tsc')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const readme = read('README.md')

/** The contents of fenced blocks of one language, none for ''. */
function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```(.*)\n([^]*?)^```$/gm)].filter(([, name]) => name === language).map(([, , code]) =>
    code
  )
}

describe('README.md', () => {
  it('is below 13 kB', () => {
    expect(statSync(join(ROOT, 'README.md')).size).toBeLessThan(13_000)
  })

  it('says what holds and what fails as docs/results.md does: npm run findings writes it', () => {
    expect(withFindings(readme, digestOf(sectionsOf(read('docs/results.md')), README_LIMIT))).toBe(readme)
  })

  it('has a row for every rule, with its file and its equation', () => {
    const chapter = 'docs/theory/5-rules.md'
    const functions = new Map(equationsOf(chapter, read(chapter)).equations.map((one) => [one.tag, one.functions]))
    const rows = [
      ...readme.matchAll(/^\| \[[^\]]+\]\(src\/dfa\/rules\/([a-z-]+)\.ts\) \|.*\| theory \((5\.\d+)\) \|$/gm),
    ]
    expect(rows.map(([, rule]) => rule).sort()).toEqual(Object.keys(RULES).sort())
    for (const [, rule, tag] of rows) {
      const name = rule.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
      expect(functions.get(tag), rule).toEqual([name])
    }
    const cited = [...readme.matchAll(/\b[a-z]{3,}(?:19|20)\d\d\b/g)].map(([key]) => key)
    expect(cited.filter((key) => !read('docs/sources.md').includes(`**${key}**`) && key !== 'refinetti2021')).toEqual(
      [],
    )
  })

  it('shows a figure that stands alone, small, in light and dark', () => {
    const file = 'docs/figures/conditioning.svg'
    expect(readme).toContain(`](${file})`)
    const figure = read(file)
    expect(xmlError(figure.trim())).toBeUndefined()
    expect(Buffer.byteLength(figure)).toBeLessThan(40_000)
    const dark = figure.slice(figure.indexOf('@media (prefers-color-scheme:dark)'))
    for (const color of [DARK.paper, DARK.ink, ...DARK.series]) expect(dark).toContain(`{fill:${color}}`)
    expect(figure).not.toContain('var(')
  })
})

describe('the example', () => {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const compile = (): string => {
    try {
      return execFileSync(process.execPath, [COMPILER, '-p', folder], { encoding: 'utf8' })
    } catch (error) {
      return String((error as { stdout?: unknown }).stdout)
    }
  }

  beforeAll(() => {
    if (!existsSync(join(ROOT, 'dist/index.js'))) execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT })
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(ROOT, join(folder, 'node_modules/feedback-alignment'), 'dir')
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
    execFileSync(process.execPath, [COMPILER, '--init'], { cwd: folder })
  })

  it('compiles under the options that the compiler proposes, and prints what is printed here', () => {
    expect(readFileSync(join(folder, 'tsconfig.json'), 'utf8')).toMatch(/^\s*"noUncheckedIndexedAccess": true/m)
    const [code, ...others] = blocks(readme, 'ts')
    expect(others).toEqual([])
    expect(code.trim().split('\n').length).toBeLessThan(25)
    writeFileSync(join(folder, 'example.ts'), code)
    expect(compile()).toBe('')
    const printed = execFileSync(process.execPath, [join(folder, 'example.js')], { encoding: 'utf8' })
    expect(blocks(readme, '')).toContain(printed)
  })

  it('would not compile if it took an element for a number', () => {
    writeFileSync(join(folder, 'example.ts'), `${blocks(readme, 'ts')[0]}export const first: number = input.data[0]\n`)
    expect(compile()).toMatch(/TS2322/)
  })
})

describe('commands', () => {
  const pages = ['README.md', 'CONTRIBUTING.md',
    ...readdirSync(join(ROOT, 'docs')).filter((name) => /\.md$/.test(name)).map((name) => `docs/${name}`)]
  const text = pages.map(read).join('\n')

  it('are scripts of the package', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> }
    const named = [...text.matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name]) => name)
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  })

  it('have the options that their help describes', async () => {
    const lines = [...text.matchAll(/\bnpm start -- (check|reproduce|train)\b([^\n`#|&]*)/g)]
    expect(lines.length).toBeGreaterThan(8)
    for (const [line, command, rest] of lines) {
      let help = ''
      await runCommandLine([command, '--help'], {
        out: (part) => {
          help += part
        },
        error: () => {},
        width: 100,
      })
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(help.includes(`  ${option} `), line).toBe(true)
    }
  })
})
