import { describe, expect, it } from 'vitest'
import { claimsOf } from '../../../../src/lab/claims/claim.ts'
import { hasGap, shareClaim, shareClosed } from '../../../../src/lab/reproduce/graphs/share.ts'

const claim = claimsOf({ source: 'none', method: 'training' })
const gap = (bp: number, dfa: number, shallow: number) => {
  const seeds = (value: number): readonly number[] => [-0.01, 0, 0.01].map((scatter) => value + scatter)
  return { BP: seeds(bp), DFA: seeds(dfa), shallow: [...seeds(shallow)].reverse() }
}
const verdict = (...means: Parameters<typeof gap>) => shareClaim(claim, 'share', '', gap(...means), 0.8, '').verdict

describe('the share of a gap', () => {
  it('is a ratio of means, judged where there is a gap', () => {
    expect(shareClosed(gap(0.9, 0.8, 0.5)).mean).toBeCloseTo(0.75, 12)
    expect([verdict(0.9, 0.89, 0.5), verdict(0.9, 0.6, 0.5)]).toEqual(['holds', 'fails'])
  })

  it('is undecided where BP is not ahead: two deficits make a positive quotient', () => {
    expect(shareClosed(gap(0.4, 0.3, 0.5)).mean).toBeCloseTo(2, 12)
    expect([hasGap(gap(0.4, 0.3, 0.5)), hasGap(gap(0.505, 0.6, 0.5)), hasGap(gap(0.6, 0.3, 0.5))]).toEqual([false,
      false, true])
    expect([verdict(0.4, 0.3, 0.5), verdict(0.505, 0.6, 0.5)]).toEqual(['undecided', 'undecided'])
  })
})
