// The published package as its users have it: packed, installed into an empty project, imported, compiled, bundled, run.
// `npm run release` must have made it.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as source from '../../src/index.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MADE = join(ROOT, 'build/package')
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')
const ROOMS = ['tensor', 'nn', 'data', 'dfa', 'theory'] as const

let project = ''
let installed = ''

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'fa-package-'))
  const packed = run('npm', ['pack', '--silent', '--pack-destination', project], MADE).trim().split('\n').at(-1)
  writeFileSync(join(project, 'package.json'), '{ "name": "user", "private": true, "type": "module" }')
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--offline', join(project, String(packed))], project)
  installed = join(project, 'node_modules/feedback-alignment')
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

function run(command: string, args: readonly string[], cwd = project): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 })
}

/** What a module of the project prints. */
function evaluated(text: string, name = 'user.js'): string {
  writeFileSync(join(project, name), text)
  return run(process.execPath, [name])
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(directory, name)).isFile()
  ).sort()
}

/** The file and what it imports, directly or not. */
function loaded(file: string, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(file)) return found
  found.add(file)
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*"(\.[^"]+)"/g)) {
    loaded(join(dirname(file), name), found)
  }
  return found
}

const TRAINING = `
const network = mlp({ sizes: [20, 50, 50, 3], activation: 'tanh' })
initialize(network, 'uniform', 1)
const { step } = trainer({ network, rule: directFeedbackAlignment({ kind: 'gaussian', seed: 2 }),
  loss: squaredError('mean'), optimizer: sgd(0.1) })
const input = tensor([64, 20], normalInto(new Float32Array(64 * 20), randomStream(3, 'inputs')))
const target = tensor([64, 3], normalInto(new Float32Array(64 * 3), randomStream(3, 'targets')))
const losses = Array.from({ length: 20 }, () => step(input, target))
`

