import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import * as library from '../../src/index.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = ['README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((
    name,
  ) => `docs/${name}`)]

/** Relative targets of links in Markdown, without their anchors. */
function targets(text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target.split('#')[0]).filter((target) =>
    target !== '' && !/^[a-z]+:/.test(target)
  )
}

describe('the pages', () => {
  it('link to files that exist', () => {
    const broken = PAGES.flatMap((page) =>
      targets(readFileSync(join(ROOT, page), 'utf8')).filter((target) => !existsSync(join(ROOT, dirname(page), target)))
        .map((target) => `${page}: ${target}`)
    )
    expect(broken).toEqual([])
    expect(targets('[a](b.md#c) [d](https://e) [f](#g) [h](i/j.ts)')).toEqual(['b.md', 'i/j.ts'])
  })

  it('name functions that the library exports, in the table of equations', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
    const table = readme.slice(readme.indexOf('| equation (Refinetti 2021)'), readme.indexOf('## Citing'))
    const named = table.split('\n').flatMap((line) =>
      [...(line.split(' | ')[1] ?? '').matchAll(/`([a-z][A-Za-z0-9]+)`/g)].map(([, name]) => name)
    )
    expect(named.length).toBeGreaterThan(25)
    expect(named.filter((name) => !Object.hasOwn(library, name))).toEqual([])
  })
})
