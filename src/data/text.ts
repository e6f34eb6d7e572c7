// Texts as sequences of characters: bytes in, indices into a vocabulary out.

import { checkSize, show } from '../tensor/index.ts'

/** A text of characters. */
export interface CharacterText {
  /** Every character that indices stand for, by code point, ascending. */
  readonly vocabulary: readonly string[]
  /** The text, character by character, as indices into the vocabulary. */
  readonly indices: Int32Array
}

/** Options of `parseText`. */
export interface ParseTextOptions {
  /** Of another text, in the place of the characters of this one; ascending, each once. */
  readonly vocabulary?: readonly string[]
  /** Fewest characters, such as a context and the character to be predicted; 1 unless given. */
  readonly least?: number
  /** What messages call the text. */
  readonly name?: string
}

/** The byte-order mark in UTF-8. */
const MARK = [0xef, 0xbb, 0xbf]

/** By the number of continuation bytes: the least code point, because a character has one encoding alone. */
const LEAST = [0, 0x80, 0x800, 0x10000] as const

/**
 * Reads UTF-8: characters are code points, and the vocabulary is those that appear, or a given one. A byte-order mark is
 * passed over. Throws: Error naming the byte (from 0) for an empty, packed or too short text, for what is not UTF-8
 * (truncated or overlong sequences, surrogates, code points above 10FFFF), for a character that a given vocabulary does
 * not have; TypeError for anything but bytes; RangeError for a vocabulary that is empty or not ascending.
 */
export function parseText(bytes: Uint8Array, options: ParseTextOptions = {}): CharacterText {
  const { name = 'text', least = 1 } = options
  checkSize('parseText', 'least', least, 1)
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`parseText: ${name} must be bytes, got ${show(bytes)}`)
  const known = options.vocabulary === undefined ? undefined : places(options.vocabulary)
  const fail = (expected: string, byte: number, got: string): Error =>
    new Error(`parseText: ${name} must ${expected} at byte ${byte}, got ${got}`)
  const begin = MARK.every((byte, i) => bytes[i] === byte) ? MARK.length : 0
  if (bytes.length === begin) throw fail('hold characters', begin, 'its end')
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw fail('be unpacked first', 0, 'a gzip header')
  const points = new Int32Array(bytes.length - begin)
  let count = 0
  for (let at = begin; at < bytes.length;) {
    const first = bytes[at]
    const more = first < 0x80 ? 0 : first >= 0xc0 && first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3
    if ((first >= 0x80 && first < 0xc0) || first >= 0xf8) throw fail('be UTF-8', at, `byte ${first}`)
    let point = more === 0 ? first : first & (0x3f >> more)
    for (let i = 1; i <= more; i++) {
      const next = bytes[at + i]
      if (at + i >= bytes.length) throw fail('be UTF-8', at + i, 'its end')
      if ((next & 0xc0) !== 0x80) throw fail('be UTF-8', at + i, `byte ${next}`)
      point = point * 64 + (next & 0x3f)
    }
    const isSurrogate = point >= 0xd800 && point < 0xe000
    if (point < LEAST[more] || point > 0x10ffff || isSurrogate) {
      throw fail('be UTF-8', at, `${isSurrogate ? 'a surrogate' : 'no code point'} (byte ${first})`)
    }
    if (known !== undefined && !known.has(point)) {
      throw fail('hold characters of its vocabulary', at, show(String.fromCodePoint(point)))
    }
    points[count++] = point
    at += more + 1
  }
  if (count < least) throw fail(`hold at least ${least} characters`, bytes.length, `its end after ${count}`)
  const text = points.subarray(0, count)
  const vocabulary = options.vocabulary ?? [...new Set(text)].sort((a, b) => a - b).map((p) => String.fromCodePoint(p))
  const index = known ?? places(vocabulary)
  return { vocabulary, indices: text.map((point) => index.get(point) ?? 0) }
}

/** Code points of a vocabulary with their places. */
function places(vocabulary: readonly string[]): ReadonlyMap<number, number> {
  if (vocabulary.length === 0) throw new RangeError('parseText: vocabulary must hold characters, got none')
  let before = -1
  return new Map(vocabulary.map((character, place) => {
    const point = typeof character === 'string' ? character.codePointAt(0) : undefined
    if (point === undefined || point <= before || String.fromCodePoint(point) !== character) {
      throw new RangeError(
        `parseText: vocabulary[${place}] must be one character after those before it, got ${show(character)}`,
      )
    }
    before = point
    return [point, place]
  }))
}

/** The first and the last part of a text. */
export interface TextSplit {
  readonly training: Int32Array
  readonly held: Int32Array
}

/**
 * Cuts a text: the first ⌊share·N⌋ characters train, the others are held out. Aliasing: views.
 * Throws: RangeError for a share outside (0, 1), and for a part with fewer than `least` characters (1 unless given).
 */
export function splitText(indices: Int32Array, share = 0.9, least = 1): TextSplit {
  if (!(share > 0 && share < 1)) throw new RangeError(`splitText: share must lie between 0 and 1, got ${show(share)}`)
  checkSize('splitText', 'least', least, 1)
  const at = Math.floor(share * indices.length)
  const parts = { training: indices.subarray(0, at), held: indices.subarray(at) }
  for (const [name, { length }] of Object.entries(parts)) {
    if (length < least) throw new RangeError(`splitText: ${name} must have at least ${least} characters, got ${length}`)
  }
  return parts
}
