import { describe, expect, it } from 'vitest'
import { absolute, atLeast, atMost, type Claim, notCovered, ordered, relative, verdict } from '../../src/lab/claim.ts'

const HEAD = { id: 'id', statement: 'statement', source: 'source', method: 'recursion' } as const

describe('claim constructors', () => {
  it('relative: |measured − predicted| ≤ tolerance·|predicted| for every element', () => {
    expect(relative(HEAD, [10, -10], [11, -9], 0.1).holds).toBe(true)
    expect(relative(HEAD, [10, -10], [11, -8.9], 0.1).holds).toBe(false)
    expect(relative(HEAD, [10], [11, 10], 0.1).holds).toBe(false)
  })

  it('absolute: |measured − predicted| ≤ tolerance for every element', () => {
    expect(absolute(HEAD, [1, 0], [0.5, 0.5], 0.5).holds).toBe(true)
    expect(absolute(HEAD, [1, 0], [0.5, 0.75], 0.5).holds).toBe(false)
    expect(absolute(HEAD, [1, 0], [1], 0.5).holds).toBe(false)
  })

  it('at most and at least include the tolerance itself', () => {
    expect([atMost(HEAD, 2, 2).holds, atMost(HEAD, 2.1, 2).holds]).toEqual([true, false])
    expect([atLeast(HEAD, 2, 2).holds, atLeast(HEAD, 1.9, 2).holds]).toEqual([true, false])
    expect(atMost(HEAD, 2, 2).predicted).toBe(0)
    expect(atLeast(HEAD, 2, 2).predicted).toBe('≥ 2')
  })

  it('ordered: strictly rising or falling, by more than the margin', () => {
    expect(ordered(HEAD, 'rising', [1, 2, 3]).holds).toBe(true)
    expect(ordered(HEAD, 'rising', [1, 2, 2]).holds).toBe(false)
    expect(ordered(HEAD, 'falling', [3, 2, 1], 0.5).holds).toBe(true)
    expect(ordered(HEAD, 'falling', [3, 2, 1], 1).holds).toBe(false)
  })

  it('never holds for NaN', () => {
    const claims: readonly Claim[] = [relative(HEAD, [1], [NaN], 9), relative(HEAD, [NaN], [1], 9),
      absolute(HEAD, [1], [NaN], 9), absolute(HEAD, [NaN], [NaN], 9), atMost(HEAD, NaN, 9), atLeast(HEAD, NaN, -9),
      ordered(HEAD, 'rising', [1, NaN]), ordered(HEAD, 'falling', [NaN, 1])]
    for (const claim of claims) expect(claim.holds, claim.compare).toBe(false)
  })

  it('keeps what was measured when the theory does not cover the case, and says why', () => {
    expect(notCovered(atMost(HEAD, 5, 1), 'too narrow')).toEqual({
      ...atMost(HEAD, 5, 1),
      holds: null,
      note: 'too narrow',
    })
  })
})

describe('verdict', () => {
  it('has one word for each of the three', () => {
    expect([atMost(HEAD, 0, 1), atMost(HEAD, 2, 1), notCovered(atMost(HEAD, 2, 1), '')].map(verdict)).toEqual(['holds',
      'FAILS', 'not covered'])
  })
})
