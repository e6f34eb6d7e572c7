// The examples of docs/extending.md, as they stand there.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installRule, type RuleOptions } from '../../src/dfa/index.ts'
import type { Layer } from '../../src/nn/index.ts'
import { type Kernels, tensor } from '../../src/tensor/index.ts'
import { network, normals } from '../dfa/networks.ts'
import { type MakeRule, RULE_CHECKS } from '../dfa/rules/rule-checks.ts'
import { GRADIENT_CHECKS, type Row } from '../nn/gradient-rows.ts'
import { expectEmptyBatch, expectNamedMisuse, expectPlannedBuffers } from '../nn/layer-laws.ts'
import { violations } from '../package-rules.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const RULE = 'clipped-direct-feedback-alignment'
const [RULE_FILE, LAYER_FILE] = [`src/dfa/rules/${RULE}.ts`, 'src/nn/softplus.ts']

/** The blocks of a page by their first line, `// <title>`. */
function blocksOf(page: string): ReadonlyMap<string, string> {
  return new Map([...page.matchAll(/^```ts\n\/\/ (.*)\n([^]*?)^```$/gm)].map(([, title, code]) => [title, code]))
}

const page = readFileSync(join(ROOT, 'docs/extending.md'), 'utf8')
const blocks = blocksOf(page)
const block = (title: string): string =>
  blocks.get(title) ?? `throw new Error('docs/extending.md has no block "${title}"')`

/** A folder inside the checkout, so that the test runner compiles what is in it, and outside of what is kept. */
mkdirSync(join(ROOT, 'build'), { recursive: true })
const folder = mkdtempSync(join(ROOT, 'build/extending-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Writes a file as if at `place`: its imports from the sources are found there, those from this page in the folder. */
function write(place: string, code: string): string {
  const file = join(folder, place)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, code.replace(/from '(\.[^']*)'/g, (_, specifier: string) => {
    const target = posix.join(posix.dirname(place), specifier)
    const real = target === RULE_FILE || target === LAYER_FILE ? join(folder, target) : join(ROOT, target)
    const path = relative(dirname(file), real)
    return `from '${path.startsWith('.') ? path : `./${path}`}'`
  }))
  return file
}

/** `code` with `line` after the first line that starts with `anchor`. */
function withLine(code: string, anchor: string, line: string): string {
  const lines = code.split('\n')
  const at = lines.findIndex((text) => text.startsWith(anchor))
  if (at < 0) throw new Error(`no line starts with ${anchor}`)
  return [...lines.slice(0, at + 1), line, ...lines.slice(at + 1)].join('\n')
}

const found: { makeRule: MakeRule; make: (options: object) => unknown; row: Row;
  softplus: (options: { name: string; kernels?: Kernels }) => Layer } = {} as never

beforeAll(async () => {
  const ruleFile = write(RULE_FILE, block(RULE_FILE))
  const layerFile = write(LAYER_FILE, block(LAYER_FILE))
  // The table of the sources with one line more, and the import that it needs.
  const table = readFileSync(join(ROOT, 'src/dfa/rules/index.ts'), 'utf8')
  const imported = `import { clippedDirectFeedbackAlignmentRule } from './${RULE}.ts'\n`
  const longer = withLine(table, 'export const RULE_DESCRIPTIONS', block('RULE_DESCRIPTIONS').trimEnd())
  const tableFile = write('src/dfa/rules/index.ts', imported + longer)
  const rowFile = write('test/nn/row.ts',
    ["import { softplus } from '../../src/nn/softplus.ts'", "import type { Row } from './gradient-rows.ts'",
      `export const ROWS: readonly Row[] = [\n${block('ROWS')}]`].join('\n'))
  const { RULES } = await import(tableFile) as { RULES: Record<string, MakeRule> }
  found.makeRule = RULES[RULE]
  const { clippedDirectFeedbackAlignment } = await import(ruleFile) as Record<string, typeof found.make>
  found.make = clippedDirectFeedbackAlignment
  found.row = (await import(rowFile) as { ROWS: readonly Row[] }).ROWS[0]
  found.softplus = (await import(layerFile) as { softplus: typeof found.softplus }).softplus
})

