// Libraries are loaded by name from bench/peers, wherever the compiled files lie, and typed by the few members used, so
// that this folder compiles before anything is installed.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's root, seen from build/peers/bench/peers. */
export const ROOT: string = fileURLToPath(new URL('../../../../', import.meta.url))
export const HERE: string = join(ROOT, 'bench/peers')

const need = createRequire(join(HERE, 'package.json'))

/** The module's exports. Throws: what Node throws when it is not installed. */
export function load<T>(name: string): T {
  return need(name) as T
}

/** The version that is installed; undefined when none is. */
export function installedVersion(name: string): string | undefined {
  try {
    const manifest = readFileSync(join(HERE, 'node_modules', name, 'package.json'), 'utf8')
    return (JSON.parse(manifest) as { version: string }).version
  } catch {
    return undefined
  }
}
