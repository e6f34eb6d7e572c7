import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parseText, splitText } from '../../src/data/index.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const indices = (text: string,
  vocabulary?: readonly string[]): number[] => [
  ...parseText(utf8(text), vocabulary === undefined ? {} : { vocabulary }).indices,
]

describe('parseText', () => {
  it('orders the characters that appear by code point', () => {
    const { vocabulary, indices: read } = parseText(utf8('banana\n'))
    expect(vocabulary).toEqual(['\n', 'a', 'b', 'n'])
    expect([...read]).toEqual([2, 1, 3, 1, 3, 1, 0])
  })

  it('reads characters of one to four bytes as one each, and passes over a byte-order mark', () => {
    const text = '\u0000\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}'
    const { vocabulary, indices: read } = parseText(utf8(text))
    expect(vocabulary).toEqual([...text])
    expect([...read]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(parseText(utf8(`\ufeffab`)).vocabulary).toEqual(['a', 'b'])
    // In the middle it is a character like any other.
    expect(parseText(utf8(`a\ufeffb`)).vocabulary).toEqual(['a', 'b', '\ufeff'])
  })

  it('takes the vocabulary of another text, characters that do not appear included', () => {
    expect(indices('cab', ['a', 'b', 'c', 'é'])).toEqual([2, 0, 1])
    expect(() => indices('ab\u00e9d', ['a', 'b', 'é'])).toThrow(
      new Error('parseText: text must hold characters of its vocabulary at byte 4, got "d"'),
    )
    for (const vocabulary of [[], ['b', 'a'], ['a', 'a'], ['ab'], ['']]) {
      expect(() => indices('a', vocabulary), String(vocabulary)).toThrow(RangeError)
    }
  })

  it.each<[string, readonly number[], string]>([['an empty text', [], 'hold characters at byte 0, got its end'], [
    'nothing but a mark',
    [0xef, 0xbb, 0xbf],
    'hold characters at byte 3, got its end',
  ], ['a packed file', [0x1f, 0x8b, 8], 'be unpacked first at byte 0, got a gzip header'], ['a continuation byte alone',
    [97, 0x80], 'be UTF-8 at byte 1, got byte 128'], ['byte 255', [97, 0xff], 'be UTF-8 at byte 1, got byte 255'], [
    'a truncated character',
    [97, 0xe2, 0x82],
    'be UTF-8 at byte 3, got its end',
  ], ['a character broken off', [0xe2, 0x82, 97], 'be UTF-8 at byte 2, got byte 97'], ['an overlong slash', [97, 0xc0,
    0xaf], 'be UTF-8 at byte 1, got no code point (byte 192)'], ['an overlong three', [0xe0, 0x9f, 0xbf],
    'be UTF-8 at byte 0, got no code point (byte 224)'], ['an overlong four', [0xf0, 0x8f, 0xbf, 0xbf],
    'be UTF-8 at byte 0, got no code point (byte 240)'], ['a surrogate', [97, 0xed, 0xa0, 0x80],
    'be UTF-8 at byte 1, got a surrogate (byte 237)'], ['beyond the last code point', [0xf4, 0x90, 0x80, 0x80],
    'be UTF-8 at byte 0, got no code point (byte 244)']])('refuses %s and names the byte', (_what, bytes, message) => {
      expect(() => parseText(Uint8Array.from(bytes), { name: 'play.txt' })).toThrow(
        new Error(`parseText: play.txt must ${message}`),
      )
    })

  it('refuses a text shorter than is needed, and what is no bytes', () => {
    expect(parseText(utf8('é2345'), { least: 5 }).indices.length).toBe(5)
    expect(() => parseText(utf8('é234'), { least: 5 })).toThrow(
      new Error('parseText: text must hold at least 5 characters at byte 5, got its end after 4'),
    )
    expect(() => parseText('text' as unknown as Uint8Array)).toThrow(
      new TypeError('parseText: text must be bytes, got "text"'),
    )
  })

  const file = '../shared/data/text/tinyshakespeare.txt.gz'
  it.skipIf(!existsSync(file))('reads Tiny Shakespeare', () => {
    const { vocabulary, indices: read } = parseText(gunzipSync(readFileSync(file)))
    expect([vocabulary.length, read.length]).toEqual([65, 1_115_394])
    expect(vocabulary.slice(0, 4)).toEqual(['\n', ' ', '!', '$'])
  })
})

describe('splitText', () => {
  it('cuts nine tenths off, as views', () => {
    const { training, held } = splitText(Int32Array.from({ length: 19 }, (_, i) => i))
    expect([training.length, held[0], held.length]).toEqual([17, 17, 2])
    expect(held.buffer).toBe(training.buffer)
  })

  it('refuses parts that are shorter than is needed', () => {
    const text = new Int32Array(20)
    expect(() => splitText(text, 0.9, 3)).toThrow(
      new RangeError('splitText: held must have at least 3 characters, got 2'),
    )
    expect(() => splitText(text, 0.1, 3)).toThrow('splitText: training must have at least 3 characters, got 2')
    for (const share of [0, 1, NaN]) expect(() => splitText(text, share)).toThrow(RangeError)
  })
})
