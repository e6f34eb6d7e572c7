import { describe, expect, it } from 'vitest'
import { decade, decimal, meanSd, scientific, significant, typeset } from '../../../src/lab/report/format.ts'

describe('significant', () => {
  it.each([[0, '0'], [-0, '0'], [0.5, '0.500'], [-1.2345, '−1.23'], [1234.5, '1235'], [12345.6, '12\u202f346'], [60000,
    '60\u202f000'], [0.001, '0.00100'], [0.00012345, '1.23×10⁻⁴'], [-1.5e-10, '−1.50×10⁻¹⁰'], [2.5e7, '2.50×10⁷'], [
    999999.9,
    '1.00×10⁶',
  ], [NaN, 'NaN'], [Infinity, '∞'], [-Infinity, '−∞']])('writes %d as %s',
    (x, text) => expect(significant(x)).toBe(text))
})

describe('scientific', () => {
  it('carries a rounded-up mantissa into the exponent', () => expect(scientific(9.999e-5, 3)).toBe('1.00×10⁻⁴'))
})

describe('meanSd', () => {
  it.each([[0.81234, 0.0213, '0.812 ± 0.021'], [98.4321, 0.15, '98.43 ± 0.15'], [1.03e-3, 4e-5, '(1.030 ± 0.040)×10⁻³'],
    [0, 0.1, '0.00 ± 0.10'], [-2.5, 1.25, '−2.5 ± 1.3'], [1234, 567, '1230 ± 570'], [0.5, 0, '0.5000 ± 0'], [1, NaN,
    '1 ± –'], [0.016, 0.3, '0.02 ± 0.30'], [150, 25.5, '150 ± 26'], [2e8, 3e6, '(2.000 ± 0.030)×10⁸']])(
      'writes %d and %d as %s',
      (mean, sd, text) => expect(meanSd(mean, sd)).toBe(text),
    )

  it('says how many runs there were', () => expect(meanSd(1.5, 0.1, 5)).toBe('1.50 ± 0.10 (n\u00a0=\u00a05)'))
})

describe('decade and decimal', () => {
  it('are exact at all powers of ten', () => {
    for (let e = -300; e <= 300; e++) expect(decade(decimal(1, e)), `e = ${e}`).toBe(e)
  })
})

describe('typeset', () => {
  it('writes no signed zero', () => expect(typeset('-0.00')).toBe('0.00'))
})
