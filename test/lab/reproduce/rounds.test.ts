import { describe, expect, it } from 'vitest'
import { keyOf } from '../../../src/lab/reproduce/records.ts'
import { openRound, roundsOf } from '../../../src/lab/reproduce/rounds.ts'
import { fake } from './fake.ts'

const known = (...seeds: readonly number[]) =>
  new Map(
    seeds.map((seed) =>
      [keyOf({ seed }), { configuration: { seed }, result: { square: seed * seed }, seconds: 1 }] as const
    ),
  )

describe('roundsOf', () => {
  it('opens a round when the one before is whole, whatever else is known', () => {
    const rounds = (...seeds: readonly number[]) => roundsOf(fake(), 'quick', 2, known(...seeds))
    expect(rounds()).toEqual([{ configurations: [{ seed: 2 }, { seed: 3 }], missing: [{ seed: 2 }, { seed: 3 }] }])
    // The plan itself would name 19 already: another process may not know 3.
    expect(rounds(3)).toEqual([{ configurations: [{ seed: 2 }, { seed: 3 }], missing: [{ seed: 2 }] }])
    expect(rounds(2, 3)[1]).toEqual({ configurations: [{ seed: 19 }], missing: [{ seed: 19 }] })
    expect(rounds(2, 3, 19).map(({ missing }) => missing)).toEqual([[], []])
  })

  it('has a configuration once that a plan names twice', () => {
    const twice = { ...fake(), plan: () => [{ seed: 1 }, { seed: 1 }] }
    expect(roundsOf(twice, 'quick', 0, known())).toEqual([{ configurations: [{ seed: 1 }], missing: [{ seed: 1 }] }])
  })
})

describe('openRound', () => {
  it('says which round waits for how many runs', () => {
    expect(openRound(roundsOf(fake(), 'quick', 2, known(2)))).toBe('round 1 has 1 of 2 runs missing')
    expect(openRound(roundsOf(fake(), 'quick', 2, known(2, 3)))).toBe('round 2 has 1 of 1 run missing')
    expect(openRound(roundsOf(fake(), 'quick', 2, known(2, 3, 19)))).toBeUndefined()
  })
})
