// The main job over its settings: whatever depth, conditioning and number of outputs, no claim fails. What leaves the
// range of a type, or what the theory does not speak of, is said.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runCommandLine } from '../../src/lab/cli.ts'

interface ClaimLine {
  readonly id: string
  readonly verdict: string
  readonly note?: string
}

const directory = mkdtempSync(join(tmpdir(), 'check-depths-'))
afterAll(() => rmSync(directory, { recursive: true }))

async function claimsOf(depth: number, outputs: number, conditions: string): Promise<readonly ClaimLine[]> {
  const json = join(directory, `${depth}-${outputs}.json`)
  const options = { depth, outputs, 'target-condition': conditions, json }
  let error = ''
  const silent = {
    out: () => {},
    error: (text: string) => {
      error += text
    },
    width: 120,
  }
  const named = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const status = await runCommandLine(['check', '--quick', ...named], silent)
  expect([status, error]).toEqual([0, ''])
  return (JSON.parse(readFileSync(json, 'utf8')) as { readonly claims: readonly ClaimLine[] }).claims
}

// Each run takes all its teachers under both kinds of feedback: 26 runs, 148 settings.
const DEPTHS = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
const GRID: readonly (readonly [depth: number, outputs: number, conditions: string])[] = [
  ...DEPTHS.map((depth) => [depth, 5, '1,10,100'] as const),
  ...DEPTHS.map((depth) => [depth, 2, '1,4,50'] as const),
  ...[2, 7, 12].map((depth) => [depth, 20, '2,100'] as const),
  [8, 1, '1,2'],
]

describe('check --quick', () => {
  it.each(GRID)('fails nowhere at depth %i with %i outputs and κ_T = %s', async (depth, outputs, conditions) => {
    const claims = await claimsOf(depth, outputs, conditions)
    expect(claims.filter(({ verdict }) => verdict !== 'holds' && verdict !== 'outside' && verdict !== 'undecided'))
      .toEqual([])
    const verdictOf = (id: string): string | undefined => claims.find((one) => one.id === id)?.verdict
    if (outputs > 1 && depth <= 7) expect(verdictOf('perfect-alignment')).toBe('holds')
    // Weights below the smallest float32, and steps beyond gradient flow: said, not judged.
    if (depth !== 7) expect(verdictOf('origin-direct')).toBe(depth < 7 ? 'holds' : 'outside')
    for (const { verdict, note } of claims) if (verdict === 'outside') expect(note).toMatch(/\S/)
  })
})
