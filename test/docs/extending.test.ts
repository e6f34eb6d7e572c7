// The examples of docs/extending.md, as they stand there.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installRule, type RuleOptions } from '../../src/dfa/index.ts'
import type { MeasuredClaims } from '../../src/lab/check/recall.ts'
import type { Experiment, RunTools, Scale } from '../../src/lab/reproduce/experiment.ts'
import type { Dataset, DatasetOptions } from '../../src/lab/training/datasets.ts'
import type { Layer, sgd } from '../../src/nn/index.ts'
import { blockedKernels, type Kernels, tensor } from '../../src/tensor/index.ts'
import { network, normals } from '../dfa/networks.ts'
import { type MakeRule, RULE_CHECKS } from '../dfa/rules/rule-checks.ts'
import { GRADIENT_CHECKS, type Row } from '../nn/gradient-rows.ts'
import { expectResumption, trajectory } from '../nn/optimizers/cases.ts'
import { expectEmptyBatch, expectNamedMisuse, expectPlannedBuffers } from '../nn/layer-laws.ts'
import { circles, exportedNames, violations } from '../package-rules.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const RULE = 'clipped-direct-feedback-alignment'
const RULE_FILE = `src/dfa/rules/${RULE}.ts`
const LAYER_FILE = 'src/nn/softplus.ts'
const OPTIMIZER_FILE = 'src/nn/optimizers/sign-sgd.ts'
const DATASET_FILE = 'src/lab/training/datasets/rings.ts'
const EXPERIMENT_FILE = 'src/lab/reproduce/refinetti2021/near-orthogonal.ts'
const CLAIM_FILE = 'src/lab/check/basis.ts'
const FILES = [RULE_FILE, LAYER_FILE, OPTIMIZER_FILE, DATASET_FILE, EXPERIMENT_FILE, CLAIM_FILE]

/** Where each line goes: the table, by how its declaration begins, and the import that it needs. */
const LINES = [{
  file: 'src/dfa/rules/index.ts',
  title: 'RULE_DESCRIPTIONS',
  name: 'clippedDirectFeedbackAlignmentRule',
  from: RULE_FILE,
}, { file: 'src/lab/training/optimizers.ts', title: 'OPTIMIZERS', name: 'signSgd', from: OPTIMIZER_FILE }, {
  file: 'src/lab/training/datasets.ts',
  title: 'SOURCES',
  name: 'rings',
  from: DATASET_FILE,
}, { file: 'src/lab/reproduce/experiments.ts', title: 'EXPERIMENTS', name: 'nearOrthogonal', from: EXPERIMENT_FILE }, {
  file: 'src/lab/check/identities.ts',
  title: 'IDENTITIES',
  name: 'basisClaims',
  from: CLAIM_FILE,
}] as const
/** Sources that must see the longer tables. */
const READERS = readdirSync(new URL('../../src/lab/training', import.meta.url), { recursive: true, encoding: 'utf8' })
  .map((name) => `src/lab/training/${name.replaceAll('\\', '/')}`).filter((name) =>
    name.endsWith('.ts') && LINES.every(({ file }) => file !== name)
  )

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

const PLACED: readonly string[] = [...FILES, ...LINES.map(({ file }) => file), ...READERS]

/** Writes a file as if at `place`: its imports from the sources are found there, those of what is placed in the folder. */
function write(place: string, code: string): string {
  const file = join(folder, place)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, code.replace(/from '(\.[^']*)'/g, (_, specifier: string) => {
    const target = posix.join(posix.dirname(place), specifier)
    const path = relative(dirname(file), join(PLACED.includes(target) ? folder : ROOT, target))
    return `from '${path.startsWith('.') ? path : `./${path}`}'`
  }))
  return file
}

const source = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** A file of the sources with one line more in its table, and the import that the line needs. */
function withLine({ file, title, name, from }: (typeof LINES)[number]): string {
  const path = posix.relative(posix.dirname(file), from)
  const table = source(file)
  const longer = table.replace(new RegExp(`^(?:export )?const ${title}\\b[^]*?= [\\[{]`, 'm'),
    (head) => `${head}\n${block(title)}`)
  if (longer === table) throw new Error(`${file} has no table ${title}`)
  return `import { ${name} } from '${path.startsWith('.') ? path : `./${path}`}'\n${longer}`
}

