// The peers are installed on the first run, at the versions of package-lock.json.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HERE, installedVersion } from './load.ts'

/** Installs what is missing; returns the reason when that fails. Nothing of a package runs on installation. */
export function install(): string | undefined {
  const { optionalDependencies: wanted } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>
  }
  const missing = (): readonly string[] => Object.keys(wanted).filter((name) => installedVersion(name) !== wanted[name])
  if (missing().length === 0) return undefined
  // The level of detail at which npm says why a download failed: the peers are optional, so that one may be missing.
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=http']
  const { status, stderr, error } = spawnSync('npm', options, {
    cwd: HERE,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 120_000,
  })
  const left = missing()
  if (left.length === 0) return undefined
  const lines = (stderr ?? '').split('\n')
  const said = lines.find((line) => line.startsWith('npm error'))?.slice(10)
  const failed = lines.map((line) => /failed with (.+)/.exec(line)?.[1]).find((text) => text !== undefined)
  const otherwise = status === 0 ? 'npm left them out' : `npm ci ended with status ${status}`
  const why = error?.message ?? said ?? failed ?? otherwise
  return `${left.join(', ')} could not be installed: ${why}`
}
