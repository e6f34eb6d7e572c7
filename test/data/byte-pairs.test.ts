import { describe, expect, it } from 'vitest'
import { learnBytePairs } from '../../src/data/index.ts'

/** Sennrich et al. 2016, section 3.2, without the mark at the end of a word. */
const WORDS = `${'low '.repeat(5)}${'lower '.repeat(2)}${'newest '.repeat(6)}${'widest '.repeat(3)}`

describe('learnBytePairs', () => {
  it('merges the pairs that are most frequent, counted by hand', () => {
    // es 9, st 9, ' n' 6, ne 6, ew 6, we 8, lo 7, ow 7, ' w' 3, wi 3 …: es comes before st by its indices.
    const { pieces } = learnBytePairs(WORDS, { size: 15 })
    expect(pieces.slice(0, 11)).toEqual([' ', 'd', 'e', 'i', 'l', 'n', 'o', 'r', 's', 't', 'w'])
    // es; est (9); then lo (7) before ow (7); low (7); of n·e 6, e·w 6, w·est 6 and ' n' 6 the lowest first.
    expect(pieces.slice(11)).toEqual(['es', 'est', 'lo', 'low'])
  })

  it('encodes by the merges in their order; what is strung together is the text', () => {
    const { pieces, encode } = learnBytePairs(WORDS, { size: 16, alphabet: '\n' })
    const split = (text: string): readonly string[] => [...encode(text)].map((index) => pieces[index])
    expect(split('lowest slow')).toEqual(['low', 'est', ' ', 's', 'low'])
    for (const text of [WORDS, 'low\nlow', '  low  ', 'woolen', '\n']) expect(split(text).join('')).toBe(text)
    expect([...encode('')]).toEqual([])
  })

  it('never joins what two words have', () => {
    const { pieces } = learnBytePairs('a b a b a b a b', { size: 20 })
    expect(pieces).toEqual([' ', 'a', 'b', ' b', ' a'])
  })

  it('merges runs from the left', () => {
    const { pieces, encode } = learnBytePairs('aaa aaa', { size: 3 })
    expect([...encode('aaa')].map((index) => pieces[index])).toEqual(['aa', 'a'])
  })

  it('takes characters beyond two bytes whole, and ends where no pair appears twice', () => {
    const { pieces } = learnBytePairs('𝄞x 𝄞x', { size: 100 })
    expect(pieces).toEqual([' ', 'x', '𝄞', '𝄞x'])
  })

  it('names what does not fit', () => {
    expect(() => learnBytePairs('', { size: 5 })).toThrow('text must hold characters, got none')
    expect(() => learnBytePairs('abc', { size: 2 })).toThrow(
      'size must be at least the 3 characters and below 65536, got 2',
    )
    expect(() => learnBytePairs('abc', { size: 65_536 })).toThrow('got 65536')
    expect(() => learnBytePairs('abc', { size: 3 }).encode('abd')).toThrow(
      'must have characters that are pieces, got "d"',
    )
  })
})