describe('the published package', () => {
  it('is small: few files, few of them loaded, no runtime dependency, no script', () => {
    const files = filesBelow(installed)
    const bytes = files.reduce((sum, name) => sum + statSync(join(installed, name)).size, 0)
    console.log(`${files.length} files, ${(bytes / 1e6).toFixed(2)} MB unpacked`)
    expect(bytes).toBeLessThan(4e6)
    // Beside the page, and the program's commands, which are loaded one by one.
    expect(files.filter((name) => /^dist\/(?!lab\/|page\/)/.test(name)).length).toBeLessThanOrEqual(40)
    expect(loaded(join(installed, 'dist/index.js')).size).toBeLessThanOrEqual(10)
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>
    for (const key of ['dependencies', 'devDependencies', 'scripts', 'optionalDependencies', 'peerDependencies']) {
      expect(manifest, key).not.toHaveProperty(key)
    }
  })

  it('exports what the sources export, room by room, by import and by require', () => {
    const names = Object.keys(source).sort()
    const printed = 'console.log(JSON.stringify(Object.keys(found).sort()))'
    expect(JSON.parse(evaluated(`import * as found from 'feedback-alignment'\n${printed}`))).toEqual(names)
    expect(JSON.parse(evaluated(`const found = require('feedback-alignment')\n${printed}`, 'user.cjs'))).toEqual(names)
    const all = ROOMS.flatMap((room) =>
      JSON.parse(evaluated(`import * as found from 'feedback-alignment/${room}'\n${printed}`)) as string[]
    )
    expect(all.sort()).toEqual(names)
    expect(evaluated(`import { nodeWorkers } from 'feedback-alignment/node'\nconsole.log(typeof nodeWorkers)`)).toBe(
      'function\n',
    )
  })

  it('trains to the bits of the sources', () => {
    const names =
      '{ directFeedbackAlignment, initialize, mlp, normalInto, randomStream, sgd, squaredError, tensor, trainer }'
    const found = evaluated(`import ${names} from 'feedback-alignment'\n${TRAINING}console.log(JSON.stringify(losses))`)
    const losses = new Function(...Object.keys(source), `${TRAINING}return losses`)(
      ...Object.values(source),
    ) as number[]
    expect(losses.length).toBe(20)
    expect(losses[19]).toBeLessThan(losses[0])
    expect(JSON.parse(found)).toEqual(losses)
  })

  it('compiles strictly under each resolution of modules, and refuses what is wrong', () => {
    const right = `import { matmul, tensor, type Tensor } from 'feedback-alignment'
import { directFeedbackAlignment, mlp, trainer, type LearningRule } from 'feedback-alignment/dfa'
import { sgd, squaredError } from 'feedback-alignment/nn'
const rule: LearningRule = directFeedbackAlignment({ kind: 'gaussian', seed: 2 })
const { step } = trainer({ network: mlp({ sizes: [2, 3, 1], activation: 'tanh' }), rule,
  loss: squaredError('mean'), optimizer: sgd(0.1) })
const a: Tensor = tensor([1, 2], new Float32Array(2))
export const loss: number = step(a, matmul(a, tensor([2, 1], new Float32Array(2))))
`
    writeFileSync(join(project, 'right.ts'), right)
    // What browsers take, by the types of the DOM: bytes that are not shared, workers that may be undefined.
    const page = `import { encodeCheckpoint, selectKernels, webWorkers } from 'feedback-alignment'
const bytes = encodeCheckpoint({ metadata: {}, arrays: [] })
export const blob = new Blob([bytes])
export const sent = fetch('x', { method: 'POST', body: bytes })
export const digest = crypto.subtle.digest('SHA-256', bytes)
export const { kernels } = selectKernels({ workers: webWorkers() })
`
    writeFileSync(join(project, 'page.ts'), page)
    writeFileSync(join(project, 'wrong.ts'), right.replace("activation: 'tanh'", "activation: 'tahn'"))
    const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--target',
      'es2022', '--lib', 'es2022', '--types', '']
    for (const options of [['--module', 'nodenext'], ['--module', 'esnext', '--moduleResolution', 'bundler']]) {
      const compiled = (file: string, ...more: readonly string[]): ReturnType<typeof spawnSync> =>
        spawnSync(process.execPath, [TSC, ...strict, ...options, ...more, '--ignoreConfig', file], {
          cwd: project,
          encoding: 'utf8',
        })
      const { status, stdout } = compiled('right.ts')
      expect([status, stdout], options.join(' ')).toEqual([0, ''])
      expect(compiled('page.ts', '--lib', 'es2022,dom').stdout).toBe('')
      expect(String(compiled('wrong.ts').stdout)).toMatch(/wrong\.ts.*error TS/)
    }
  })

  it('has documents whose links lead somewhere, and maps that hold the sources', () => {
    const dead: string[] = []
    for (const name of filesBelow(installed).filter((file) => file.endsWith('.md'))) {
      const text = readFileSync(join(installed, name), 'utf8')
      for (const [, to] of text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)) {
        if (!existsSync(join(installed, dirname(name), to))) dead.push(`${name}: ${to}`)
      }
    }
    expect(dead).toEqual([])
    const maps = filesBelow(join(installed, 'dist')).filter((file) => file.endsWith('.map'))
    expect(maps.length).toBeGreaterThanOrEqual(ROOMS.length)
    for (const name of maps) {
      const { sources, sourcesContent } = JSON.parse(readFileSync(join(installed, 'dist', name), 'utf8')) as {
        sources: string[]
        sourcesContent: (string | null)[]
      }
      expect(sourcesContent.length, name).toBe(sources.length)
      for (const text of sourcesContent) expect(text?.length, name).toBeGreaterThan(0)
    }
  })

  it('runs its program: its version, a check, an experiment in workers, a training with owners', () => {
    const command = (...args: readonly string[]): string =>
      run(process.execPath, [join(installed, 'dist/lab/main.js'), ...args])
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
    expect(command('--version')).toContain(version)
    expect(command('check', '--quick')).toMatch(/\d+ claims hold, 0 fail/)
    expect(command('reproduce', 'refinetti2021/degeneracy', '--scale', 'quick', '--jobs', '2')).toMatch(/claims? hold/)
    expect(command('explore', join(project, 'page'))).toContain('Open it in a browser')
    for (const name of ['index.html', 'page.js', 'page.css', 'theory/2-deep-linear.html']) {
      expect(existsSync(join(project, 'page', name)), name).toBe(true)
    }
    const trained = (...more: readonly string[]): string | undefined =>
      /state sha256 (\w+)/.exec(
        command('train', '--training-samples', '200', '--hidden', '16,16', '--epochs', '1', ...more),
      )?.[1]
    const alone = trained('--checkpoint', 'alone')
    expect(alone).toMatch(/^[0-9a-f]{16,}$/)
    expect(trained('--owners', '2', '--checkpoint', 'shared')).toBe(alone)
  })

  it('leaves out of a bundle what a program does not use, without a warning', () => {
    const sizes = JSON.parse(run(process.execPath, [join(ROOT, 'release/sizes.js')])) as Record<string,
      { bytes: number; warnings: string[] }>
    console.log(
      `gzip, minified: ${Object.entries(sizes).map(([name, { bytes }]) => `${name} ${bytes} bytes`).join(', ')}`,
    )
    // What was measured when this was written, and a tenth; docs/speed.md has the targets.
    const budget: Readonly<Record<string, number>> = {
      everything: 100_000,
      product: 3_500,
      training: 19_900,
      inference: 12_400,
    }
    expect(Object.keys(sizes).sort()).toEqual(Object.keys(budget).sort())
    for (const [name, { bytes, warnings }] of Object.entries(sizes)) {
      expect(warnings, name).toEqual([])
      expect(bytes, name).toBeLessThanOrEqual(budget[name])
    }
  })
})
