// The examples as their readers have them: beside an installed package, which `npm run release` must have made. Those that
// are pages are opened by the tests of the page.

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync,
  writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

let project = ''

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'fa-examples-'))
  mkdirSync(join(project, 'node_modules'))
  symlinkSync(join(ROOT, 'build/package'), join(project, 'node_modules/feedback-alignment'))
  cpSync(join(ROOT, 'examples'), join(project, 'examples'), { recursive: true })
  writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true, "type": "module" }')
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

const node = (file: string): string => execFileSync(process.execPath, [file], { cwd: project, encoding: 'utf8' })

/** The numbers behind "loss" in a text. */
const losses = (text: string): readonly number[] =>
  [...text.matchAll(/loss ([\d.e-]+)/g)].map(([, value]) => Number(value))

function expectFalling(text: string, count: number): void {
  const found = losses(text)
  expect(found.length, text).toBe(count)
  expect(found[count - 1], text).toBeLessThan(found[0] / 2)
}

describe('examples', () => {
  it('are in the list, one folder each, with a README of at most ten lines', () => {
    const list = readFileSync(join(ROOT, 'examples/README.md'), 'utf8')
    const folders = readdirSync(join(ROOT, 'examples')).filter((name) =>
      statSync(join(ROOT, 'examples', name)).isDirectory()
    )
    expect([...list.matchAll(/^\| \[([\w-]+)\]\(\1\)/gm)].map(([, name]) => name).sort()).toEqual(folders.sort())
    for (const name of folders) {
      const text = readFileSync(join(ROOT, 'examples', name, 'README.md'), 'utf8')
      expect(text.trim().split('\n').length, name).toBeLessThanOrEqual(10)
    }
  })

  it('a rule of one’s own learns', () => expectFalling(node('examples/custom-rule/index.js'), 5))

  it('a layer of one’s own has the gradients of its function, and learns', () => {
    const text = node('examples/custom-layer/index.js')
    expect(text).toContain('largest difference from central differences: below 0.001')
    expectFalling(text, 4)
  })

  it('training from a generator is resumed to the same bits', () => {
    const text = node('examples/streaming/index.js')
    expect(text).toMatch(/the same bits\n$/)
    expectFalling(text, 6)
  })

  it('a checkpoint is written for the page', () => {
    expect(node('examples/inference/train.js')).toMatch(/^network.bin: \d+ bytes, last loss 0\.\d+\n$/)
    expect(statSync(join(project, 'examples/inference/network.bin')).size).toBeGreaterThan(500)
  })

  it('a worker at the edge answers, and says what is wrong with a request', async () => {
    const file = pathToFileURL(join(project, 'examples/fetch-worker/worker.js')).href
    const worker =
      (await import(/* @vite-ignore */ file) as { default: { fetch(request: Request): Promise<Response> } }).default
    const ask = (body: string): Promise<Response> =>
      worker.fetch(new Request('http://edge.example/', { method: 'POST', body }))
    const classes: unknown[] = []
    for (const x of [[0, 0], [0, 1], [1, 0], [1, 1]]) {
      classes.push((await (await ask(JSON.stringify({ x }))).json() as { class: unknown }).class)
    }
    expect(classes).toEqual([0, 1, 1, 0])
    expect((await ask('{')).status).toBe(400)
    expect((await ask('{"x": [1, null]}')).status).toBe(400)
    expect((await worker.fetch(new Request('http://edge.example/'))).status).toBe(405)
  })

  it('one script trains where there is the language and a print, to the bits of Node', () => {
    const bundled = join(project, 'small.js')
    execFileSync(process.execPath, [join(ROOT, 'release/node_modules/rolldown/bin/cli.mjs'),
      'examples/small-engine/main.js', '--format', 'iife', '--minify', '--file', bundled], { cwd: project })
    const printed: string[] = []
    runInContext(readFileSync(bundled, 'utf8'), createContext({ print: (text: string) => printed.push(text) }))
    expectFalling(printed.join('\n'), 3)
    writeFileSync(join(project, 'print.js'),
      "globalThis.print = console.log\nawait import('./examples/small-engine/main.js')\n")
    expect(node('print.js')).toBe(`${printed.join('\n')}\n`)
  })

  it('compile, those whose types are said', () => {
    const files = ['custom-rule', 'custom-layer', 'streaming'].map((name) => `examples/${name}/index.js`)
    const { stdout, status } = spawnSync(process.execPath, [TSC, '--ignoreConfig', '--noEmit', '--allowJs', '--checkJs',
      '--strict', '--target', 'es2022', '--lib', 'es2022,dom', '--types', '', '--module', 'nodenext', ...files], {
      cwd: project,
      encoding: 'utf8',
    })
    expect([stdout, status]).toEqual(['', 0])
  })
})
