import { describe, expect, it } from 'vitest'
import { categoriesOf, fitCategories, joinRows, parseCriteo } from '../../src/data/index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
/** A line of one label, 13 numbers and 26 hashes. */
const line = (label: string, numbers: readonly string[], hashes: readonly string[] = []): string =>
  [label, ...Array.from({ length: 13 }, (_, i) => numbers[i] ?? ''), ...Array.from({ length: 26 }, (_, i) =>
    hashes[i] ?? '')].join('\t')

describe('parseCriteo', () => {
  it('gives numbers above 2 the bucket of ⌊ln²v⌋, all others and hashes a token of their own, and leaves nothing empty',
    () => {
      const { labels, fields } = parseCriteo(
        bytes(`${line('1', ['', '-1', '0', '2', '3', '100', '1000'], ['68fd1e64'])}\r\n${line('0', ['7'])}`),
      )
      expect([...labels]).toEqual([1, 0])
      expect(fields).toHaveLength(39)
      // ln²3 = 1.2, ln²100 = 21.2, ln²1000 = 47.7, ln²7 = 3.8.
      expect(fields.slice(0, 7).map(([first]) => first)).toEqual(['', '-3', '-2', '0', '1', '21', '47'])
      expect(fields[0][1]).toBe('3')
      expect(fields[13]).toEqual(['68fd1e64', ''])
    })

  it.each([['', 'clicks must hold lines at line 1, got an empty file'], ['0\t1',
    'clicks must have 40 columns at line 1, got 2'], [`${line('1', [])}\n\n`,
    'clicks must have 40 columns at line 2, got 1'], [line('2', []),
    'clicks must have a label, 0 or 1, in column 1 at line 1, got "2"'], [line('', []),
    'clicks must have a label, 0 or 1, in column 1 at line 1, got ""'], [line('0', ['1', '2.5']),
    'clicks must have a whole number or nothing in column 3 at line 1, got "2.5"'], [line('0', ['01']),
    'clicks must have a whole number or nothing in column 2 at line 1, got "01"'], [
    `${line('0', [])}\n${line('0', [], ['', 'XYZ'])}`,
    'clicks must have 8 hexadecimal digits or nothing in column 16 at line 2, got "XYZ"',
  ], [`${line('0', [])}\n${'1'.repeat(2000)}`, 'clicks must have lines of at most 1024 bytes at line 2, got 2000']])(
    'names file and line of what is wrong: %#',
    (text, message) => {
      expect(() => parseCriteo(bytes(text), 'clicks')).toThrow(new Error(`parseCriteo: ${message}`))
    },
  )

  it('asks for bytes that are unpacked', () => {
    expect(() => parseCriteo('0' as unknown as Uint8Array)).toThrow(TypeError)
    expect(() => parseCriteo(Uint8Array.of(0x1f, 0x8b, 8))).toThrow(
      'must be unpacked first at line 1, got a gzip header',
    )
  })
})

describe('fitCategories', () => {
  const rows = parseCriteo(bytes(['5', '5', '9', '', '9', '9', '1'].map((v) => line('0', [v])).join('\n')))

  it('gives tokens that are frequent among its rows their categories, everything else 0', () => {
    // ln²5 = 2.6, ln²9 = 4.8; the last three rows are not for training.
    const fit = fitCategories(rows, [0, 1, 2, 3], 2)
    expect(fit.vocabularies.slice(0, 2)).toEqual([2, 1])
    expect([...categoriesOf(rows, fit, [0, 1, 2, 3, 4, 5, 6]).data].filter((_, at) => at % 39 === 0)).toEqual([1, 1, 0,
      0, 0, 0, 0])
    const all = fitCategories(rows, [0, 1, 2, 3, 4, 5, 6], 1)
    expect(all.vocabularies[0]).toBe(4)
    const { shape, data } = categoriesOf(rows, all, [6, 0, 2, 3])
    expect(shape).toEqual([4, 39])
    expect([0, 1, 2, 3].map((row) => data[39 * row])).toEqual([1, 2, 3, 0])
  })

  it('does not depend on the order of its rows, and refuses what is no threshold and no row', () => {
    const [one, other] = [[0, 2, 6], [6, 2, 0]].map((order) => fitCategories(rows, order, 1))
    expect(one.categories.map((map) => [...map])).toEqual(other.categories.map((map) => [...map]))
    expect(() => fitCategories(rows, [0], 0)).toThrow('fitCategories: threshold must be at least 1, got 0')
    expect(() => fitCategories(rows, [7])).toThrow('fitCategories: rows[0] must be below the 7 rows, got 7')
  })

  it('takes rows of several files one after another', () => {
    const joined = joinRows([parseCriteo(bytes(line('1', ['5']))), rows])
    expect([...joined.labels]).toEqual([1, 0, 0, 0, 0, 0, 0, 0])
    expect(joined.fields[0]).toEqual(['2', ...rows.fields[0]])
    expect(() => joinRows([])).toThrow('joinRows: parts must hold at least one, got none')
  })
})