type Training = typeof import('../../src/lab/training/configuration.ts')
type Sessions = typeof import('../../src/lab/training/session.ts')
type Classification = typeof import('../../src/lab/training/tasks/classification.ts')
type Datasets = typeof import('../../src/lab/training/datasets.ts')

const found: { makeRule: MakeRule; make: (options: object) => unknown; row: Row;
  softplus: (options: { name: string; kernels?: Kernels }) => Layer; signSgd: typeof sgd;
  configure: Training['configure']; startSession: Sessions['startSession']; samplesOf: Classification['samplesOf'];
  readDataset: (name: string, ...rest: [undefined, DatasetOptions]) => Dataset; experiments: readonly Experiment[];
  identityClaims: MeasuredClaims } = {} as never

beforeAll(async () => {
  for (const file of FILES) write(file, block(file))
  for (const line of LINES) write(line.file, withLine(line))
  for (const file of READERS) write(file, source(file))
  const rowFile = write('test/nn/row.ts',
    ["import { softplus } from '../../src/nn/softplus.ts'", "import type { Row } from './gradient-rows.ts'",
      `export const ROWS: readonly Row[] = [\n${block('ROWS')}]`].join('\n'))
  const load = async <T>(file: string): Promise<T> => await import(join(folder, file)) as T
  const { RULES } = await load<{ RULES: Record<string, MakeRule> }>('src/dfa/rules/index.ts')
  found.makeRule = RULES[RULE]
  found.make = (await load<Record<string, typeof found.make>>(RULE_FILE))['clippedDirectFeedbackAlignment']
  found.row = (await import(rowFile) as { ROWS: readonly Row[] }).ROWS[0]
  found.softplus = (await load<typeof found>(LAYER_FILE)).softplus
  found.signSgd = (await load<typeof found>(OPTIMIZER_FILE)).signSgd
  found.configure = (await load<Training>('src/lab/training/configuration.ts')).configure
  found.startSession = (await load<Sessions>('src/lab/training/session.ts')).startSession
  found.samplesOf = (await load<Classification>('src/lab/training/tasks/classification.ts')).samplesOf
  found.readDataset = (await load<Datasets>('src/lab/training/datasets.ts')).readDataset as typeof found.readDataset
  found.experiments =
    (await load<{ EXPERIMENTS: readonly Experiment[] }>('src/lab/reproduce/experiments.ts')).EXPERIMENTS
  found.identityClaims = (await load<typeof found>('src/lab/check/identities.ts')).identityClaims
})

