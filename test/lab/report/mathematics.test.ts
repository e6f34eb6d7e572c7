import { describe, expect, it } from 'vitest'
import { mathHtml, mathSvg } from '../../../src/lab/report/mathematics.ts'

describe('mathematics in running text', () => {
  it('sets subscripts after letters, in braces or of one or two characters', () => {
    expect(mathHtml('A_l F_{l−1}ᵀ κ(Σ_yx) n_L.')).toBe(
      'A<sub>l</sub> F<sub>l−1</sub>ᵀ κ(Σ<sub>yx</sub>) n<sub>L</sub>.',
    )
  })
  it('nests exponents and keeps their inner subscripts', () => {
    expect(mathHtml('κ_T^(2^(l−1))')).toBe('κ<sub>T</sub><sup>2<sup>l−1</sup></sup>')
    expect(mathHtml('κ_T^(2^(l−1)/(2^L−1))')).toBe('κ<sub>T</sub><sup>2<sup>l−1</sup>/(2<sup>L</sup>−1)</sup>')
  })
  it('leaves longer identifiers with underscores alone', () => {
    expect(mathHtml('train_images FEEDBACK_ALIGNMENT')).toBe('train_images FEEDBACK_ALIGNMENT')
  })
  it('escapes before it sets, so that markup in the text stays text', () => {
    expect(mathHtml('a_{<b>}')).toBe('a<sub>&lt;b&gt;</sub>')
    expect(mathSvg('κ_T & x')).toBe('κ<tspan dy="3" font-size="75%">T</tspan><tspan dy="-3">\u200b</tspan> &amp; x')
  })
})
