import { describe, expect, it } from 'vitest'
import { answer } from '../../../src/lab/check/answer.ts'
import { claimsOf, undecided } from '../../../src/lab/claims/claim.ts'

const claim = claimsOf({ source: 's', method: 'recursion' })
const early = (measured: number) => claim.relative('early-condition-2', '', [4, measured], [4, 16], 0.01, '')

describe('the answer of check', () => {
  it('says by how much the laws are off, and where gradient alignment goes', () => {
    const claims = [early(16.08), claim.relative('run-on-2', '', 1.1, 1.1, 0.01, ''),
      claim.absolute('probe-alignment', '', [1, 0.75], [1, 0.75], 0.01, '')]
    expect(answer(claims)).toBe(
      'Conditioning decides: κ(A_l) follows its laws within 0.50 % early, within rounding at loss 10⁻¹², and gradient alignment goes from 1 to 0.750 as κ_T grows.',
    )
  })

  it('says that it is not as predicted when a claim fails, and leaves undecided ones out', () => {
    expect(answer([early(20), undecided(claim.relative('run-on-2', '', 9, 1, 0.01, ''), 'small')])).toBe(
      'Not as the theory has it: 1 claim fails: κ(A_l) follows its laws within 25 % early.',
    )
    expect(answer([claim.atMost('double-sum', '', 0, 1, '')])).toBe('No law of conditioning speaks about this setting.')
  })
})
