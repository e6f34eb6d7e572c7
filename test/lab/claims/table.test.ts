import { describe, expect, it } from 'vitest'
import { claimsOf, outside, undecided } from '../../../src/lab/claims/claim.ts'
import { claimJson, claimsTable, expectedText, jsonText, measuredText,
  verdictCounts } from '../../../src/lab/claims/table.ts'
import { sample } from '../../../src/lab/statistics.ts'

const claim = claimsOf({ source: 'theory (2.1)', method: 'recursion' })
const expected = (made: { readonly criterion: Parameters<typeof expectedText>[0] }): string =>
  expectedText(made.criterion)

describe('what is expected', () => {
  it('is one statement with its tolerance, in as many digits as were stated', () => {
    expect(expected(claim.absolute('a', '', 1, 0.25, 0.43, ''))).toBe('0.250 ± 0.43')
    expect(expected(claim.relative('a', '', [1, 2], [900, 810_000], 0.01, ''))).toBe('900, 810\u202f000 ± 1 %')
    expect(expected(claim.absolute('a', '', 1, 4, 0, ''))).toBe('4')
    expect(expected(claim.atMost('a', '', 1, 1e-12, ''))).toBe('≤ 10⁻¹²')
    expect(expected(claim.atLeast('a', '', 1, -1e-9, ''))).toBe('≥ −10⁻⁹')
    expect(expected(claim.atMost('a', '', 1, 2.5e-5, ''))).toBe('≤ 2.5×10⁻⁵')
    expect(expected(claim.below('a', '', 1, 0.005, ''))).toBe('< 0.005')
    expect(expected(claim.above('a', '', 1, 0, ''))).toBe('> 0')
    expect(expected(claim.between('a', '', 1, 0.078, 0.72, ''))).toBe('0.078 … 0.72')
    expect(expected(claim.ordered('a', '', [1], 'falling', 0, ''))).toBe('falling')
    expect(expected(claim.ordered('a', '', [1], 'not rising', 0.01, ''))).toBe('not rising (± 0.01)')
  })
})

describe('what was measured', () => {
  it('has the same digits in one list, four decimals near 1', () => {
    expect(measuredText([1, 0.981, 0.749])).toBe('1.0000, 0.9810, 0.7490')
    expect(measuredText([1.2345, 390_444])).toBe('1.23, 390\u202f444')
  })

  it('shows means with standard error and seeds, one seed without an error, and – where there is nothing', () => {
    expect(measuredText([sample([0.1, 0.3])])).toBe('0.200 ± 0.10 (2 seeds)')
    expect(measuredText([sample([0.1])])).toBe('0.100 (1 seed)')
    expect(measuredText([null, 0.2])).toBe('–, 0.200')
    expect(measuredText([])).toBe('–')
  })
})

describe('tables and JSON', () => {
  const claims = [claim.atMost('ok', 'a statement', 1, 2, 'rounding'),
    undecided(claim.atMost('open', 's', 1, 2, 'w'), 'small'), outside(claim.atMost('none', 's', 1, 2, 'w'), 'narrow'),
    claim.atMost('bad', 's', 3, 2, 'w')]

  it('leave statements out where there is no room, and have everything when verbose', () => {
    const names = (verbose: boolean, width: number) =>
      claimsTable(claims, verbose, width).columns.map(({ name }) => name)
    expect(names(false, 80)).toEqual(['claim', 'expected', 'measured', 'verdict'])
    expect(names(false, 120)).toEqual(['claim', 'statement', 'by', 'expected', 'measured', 'verdict'])
    expect(names(true, 80)).toEqual(['claim', 'statement', 'by', 'expected', 'measured', 'verdict', 'source',
      'tolerance'])
    expect(claimsTable(claims, true).rows[1]).toEqual(['open', 's [small]', 'recursion', '≤ 2', '1', 'undecided',
      'theory (2.1)', 'w'])
  })

  it('count in words', () => {
    expect(verdictCounts(claims)).toBe('1 claim holds, 1 fails, 1 undecided, 1 outside the theory')
    expect(verdictCounts([])).toBe('0 claims hold, 0 fail, 0 undecided, 0 outside the theory')
  })

  it('have no NaN', () => {
    expect(claimJson(claim.atMost('a', '', NaN, 1, 'w'))).toMatchObject({ measured: [null], verdict: 'fails' })
    expect(jsonText({ x: [Infinity, null] })).toBe('{\n  "x": [\n    "Infinity",\n    null\n  ]\n}\n')
    expect(() => jsonText({ x: NaN })).toThrow('jsonText: x must be a number or null, got NaN')
  })
})
