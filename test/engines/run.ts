// npm run test:engines: the same vectors in every engine that is here, compared bit by bit.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundled, bundler, engineNamed, missing, runOnce } from './bundle.ts'
import { compare, firstDifference, referenceTier, trajectoryDifferences } from './compare.ts'
import { type Engine, engineTable } from './engines.ts'
import { outputOf } from './process.ts'
import { markdownTable, type Outcome, plainTable, summary } from './table.ts'
import type { RunOptions, RunResult } from './result.ts'

const HELP = `npm run test:engines -- [options]

Runs one bundle of vectors and golden trajectories in every JavaScript engine found, in every tier the engine has, and
compares a hash of all result bits with the reference tier of this Node. An engine that is not installed is named and
counted as skipped, never as passed. Exit status 0 when nothing differs and nothing crashes.

  --engines a,b     only these; they must be there
  --ci              the engines that install in reasonable time; they must be there
  --install         first install what is missing: npm packages of test/engines, Debian packages (as root)
  --timeout S       seconds per engine, 300 unless given
  --json FILE       one JSON line per engine
  --markdown        the table in Markdown
  --plant E[:G]     flip one bit in group G (matmul unless given) of engine E: must end in a failure
  --record          write this Node's trajectories to golden.json instead of comparing with it
  --list            names the engines and says which are here
  --help            this text
`

// Compiled to build/engines/.
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDER = join(ROOT, 'test', 'engines')
const GOLDEN = join(FOLDER, 'golden.json')
const HOST = fileURLToPath(new URL('./quickjs.js', import.meta.url))

interface Options {
  readonly engines?: string
  readonly ci: boolean
  readonly install: boolean
  readonly timeout: string
  readonly json?: string
  readonly markdown: boolean
  readonly plant?: string
  readonly record: boolean
  readonly list: boolean
  readonly help: boolean
}

function parsed(): Options {
  const flag = { type: 'boolean', default: false } as const
  const text = { type: 'string' } as const
  const timeout = { type: 'string', default: '300' } as const
  const { values } = parseArgs({
    options: {
      engines: text,
      ci: flag,
      install: flag,
      timeout,
      json: text,
      markdown: flag,
      plant: text,
      record: flag,
      list: flag,
      help: flag,
    },
  })
  if (Number(values.timeout) > 0) return values
  throw new RangeError(`--timeout: seconds must be a positive number, got ${JSON.stringify(values.timeout)}`)
}

const table = engineTable(FOLDER, HOST)
let options: Options

async function main(): Promise<number> {
  options = parsed()
  if (options.help) {
    console.log(HELP)
    return 0
  }
  const engines = chosen()
  if (options.install) await install(engines)
  if (options.list) {
    for (const engine of engines) {
      console.log(`${engine.id.padEnd(18)}  ${engine.title.padEnd(28)}  ${engine.find() ?? missing(engine)}`)
    }
    return 0
  }
  const bundle = await bundled(FOLDER, join(FOLDER, 'vectors.ts'))
  const [planted, place] = plantOf(engines)
  const baseline = await vectorsIn(table[0], bundle, {})
  const found: Outcome[] = [...recordOrCompare(baseline), await selfCheck(bundle, baseline)]
  for (const engine of engines) {
    const outcome = await verdict(engine, bundle, baseline, planted === engine.id ? { plant: place } : {})
    progress(outcome)
    found.push(outcome)
  }
  report(found)
  return found.some(({ status }) => status === 'failed') ? 1 : 0
}

/** The engines asked for. */
function chosen(): readonly Engine[] {
  if (options.engines === undefined) return options.ci ? table.filter(({ ci }) => ci) : table
  return options.engines.split(',').map((id) => engineNamed(table, '--engines', id))
}

/** The engine and the group of --plant; the engine must be among those that run, or nothing would be planted. */
function plantOf(engines: readonly Engine[]): readonly [engine: string, group: string] {
  const [id, group = 'matmul'] = (options.plant ?? '').split(':')
  if (options.plant === undefined || engines.includes(engineNamed(table, '--plant', id))) return [id, group]
  throw new RangeError(`--plant: engine must be among those that run, got ${JSON.stringify(id)}`)
}

