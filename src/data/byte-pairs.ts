// Texts as sequences of pieces of words: pairs of pieces that follow each other often become pieces themselves.

import { checkSize, show } from '../tensor/index.ts'

/** Pieces of words, and texts in them. */
export interface BytePairs {
  /** What indices stand for: the alphabet by code point, then merged pieces in the order in which they were learnt. */
  readonly pieces: readonly string[]
  /** A text as indices of pieces; strung together they are the text. Throws: RangeError for a character that is no piece. */
  readonly encode: (text: string) => Int32Array
}

/** Options of `learnBytePairs`. */
export interface BytePairsOptions {
  /** Pieces in all, or as many as there are pairs that appear twice. */
  readonly size: number
  /** Characters that other texts have beside those of this one; none unless given. */
  readonly alphabet?: string
}

/** A word with the space before it, or any white space alone: no piece reaches over two. */
const WORDS = / ?[^\s]+|\s/gu

/** Pairs of indices as one number. */
const LIMIT = 0x10000
const pairOf = (first: number, second: number): number => first * LIMIT + second

/** A distinct word on its way. */
interface Word {
  symbols: number[]
  readonly count: number
}

/**
 * Byte pair encoding on characters: begins with the characters and merges, again and again, the pair of neighbors in
 * words that is most frequent; of equally frequent ones that of the lower first, then the lower second index.
 * Source: Sennrich et al. 2016, algorithm 1. Cost: a look at all pairs per merge, and the words that hold the pair.
 * Throws: RangeError for a size below the alphabet's or above 65,535, and for a text without characters.
 */
export function learnBytePairs(text: string, { size, alphabet = '' }: BytePairsOptions): BytePairs {
  const pieces = [...new Set([...text, ...alphabet])].sort((a, b) => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0))
  if (text.length === 0) throw new RangeError('learnBytePairs: text must hold characters, got none')
  if (checkSize('learnBytePairs', 'size', size, 1) < pieces.length || size >= LIMIT) {
    throw new RangeError(
      `learnBytePairs: size must be at least the ${pieces.length} characters and below ${LIMIT}, got ${size}`,
    )
  }
  const base = new Map(pieces.map((character, index) => [character, index]))
  const counted = new Map<string, number>()
  for (const [word] of text.matchAll(WORDS)) counted.set(word, (counted.get(word) ?? 0) + 1)
  const words: readonly Word[] = [...counted].map(([word, count]) => ({ count,
    symbols: [...word].map((character) => base.get(character) ?? 0) })
  )
  const pairs = new Map<number, { count: number; readonly words: Set<Word> }>()
  const change = (word: Word, sign: 1 | -1): void => {
    for (let i = 0; i + 1 < word.symbols.length; i++) {
      const key = pairOf(word.symbols[i], word.symbols[i + 1])
      const pair = pairs.get(key) ?? { count: 0, words: new Set() }
      pair.count += sign * word.count
      pair.words.add(word)
      pairs.set(key, pair)
    }
  }
  for (const word of words) change(word, 1)
  /** The place in `pieces` of what a pair becomes, by the pair: also the order in which a text is merged. */
  const merges = new Map<number, number>()
  while (pieces.length < size) {
    let best = -1, most = 1
    for (const [key, { count }] of pairs) {
      if (count > most || (count === most && best >= 0 && key < best)) [best, most] = [key, count]
    }
    const found = pairs.get(best)
    if (found === undefined) break
    merges.set(best, pieces.length)
    for (const word of found.words) {
      change(word, -1)
      word.symbols = merged(word.symbols, best, pieces.length)
      change(word, 1)
    }
    pairs.delete(best)
    pieces.push(pieces[Math.floor(best / LIMIT)] + pieces[best % LIMIT])
  }
  const known = new Map<string, readonly number[]>()
  const encodeWord = (word: string): readonly number[] => {
    let symbols = [...word].map((character) => {
      const index = base.get(character)
      if (index === undefined) {
        throw new RangeError(`encode: text must have characters that are pieces, got ${show(character)}`)
      }
      return index
    })
    for (;;) {
      // The pair that was learnt first.
      let key = -1, piece = Infinity
      for (let i = 0; i + 1 < symbols.length; i++) {
        const candidate = pairOf(symbols[i], symbols[i + 1])
        const place = merges.get(candidate) ?? Infinity
        if (place < piece) [key, piece] = [candidate, place]
      }
      if (key < 0) return symbols
      symbols = merged(symbols, key, piece)
    }
  }
  return {
    pieces,
    encode(other) {
      const parts: (readonly number[])[] = []
      for (const [word] of other.matchAll(WORDS)) {
        const found = known.get(word) ?? encodeWord(word)
        known.set(word, found)
        parts.push(found)
      }
      return Int32Array.from(parts.flat())
    },
  }
}

/** Every pair, from the left, replaced by the piece that it becomes. */
function merged(symbols: readonly number[], pair: number, piece: number): number[] {
  const out: number[] = []
  for (let i = 0; i < symbols.length; i++) {
    const isPair = i + 1 < symbols.length && pairOf(symbols[i], symbols[i + 1]) === pair
    out.push(isPair ? piece : symbols[i])
    if (isPair) i++
  }
  return out
}
