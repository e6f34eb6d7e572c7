import { describe, expect, it } from 'vitest'
import { decade, decimal, scientific, shown, significant, typeset } from '../../../src/lab/report/format.ts'

describe('significant', () => {
  it.each([[0, '0'], [-0, '0'], [0.5, '0.500'], [-1.2345, '−1.23'], [1234.5, '1235'], [12345.6, '12\u202f346'], [60000,
    '60\u202f000'], [0.001, '0.00100'], [0.00012345, '1.23×10⁻⁴'], [-1.5e-10, '−1.50×10⁻¹⁰'], [2.5e7, '2.50×10⁷'], [
    999999.9,
    '1.00×10⁶',
  ], [Infinity, '∞'], [-Infinity, '−∞']])('writes %d as %s', (x, text) => expect(significant(x)).toBe(text))
})

describe('what is not a number', () => {
  it('is refused, and – where a place may be empty', () => {
    expect(() => significant(NaN)).toThrow('format: value must be a number, got NaN')
    expect([shown(NaN), shown(0.5)]).toEqual(['–', '0.500'])
  })
})

describe('scientific', () => {
  it('carries a rounded-up mantissa into the exponent', () => expect(scientific(9.999e-5, 3)).toBe('1.00×10⁻⁴'))
})

describe('decade and decimal', () => {
  it('are exact at all powers of ten', () => {
    for (let e = -300; e <= 300; e++) expect(decade(decimal(1, e)), `e = ${e}`).toBe(e)
  })
})

describe('typeset', () => {
  it('writes no signed zero', () => expect(typeset('-0.00')).toBe('0.00'))
})