describe('docs/extending.md', () => {
  it('has one file and one line for each', () => {
    const lines = [...LINES.map(({ title }) => title), 'ROWS']
    expect([...blocks.keys()].sort()).toEqual([...FILES, ...lines].sort())
    for (const title of lines) expect(block(title).trim().split('\n'), title).toHaveLength(1)
    expect((page.match(/^```/gm) ?? []).length).toBe(2 * blocks.size)
  })

  it('has examples that can stand outside: what they import from their own room is exported by it', () => {
    let imported = 0
    for (const file of [RULE_FILE, LAYER_FILE, OPTIMIZER_FILE]) {
      const room = file.split('/')[1]
      const names = exportedNames(`src/${room}/index.ts`, source)
      for (const [, list, from] of block(file).matchAll(/import (?:type )?\{([^}]*)\} from '([^']*)'/g)) {
        if (from.endsWith('/index.ts')) continue
        for (const name of list.split(',').map((one) => one.replace('type ', '').trim())) {
          expect(names, `${file}: ${name}`).toContain(name)
          imported++
        }
      }
    }
    expect(imported).toBeGreaterThan(9)
  })

  it('has examples that close no circle of imports', () => {
    const table = new Map<string, string>(LINES.map((line) => [line.file, withLine(line)]))
    expect(circles(FILES, (file) => table.get(file) ?? blocks.get(file) ?? source(file))).toEqual([])
  })

  it('has examples that compile under the project’s options and keep to its floors and names', () => {
    for (const file of FILES) expect(violations(file, block(file)), file).toEqual([])
    const compile = (include: readonly string[], lab = false): string => {
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
        extends: '../../tsconfig.json',
        include,
        compilerOptions: {
          noEmit: true,
          composite: false,
          incremental: false,
          declaration: true,
          isolatedDeclarations: !lab,
          types: lab ? ['node'] : [],
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
    expect(about(compile(['src/dfa/**/*.ts', 'src/nn/**/*.ts']))).toEqual([])
    expect(about(compile(['src/lab/**/*.ts'], true))).toEqual([])
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

describe('the optimizer and the data set of the page', () => {
  it('moves every weight by the rate, and goes on after a resume', () => {
    const rate = 1 / 8
    expect(trajectory(found.signSgd(rate), 1, 3, (t) => [5, -0.1, 0][t])).toEqual([1 - rate, 1, 1])
    expectResumption(() => found.signSgd((step) => 1 / (8 + step)), [])
    expect(() => found.signSgd(0)).toThrow('signSgd: rate must be positive, got 0')
  })

  it('has the classes that its shape says, in both splits', () => {
    const options = { trainingSamples: 0, validationSamples: 100, standardize: 'none' } as const
    const { training, test, sample, classes } = found.readDataset('rings', undefined, options)
    expect([sample, classes, training.inputs.shape, test.targets.shape]).toEqual([[1, 1, 2], 3, [2900, 2], [1000, 3]])
    for (let row = 0; row < 1000; row++) {
      const radius = Math.hypot(test.inputs.data[2 * row], test.inputs.data[2 * row + 1])
      expect(test.targets.data[3 * row + (radius < 0.9 ? 0 : radius < 1.5 ? 1 : 2)]).toBe(1)
    }
  })

  it('are options of a training, which learns', () => {
    const ask = (more: Readonly<Record<string, string>>): ReturnType<Training['configure']> =>
      found.configure(new Map(Object.entries({ dataset: 'rings', optimizer: 'sign-sgd', ...more })))
    expect(ask({ momentum: '0.5' }).faults).toEqual(['--momentum: sign-sgd has no momentum'])
    const { configuration, faults } = ask({ hidden: '40', rate: '0.002', batch: '50' })
    expect(faults).toEqual([])
    const options = { trainingSamples: 0, validationSamples: 0, standardize: 'global' } as const
    const session = found.startSession(configuration, found.samplesOf(found.readDataset('rings', undefined, options)),
      blockedKernels)
    const before = session.score('test').accuracy
    for (let step = 0; step < 10 * session.perEpoch; step++) session.step()
    expect(before).toBeLessThan(0.6)
    expect(session.score('test').accuracy).toBeGreaterThan(0.9)
  })
})

describe('the experiment of the page', () => {
  const experiment = (): Experiment =>
    found.experiments.find(({ name }) => name.endsWith('/near-orthogonal')) as Experiment
  const tools = { data: undefined, kernels: () => blockedKernels, progress: () => {} } as unknown as RunTools
  const judged = (scale: Scale, result = (c: object): unknown => experiment().run(c, tools)): readonly string[] => {
    const runs = experiment().plan(scale, 0, []).map((configuration) => ({
      configuration,
      result: result(configuration),
      seconds: 1,
    }))
    return experiment().judge(runs, scale).claims.map(({ id, verdict }) => `${id} ${verdict}`)
  }

  it('runs, and the quick scale decides what it declares', () => {
    expect(judged('quick')).toEqual(['near-orthogonal-10 undecided', 'near-orthogonal-100 holds'])
    expect(judged('default')).toEqual([10, 100, 1000].map((width) => `near-orthogonal-${width} holds`))
  })

  it('fails with results that contradict it, and is as undecided as before at the quick scale', () => {
    const orthogonal = (): unknown => 0
    expect(judged('quick', orthogonal)).toEqual(['near-orthogonal-10 undecided', 'near-orthogonal-100 fails'])
    expect(judged('default', orthogonal)).toEqual([10, 100, 1000].map((width) => `near-orthogonal-${width} fails`))
  })
})

describe('the claim of the page', () => {
  it('is one of the claims of check, holds, and fails for a change that is no rounding', () => {
    const ids = (change: number): readonly string[] =>
      found.identityClaims(0, true, <T>(name: string, measure: () => T): T =>
        name === 'basis-free' && change > 0 ? change as T : measure()).filter(({ id }) =>
          id === 'basis-free'
        ).map(({ verdict }) => verdict)
    expect(ids(0)).toEqual(['holds'])
    expect(ids(1e-6)).toEqual(['fails'])
  })
})
