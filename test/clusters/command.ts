// The built command, and what two directories of records have in common.

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/lab/main.js', import.meta.url))

/** What a command said. */
export interface Said {
  readonly status: number | null
  readonly out: string
  readonly error: string
}

/** Runs the command to its end. */
export function command(words: readonly string[], environment: NodeJS.ProcessEnv = process.env): Said {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { env: environment, encoding: 'utf8',
    maxBuffer: 1 << 28 })
  return { status, out: stdout, error: stderr }
}

/** All records below a directory by file, without times and machine. */
export function recordsIn(directory: string): Readonly<Record<string, unknown>> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /[0-9a-f]{32}\.json$/.test(name)
  ).sort()
  return Object.fromEntries(files.map((name) => {
    const { seconds: _, megabytes: __, machine: ___, ...kept } = JSON.parse(
      readFileSync(join(directory, name), 'utf8'),
    ) as Record<string, unknown>
    return [name, kept]
  }))
}

/** 3 rules × 4 rates × 2 seeds, a second or so each. */
export const SWEEP = {
  name: 'rates',
  train: { hidden: [64, 32], epochs: 800, 'training-samples': 1000, 'validation-samples': 100 },
  axes: [{ rule: ['bp', 'fa', 'dfa'] }, { rate: { log: [0.01, 0.3, 4] } }],
  seeds: 2,
} as const
