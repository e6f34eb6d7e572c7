import { describe, expect, it } from 'vitest'
import { type Claim, claimsOf, countVerdicts, outside, undecided } from '../../../src/lab/claims/claim.ts'
import { pairedDifference, sample } from '../../../src/lab/statistics.ts'

const { absolute, relative, atMost, below, atLeast, above, between, ordered } = claimsOf({
  source: 'theory (2.1)',
  method: 'recursion',
})
const args = ['id', 'statement'] as const
const verdicts = (...claims: readonly Claim[]): readonly string[] => claims.map(({ verdict }) => verdict)

describe('criteria', () => {
  it('relative: |measured − expected| ≤ tolerance·|expected| for every element', () => {
    expect(
      verdicts(relative(...args, [11, -9], [10, -10], 0.1, 'w'), relative(...args, [11, -8.9], [10, -10], 0.1, 'w'),
        relative(...args, [11, 10], [10], 0.1, 'w'), relative(...args, [], [], 0.1, 'w')),
    ).toEqual(['holds', 'fails', 'fails', 'fails'])
  })

  it('absolute: |measured − expected| ≤ tolerance for every element', () => {
    expect(
      verdicts(absolute(...args, [0.5, 0.5], [1, 0], 0.5, 'w'), absolute(...args, [0.5, 0.75], [1, 0], 0.5, 'w'),
        absolute(...args, 0.5, 1, 0.5, 'w')),
    ).toEqual(['holds', 'fails', 'holds'])
  })

  it('at most and at least include the bound, below and above do not', () => {
    for (const [inclusive, strict, sign] of [[atMost, below, 1], [atLeast, above, -1]] as const) {
      expect(
        verdicts(inclusive(...args, 2, 2, 'w'), inclusive(...args, 2 + sign, 2, 'w'), strict(...args, 2, 2, 'w'),
          strict(...args, 2 - sign, 2, 'w')),
      ).toEqual(['holds', 'fails', 'fails', 'holds'])
    }
  })

  it('between includes both ends', () => {
    expect(verdicts(...[0.9, 1, 2, 2.1].map((x) => between(...args, x, 1, 2, 'w')))).toEqual(['fails', 'holds', 'holds',
      'fails'])
  })

  it('ordered: strictly rising or falling by more than the margin; not rising and not falling allow it', () => {
    expect(
      verdicts(ordered(...args, [1, 2, 3], 'rising', 0, 'w'), ordered(...args, [1, 2, 2], 'rising', 0, 'w'),
        ordered(...args, [3, 2, 1], 'falling', 0.5, 'w'), ordered(...args, [3, 2, 1], 'falling', 1, 'w'),
        ordered(...args, [1, 2, 2], 'not falling', 0, 'w'), ordered(...args, [1, 2, 1.8], 'not falling', 0.5, 'w'),
        ordered(...args, [1, 2, 1.4], 'not falling', 0.5, 'w'), ordered(...args, [2, 2, 2.1], 'not rising', 0, 'w')),
    ).toEqual(['holds', 'fails', 'holds', 'fails', 'holds', 'holds', 'fails', 'fails'])
  })

  it('never hold for NaN, which is kept as null', () => {
    const claims = [relative(...args, NaN, 1, 9, 'w'), relative(...args, 1, NaN, 9, 'w'),
      absolute(...args, NaN, 1, 9, 'w'), atMost(...args, NaN, 9, 'w'), atLeast(...args, NaN, -9, 'w'),
      between(...args, NaN, -9, 9, 'w'), ordered(...args, [1, NaN], 'rising', 0, 'w'),
      ordered(...args, [NaN, 1], 'not rising', 9, 'w')]
    for (const claim of claims) expect(claim.verdict, claim.criterion.kind).toBe('fails')
    expect(atMost(...args, NaN, 9, 'w').measured).toEqual([null])
  })
})

describe('means over seeds', () => {
  it('are undecided within twice their standard error of the border, on either side', () => {
    const at = (center: number) => sample([center - 0.1, center + 0.1])
    expect(at(1).standardError).toBeCloseTo(0.1, 12)
    expect(
      verdicts(atMost(...args, at(0.7), 1, 'w'), atMost(...args, at(0.9), 1, 'w'), atMost(...args, at(1.1), 1, 'w'),
        atMost(...args, at(1.3), 1, 'w')),
    ).toEqual(['holds', 'undecided', 'undecided', 'fails'])
    expect(
      verdicts(absolute(...args, at(0.7), 1, 0.6, 'w'), absolute(...args, at(0.5), 1, 0.6, 'w'),
        absolute(...args, at(0.1), 1, 0.6, 'w')),
    ).toEqual(['holds', 'undecided', 'fails'])
    expect(
      verdicts(ordered(...args, [at(0), at(1)], 'rising', 0, 'w'), ordered(...args, [at(0), at(0.2)], 'rising', 0, 'w'),
        ordered(...args, [at(0), at(-1)], 'rising', 0, 'w')),
    ).toEqual(['holds', 'undecided', 'fails'])
  })

  it('decide by the sign alone where there is one seed', () => {
    expect(sample([3])).toEqual({ mean: 3, standardError: 0, seeds: 1 })
    expect(verdicts(above(...args, sample([1e-9]), 0, 'w'), above(...args, sample([0]), 0, 'w'))).toEqual(['holds',
      'fails'])
  })

  it('of paired differences lose what the seeds have in common', () => {
    expect(pairedDifference([10, 20, 30], [9, 19, 29])).toEqual({ mean: 1, standardError: 0, seeds: 3 })
    expect(() => pairedDifference([1], [1, 2])).toThrow(
      'pairedDifference: b must have one value per value of a, got 2 and 1',
    )
  })

  it('that were not measured fail', () => {
    expect(atMost(...args, sample([]), 1, 'w')).toMatchObject({ measured: [null], verdict: 'fails' })
  })
})

describe('undecided and outside', () => {
  it('say why, keep what was measured and do not look at the outcome', () => {
    for (const claim of [atMost(...args, 5, 1, 'w'), atMost(...args, 0, 1, 'w')]) {
      expect(undecided(claim, 'small')).toEqual({ ...claim, verdict: 'undecided', note: 'small' })
      expect(outside(claim, 'too narrow')).toEqual({ ...claim, verdict: 'outside', note: 'too narrow' })
    }
    expect(
      countVerdicts([atMost(...args, 5, 1, 'w'), undecided(atMost(...args, 5, 1, 'w'), ''),
        atMost(...args, 0, 1, 'w')]),
    ).toEqual({ holds: 1, fails: 1, undecided: 1, outside: 0 })
  })
})
