import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parseOptdigits } from '../../src/data/index.ts'

/** A line whose value i is (n + i) mod 17, with a label. */
const line = (n: number, label: number | string): string =>
  [...Array.from({ length: 64 }, (_, i) => (n + i) % 17), label].join(',')
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))

describe('parseOptdigits', () => {
  it('reads lines of text and of bytes, with either end of line, with and without the last one', () => {
    for (const [n, text] of [`${line(0, 7)}\n${line(5, 0)}\n`, `${line(0, 7)}\n${line(5, 0)}`,
      `${line(0, 7)}\r\n${line(5, 0)}\r\n`, `${line(0, 7)}\r\n${line(5, 0)}\r`].entries())
    {
      for (const content of [text, bytes(text)]) {
        const { images, labels, channels, height, width } = parseOptdigits(content)
        expect([channels, height, width]).toEqual([1, 8, 8])
        expect([...labels], `text ${n}`).toEqual([7, 0])
        expect(images.shape).toEqual([2, 64])
        expect([...images.data]).toEqual(
          [0, 5].flatMap((start) => Array.from({ length: 64 }, (_, i) => (start + i) % 17)),
        )
      }
    }
  })

  it('passes over a byte-order mark and blank lines at the end', () => {
    const text = `${line(0, 7)}\n${line(5, 0)}`
    const { images } = parseOptdigits(text)
    for (const end of ['\n\n', '\r\n\r\n', '\n  \n\t\n', '\n ', '\n\n\r']) {
      for (const content of [text + end, `\ufeff${text}${end}`, bytes(text + end),
        bytes(`\xef\xbb\xbf${text}${end}`)])
      {
        const read = parseOptdigits(content)
        expect([...read.labels], JSON.stringify(end)).toEqual([7, 0])
        expect(read.images).toEqual(images)
      }
    }
  })

  const replaced = (column: number, value: string): string => {
    const values = line(0, 7).split(',')
    values[column - 1] = value
    return `${line(3, 1)}\n${values.join(',')}\n`
  }
  const number = 'hold a whole number from 0 to 16 at line 2, column'
  it.each<[string, string, string]>([['nothing', '', 'hold lines of 65 values at line 1, column 1, got an empty file'],
    ['a packed file', '\x1f\x8b\x08', 'be unpacked first at line 1, column 1, got a gzip header'], ['17',
    replaced(3, '17'), `${number} 3, got "17"`], ['three digits', replaced(4, '100'), `${number} 4, got "100"`], [
    'three digits that say 5',
    replaced(4, '005'),
    `${number} 4, got "005"`,
  ], ['a minus', replaced(64, '-1'), `${number} 64, got "-1"`], ['a fraction', replaced(1, '1.5'),
    `${number} 1, got "1.5"`], ['a blank', replaced(2, ' 1'), `${number} 2, got " 1"`], ['no value', replaced(9, ''),
    `${number} 9, got ""`], ['a word', replaced(9, 'NaN'), `${number} 9, got "NaN"`], ['a long word',
    replaced(9, 'x'.repeat(5000)), `${number} 9, got "xxxxxxxxxxxxxxxxxxxx"`], ['label 10', replaced(65, '10'),
    'hold a whole number from 0 to 9 (label) at line 2, column 65, got "10"'], ['an empty line',
    `${line(0, 1)}\n\n${line(0, 1)}`, `${number} 1, got ""`], ['an empty line between others and blank ones',
    `${line(0, 1)}\n\n${line(0, 1)}\n\n`, `${number} 1, got ""`], ['nothing but newlines', '\n\r\n\n',
    'hold lines of 65 values at line 1, column 1, got an empty file'], ['nothing but a mark', '\xef\xbb\xbf',
    'hold lines of 65 values at line 1, column 1, got an empty file'], ['a blank behind the last label',
    `${line(0, 1)}\n${line(0, 1)} \n\n`, 'hold a whole number from 0 to 9 (label) at line 2, column 65, got "1 "'], [
    'too few values',
    `${line(0, 1)}\n1,2,3\n`,
    'hold 65 values per line at line 2, column 3, got 3 values',
  ], ['a truncated file', `${line(0, 1)}\n1,2`, 'hold 65 values per line at line 2, column 2, got 2 values'], [
    'a truncated value',
    `${line(0, 1)}\n1,`,
    `${number} 2, got ""`,
  ], ['too many values', `${line(0, 1)}\n${line(0, 1)},5\n`, 'hold 65 values per line at line 2, column 65, got more'],
    ['a lone carriage return', `${line(0, 1)}\r${line(0, 1)}\n`,
      'end its lines in a newline at line 1, column 65, got a lone carriage return'], [
    'a line broken by a carriage return',
    `${line(0, 1)}\n1,2\r\n`,
    'hold 65 values per line at line 2, column 2, got 2 values',
  ]])('says what is wrong, and where, with %s', (_, text, message) => {
    // The mark of UTF-8 is one character of text.
    for (const content of [text.replace('\xef\xbb\xbf', '\ufeff'), bytes(text)]) {
      expect(() => parseOptdigits(content, 'digits')).toThrow(new Error(`parseOptdigits: digits must ${message}`))
    }
  })

  it('refuses what is neither bytes nor text', () => {
    expect(() => parseOptdigits(5 as unknown as string)).toThrow(
      new TypeError('parseOptdigits: optdigits data must be bytes or text, got 5'),
    )
    expect(() => parseOptdigits(new ArrayBuffer(8) as unknown as string)).toThrow('got ArrayBuffer(8)')
  })

  const data = process.env['FEEDBACK_ALIGNMENT_DATA'] ?? '../shared/data'
  const real = `${data}/optdigits/optdigits.tes.csv.gz`
  it.skipIf(!existsSync(real))(`reads the test part (${real})`, () => {
    const { images, labels } = parseOptdigits(gunzipSync(readFileSync(real)))
    expect(images.shape).toEqual([1797, 64])
    const counts = new Array<number>(10).fill(0)
    for (const label of labels) counts[label]++
    // The published numbers of test digits by class.
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    expect([...images.data.subarray(0, 8)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0])
  })
})