describe('docs/extending.md', () => {
  it('has one file and one line for a rule, and one file and one line for a layer', () => {
    expect([...blocks.keys()]).toEqual([RULE_FILE, 'RULE_DESCRIPTIONS', LAYER_FILE, 'ROWS'])
    for (const title of ['RULE_DESCRIPTIONS', 'ROWS']) expect(block(title).trim().split('\n'), title).toHaveLength(1)
    expect((page.match(/^```/gm) ?? []).length).toBe(8)
  })

  it('has examples that compile under the project’s options and keep to its floors and names', () => {
    for (const file of [RULE_FILE, LAYER_FILE]) expect(violations(file, block(file)), file).toEqual([])
    const compile = (include: readonly string[]): string => {
      writeFileSync(join(folder, 'tsconfig.json'),
        JSON.stringify({
          extends: '../../tsconfig.json',
          include,
          compilerOptions: {
            noEmit: true,
            composite: false,
            incremental: false,
            declaration: true,
            rootDir: '../..',
            rewriteRelativeImportExtensions: false,
            allowImportingTsExtensions: true,
          },
        }))
      try {
        const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
        return execFileSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' })
      } catch (error) {
        return String((error as { stdout?: unknown }).stdout)
      }
    }
    // Only what is said about the files of this page: the sources have a check of their own.
    const about = (output: string): readonly string[] =>
      output.split('\n').filter((line) => line.includes('extending-') || line.startsWith('error'))
    expect(about(compile(['src/**/*.ts']))).toEqual([])
    write('wrong.ts', 'export const wrong: number = "text"')
    expect(about(compile(['wrong.ts']))).toHaveLength(1)
  })

  it('has links that lead somewhere', () => {
    const links = [...page.matchAll(/\]\((\.\.\/[^)]*)\)/g)].map(([, link]) => link)
    expect(links.length).toBeGreaterThan(8)
    for (const link of links) expect(() => readFileSync(join(ROOT, 'docs', link)), link).not.toThrow()
  })
})

describe('the rule of the page', () => {
  const make: MakeRule = (options: RuleOptions) => found.makeRule(options)
  it.each(Object.entries(RULE_CHECKS))('%s', (_title, check) => check(RULE, make))

  it('cuts large errors', () => {
    const delivered = (error: number): readonly number[] => {
      const layer = network({ sizes: [2, 3, 1] })
      installRule(layer, found.makeRule({ seed: 1 }))
      layer.forward(normals(1, 2, 1, 'input'))
      layer.backward(tensor([1, 1], Float32Array.of(error)), false)
      return [...(layer.children[2] as unknown as { delivered: { data: Float32Array } }).delivered.data]
    }
    expect(delivered(0.05)).not.toEqual(delivered(0.1))
    expect(delivered(5)).toEqual(delivered(0.1))
    expect(delivered(-5)).toEqual(delivered(0.1).map((x) => -x))
    expect(() => found.make({ limit: 0 })).toThrow('clippedDirectFeedbackAlignment: limit must be positive, got 0')
  })
})

describe('the layer of the page', () => {
  it.each(Object.entries(GRADIENT_CHECKS))('%s', (_title, check) => check(found.row))

  it('keeps the laws of layers', () => {
    expectPlannedBuffers((kernels) => found.softplus({ name: 's', kernels }), [2])
    expectEmptyBatch(found.softplus({ name: 's' }), [2, 3])
    expectNamedMisuse(found.softplus({ name: 's' }), tensor([2, 3]))
    const far = tensor([1, 2], Float32Array.of(1e4, -1e4))
    expect([...found.softplus({ name: 's' }).forward(far).data]).toEqual([1e4, 0])
  })
})
