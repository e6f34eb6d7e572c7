// A script of a source and everything below it, and its run in one engine.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, MARK } from './engines.ts'
import { outputOf } from './process.ts'

/** The bundler among the packages of `folder`. */
export function bundler(folder: string): string {
  return join(folder, 'node_modules', '.bin', 'esbuild')
}

/** `entry` and everything below it as one script that declares `vectors`; the bundler is a package of `folder`. */
export async function bundled(folder: string, entry: string): Promise<string> {
  const program = bundler(folder)
  if (!existsSync(program)) throw new Error('esbuild is not installed: npm run test:engines -- --install')
  const args = ['--bundle', '--format=iife', '--global-name=vectors', '--target=es2022', '--log-level=warning']
  return await outputOf(program, [entry, ...args], 60_000)
}

/** How a missing engine is obtained. */
export function missing({ apt }: Pick<Engine, 'apt'>): string {
  return `not installed: ${apt === undefined ? 'npm run test:engines -- --install' : `apt-get install ${apt}`}`
}

/** The engine of that name. Throws: RangeError naming the option and the engines there are. */
export function engineNamed(table: readonly Engine[], option: string, id: string): Engine {
  const engine = table.find((candidate) => candidate.id === id)
  if (engine !== undefined) return engine
  const known = table.map((candidate) => candidate.id).join(', ')
  throw new RangeError(`${option}: engine must be one of ${known}, got ${JSON.stringify(id)}`)
}

/** What the bundle's `run` resolves to in one engine. Throws: Error when no result comes, for whatever reason. */
export async function runOnce(engine: Engine, bundle: string, options: object, milliseconds: number): Promise<object> {
  const program = engine.find()
  if (program === undefined) throw new Error(missing(engine))
  const folder = mkdtempSync(join(tmpdir(), 'engines-'))
  try {
    const text = await engine.run(program, { bundle, options, folder, milliseconds })
    const line = text.split('\n').find((candidate) => candidate.startsWith(MARK))
    if (line === undefined) throw new Error(`no result in ${JSON.stringify(text.slice(0, 200))}`)
    const result = JSON.parse(line.slice(MARK.length)) as object | { readonly error: string }
    if ('error' in result) throw new Error(result.error)
    return result
  } finally {
    // Browsers write to their profile for a moment after their end.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}
