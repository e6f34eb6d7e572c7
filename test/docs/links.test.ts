import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((
    name,
  ) => `docs/${name}`)]

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** Relative targets of links in Markdown: path, empty for the page itself, and anchor, empty for none. */
function targets(text: string): readonly (readonly [path: string, anchor: string])[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].filter(([, target]) => !/^[a-z]+:/.test(target)).map(([, target]) => {
    const [path, anchor = ''] = target.split('#')
    return [path, anchor]
  })
}

/** Anchors of the headings of a page, as GitHub makes them. */
function anchors(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
  )
}

describe('the pages', () => {
  it('link to files and headings that exist', () => {
    const broken = PAGES.flatMap((page) =>
      targets(read(page)).filter(([path, anchor]) => {
        const file = path === '' ? page : join(dirname(page), path)
        return !existsSync(join(ROOT, file)) || (anchor !== '' && !anchors(read(file)).includes(anchor))
      }).map(([path, anchor]) => `${page}: ${path}#${anchor}`)
    )
    expect(broken).toEqual([])
  })

  it('say nothing twice, as two versions of a paragraph that were both kept in a merge would', () => {
    const twice = PAGES.filter((page) => page !== 'docs/results.md').flatMap((page) => {
      const begins = read(page).split('\n').filter((line) => line.length > 200).map((line) => line.slice(0, 80))
      return begins.filter((line, at) => begins.indexOf(line) < at).map((line) => `${page}: ${line}`)
    })
    expect(twice).toEqual([])
  })

  it('begin headings on a line of their own, behind an empty one', () => {
    const found = PAGES.flatMap((page) => {
      // Comments in code begin as headings do.
      const lines = read(page).replaceAll(/^```[^]*?^```/gm, '').split('\n')
      return lines.filter((line, at) => /^#+ /.test(line) && at > 0 && lines[at - 1] !== '').map((line) =>
        `${page}: ${line}`
      )
    })
    expect(found).toEqual([])
  })

  it('are read for paths, anchors and headings', () => {
    expect(targets('[a](b.md#c) [d](https://e) [f](#g) [h](i/j.ts)')).toEqual([['b.md', 'c'], ['', 'g'], ['i/j.ts',
      '']])
    expect(anchors('# A, b\n## `c.ts`: 2\n')).toEqual(['a-b', 'cts-2'])
  })
})
