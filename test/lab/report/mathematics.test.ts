import { describe, expect, it } from 'vitest'
import { leftRaw, mathHtml, mathSvg } from '../../../src/lab/report/mathematics.ts'

describe('mathematics in running text', () => {
  it('sets subscripts after letters, in braces or of one or two characters', () => {
    expect(mathHtml('A_l F_{l−1}ᵀ κ(Σ_yx) n_L.')).toBe(
      'A<sub>l</sub> F<sub>l−1</sub>ᵀ κ(Σ<sub>yx</sub>) n<sub>L</sub>.',
    )
  })
  it('keeps raised letters and digits beside a subscript out of it', () => {
    expect(mathHtml('A_lᵀ, n_L², ε_g')).toBe('A<sub>l</sub>ᵀ, n<sub>L</sub>², ε<sub>g</sub>')
  })
  it('gives a sum what it runs over, primes and relations included', () => {
    expect(mathHtml('Σ_t′ Σ_t″<t′ ⟨x⟩')).toBe('Σ<sub>t′</sub> Σ<sub>t″&lt;t′</sub> ⟨x⟩')
    expect(mathHtml('2^−K Σ_{k≤K−M} C(K, k)')).toBe('2<sup>−K</sup> Σ<sub>k≤K−M</sub> C(K, k)')
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
  it('finds what was left raw, and nothing in identifiers', () => {
    expect(leftRaw(mathHtml('κ_T^(2^(l−1)) A_lᵀ 2^−K ε_g FEEDBACK_ALIGNMENT_DATA'))).toEqual([])
    expect(leftRaw('W_l and x^2 and train_images')).toEqual(['W_l', 'x^2'])
  })
})