/** Installs what the chosen engines lack. What fails is told and shows as skipped later. */
async function install(engines: readonly Engine[]): Promise<void> {
  const attempt = async (program: string, args: readonly string[]): Promise<void> => {
    console.log(`${program} ${args.join(' ')}`)
    try {
      await outputOf(program, args, 900_000, { inherit: true })
    } catch (error) {
      console.log(String(error))
    }
  }
  const lacking = engines.filter((engine) => engine.find() === undefined)
  // No package needs its install script: programs are called where they lie.
  if (!existsSync(bundler(FOLDER)) || lacking.some(({ apt }) => apt === undefined)) {
    await attempt('npm', ['ci', '--prefix', FOLDER, '--ignore-scripts', '--no-audit', '--no-fund'])
  }
  const packages = [...new Set(lacking.flatMap(({ apt }) => (apt === undefined ? [] : [apt])))]
  if (packages.length > 0) {
    await attempt('apt-get', ['update', '-q'])
    await attempt('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages])
  }
}

/** Runs the vectors once in one engine. Throws: Error when no result comes, for whatever reason. */
async function vectorsIn(engine: Engine, bundle: string, run: RunOptions): Promise<RunResult> {
  return await runOnce(engine, bundle, run, 1000 * Number(options.timeout)) as RunResult
}

/** Runs one engine and judges it. */
async function verdict(engine: Engine, bundle: string, baseline: RunResult, run: RunOptions): Promise<Outcome> {
  const { id, title } = engine
  const program = engine.find()
  if (program === undefined) {
    const demanded = options.ci || options.engines !== undefined
    return { engine: id, title, version: '', status: demanded ? 'failed' : 'skipped', reason: missing(engine) }
  }
  const began = performance.now()
  let version = ''
  try {
    version = await engine.version(program)
    const result = await vectorsIn(engine, bundle, run)
    const seconds = (performance.now() - began) / 1000
    const differences = compare(baseline, result)
    if (differences.length === 0) {
      const unseen = run.plant === undefined ? undefined : `the bit planted in ${run.plant} was not found`
      const status = unseen === undefined ? 'passed' : 'failed'
      return { engine: id, title, version, status, reason: unseen, result, differences, seconds }
    }
    const detail = await traced(engine, bundle, baseline, result, run)
    return { engine: id, title, version, status: 'failed', result, differences, detail, seconds }
  } catch (error) {
    const seconds = (performance.now() - began) / 1000
    const reason = error instanceof Error ? error.message : String(error)
    return { engine: id, title, version, status: 'failed', reason, seconds }
  }
}

/** Runs the first differing group again, here and there, and finds the number that differs. */
async function traced(engine: Engine, bundle: string, baseline: RunResult, result: RunResult,
  run: RunOptions): Promise<string>
{
  const [{ tier, group }] = compare(baseline, result)
  const reference = referenceTier(baseline, result, tier)
  if (reference === undefined || group === 'all') return ''
  try {
    const expected = await vectorsIn(table[0], bundle, { trace: { tier: reference, group } })
    const got = await vectorsIn(engine, bundle, { ...run, trace: { tier, group } })
    return firstDifference(expected.trace, got.trace) || 'not seen again when only this group ran'
  } catch (error) {
    return `tracing failed: ${String(error)}`
  }
}

/** Each run first shows that it can fail: one flipped bit must be found, and nothing else. */
async function selfCheck(bundle: string, baseline: RunResult): Promise<Outcome> {
  const row = { engine: 'self-check', title: 'Planted wrong bit', version: '' }
  const differences = compare(baseline, await vectorsIn(table[0], bundle, { plant: 'functions/tanh' }))
  const caught = differences.length === 1 && differences[0].group === 'functions/tanh'
  if (caught) return { ...row, status: 'passed', reason: 'found, and nothing else' }
  return { ...row, status: 'failed', reason: `must be the only difference, found ${differences.length}` }
}

/** The recorded trajectories guard all engines together: a change that moves every engine alike shows here. */
function recordOrCompare(baseline: RunResult): readonly Outcome[] {
  const row = { engine: 'golden', title: 'Golden trajectories', version: '' }
  if (options.record) {
    writeFileSync(GOLDEN, `${JSON.stringify(baseline.trajectories, undefined, 2)}\n`)
    return []
  }
  const recorded = JSON.parse(readFileSync(GOLDEN, 'utf8')) as RunResult['trajectories']
  const moved = trajectoryDifferences(recorded, baseline.trajectories)
  if (moved.length === 0) return [{ ...row, status: 'passed', reason: 'as recorded' }]
  return [{ ...row, status: 'failed', reason: moved.join('; ') }]
}

/** One short line per engine while the others are still to come, on a terminal only. */
function progress({ title, status, seconds = 0 }: Outcome): void {
  if (process.stderr.isTTY) process.stderr.write(`${title}: ${status} (${seconds.toFixed(1)} s)\n`)
}

function report(found: readonly Outcome[]): void {
  const engines = found.filter(({ engine }) => engine !== 'golden' && engine !== 'self-check')
  console.log(options.markdown ? markdownTable(engines) : plainTable(engines))
  console.log()
  for (const { title, status, reason = '' } of found.filter((outcome) => !engines.includes(outcome))) {
    console.log(`${title}: ${status === 'passed' ? reason : `FAILED, ${reason}`}`)
  }
  for (const { title, differences = [], detail = '', reason = '', status } of engines) {
    if (status === 'failed' && reason !== '') console.log(`${title}: ${reason}`)
    for (const { tier, group, expected, got } of differences) {
      console.log(`${title}: ${group} of ${tier}: ${expected} expected, got ${got}`)
    }
    if (detail !== '') console.log(`${title}: first difference in ${differences[0].group}: ${detail}`)
  }
  const lines = found.map((outcome) => `${JSON.stringify(outcome)}\n`)
  if (options.json !== undefined) writeFileSync(options.json, lines.join(''))
  console.log(summary(found))
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
