// The verdict on one engine: its hashes against those of the reference tier of the baseline.

import { EVERY_TIER, type Place, type RunResult } from './result.ts'

/** One group that is not as it should be. */
export interface Difference extends Place {
  readonly expected: string
  readonly got: string
}

/** Plain TypeScript: no engine can lack what these need, so that leaving them out is a failure, not a lack. */
export const TIERS_EVERYWHERE: readonly string[] = ['reference', 'blocked']

const HASH = /^[0-9a-f]{16}$/

/**
 * Every group of `got` that differs from the baseline, in the order of the baseline; empty when all bits agree.
 * Each tier is held against the baseline's reference tier of the same accumulation. A group that is missing, unknown or
 * threw is a difference, also when the baseline threw the same; so is a tier that neither ran nor said why.
 */
export function compare(baseline: RunResult, got: RunResult): readonly Difference[] {
  const found: Difference[] = []
  const blocks = [EVERY_TIER, ...TIERS_EVERYWHERE]
  for (const tier of Object.keys(got.hashes)) if (!blocks.includes(tier)) blocks.push(tier)
  for (const tier of blocks) {
    const reference = referenceTier(baseline, got, tier)
    const expected = reference === undefined ? undefined : baseline.hashes[reference]
    const hashes = got.hashes[tier]
    if (expected === undefined || hashes === undefined || Object.keys(expected).length === 0) {
      const want = expected === undefined ? 'a tier to compare with' : 'some groups'
      found.push({ tier, group: 'all', expected: want, got: hashes === undefined ? 'not run' : 'run' })
      continue
    }
    for (const group of new Set([...Object.keys(expected), ...Object.keys(hashes)])) {
      const want = expected[group] ?? 'no such group'
      const have = hashes[group] ?? 'missing'
      if (want !== have || !HASH.test(have)) found.push({ tier, group, expected: want, got: have })
    }
  }
  for (const tier of new Set([...Object.keys(baseline.hashes), ...Object.keys(baseline.refused)])) {
    if (blocks.includes(tier) || (got.refused[tier] ?? '') !== '') continue
    found.push({ tier, group: 'all', expected: 'run, or a reason', got: 'neither' })
  }
  return found
}

/** The tier of the baseline that defines the bits of this one. */
export function referenceTier(baseline: RunResult, got: RunResult, tier: string): string | undefined {
  if (tier === EVERY_TIER) return EVERY_TIER
  const accumulation = got.accumulations[tier] ?? baseline.accumulations[tier]
  return Object.keys(baseline.accumulations).find((name) => baseline.accumulations[name] === accumulation)
}

/** Where two traces part: the number, what stood before it, and the last note above it. Empty when they are equal. */
export function firstDifference(expected: readonly string[], got: readonly string[]): string {
  const length = Math.max(expected.length, got.length)
  let note = 'the beginning'
  let since = 0
  for (let i = 0; i < length; i++) {
    if (expected[i] === got[i]) {
      since++
      if (expected[i].startsWith('«')) {
        note = expected[i]
        since = 0
      }
      continue
    }
    const before = i > 0 ? `, after ${expected[i - 1]}` : ''
    return `number ${since} after ${note}: ${expected[i] ?? 'nothing'} expected, got ${got[i] ?? 'nothing'}${before}`
  }
  return ''
}

/** Rules whose trajectories differ from the recorded ones, each with the first step that does. */
export function trajectoryDifferences(recorded: Readonly<Record<string, readonly string[]>>,
  got: Readonly<Record<string, readonly string[]>>): readonly string[]
{
  return [...new Set([...Object.keys(recorded), ...Object.keys(got)])].flatMap((rule) => {
    const expected = recorded[rule] ?? []
    const losses = got[rule] ?? []
    const length = Math.max(expected.length, losses.length)
    for (let step = 0; step < length; step++) {
      if (expected[step] === losses[step]) continue
      return [`${rule}, step ${step}: ${expected[step] ?? 'nothing'} recorded, got ${losses[step] ?? 'nothing'}`]
    }
    return length === 0 ? [`${rule}: no losses`] : []
  })
}
