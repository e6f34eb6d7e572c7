import { describe, expect, it } from 'vitest'
import { displayWidth, htmlTable, markdownTable, type Table, textTable } from '../../../src/lab/report/table.ts'
import { activeContent, HOSTILE, xmlError } from './wellformed.ts'

const table: Table = {
  columns: [{ name: 'claim', flexible: true }, { name: 'κ(A₁)' }, { name: 'time', unit: 's' }, {
    name: 'verdict',
    verdict: true,
  }],
  rows: [['the condition number grows with the square root of the width', 12.34567, 3, 'holds'], ['漢字 wide', -0.1,
    null, 'fails'], ['e\u0301 combining', 60000, 1e-9, 'outside']],
}

describe('displayWidth', () => {
  it.each([['abc', 3], ['κ(A₁)', 5], ['漢字', 4], ['e\u0301', 1], ['×10⁻⁴', 5], ['🙂', 2]])('%s takes %d columns',
    (text, width) => expect(displayWidth(text)).toBe(width))
})

describe('textTable', () => {
  it.each([200, 70, 60])('aligns every column and keeps to %d columns', (width) => {
    const lines = textTable(table, width).trimEnd().split('\n')
    const rule = lines[1]
    for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(width)
    // Wherever the rule has a gap of two, all lines have two blanks.
    const gaps = [...rule.matchAll(/ {2}/g)].map((match) => match.index)
    expect(gaps).toHaveLength(3)
    for (const line of lines) {
      const cells = [...line].flatMap((c) => Array.from({ length: displayWidth(c) }, () => c))
      for (const gap of gaps) expect((cells[gap] ?? ' ') + (cells[gap + 1] ?? ' '), line).toBe('  ')
    }
  })

  it('loses no word when it wraps', () => {
    const text = textTable(table, 60)
    for (const word of String(table.rows[0][0]).split(' ')) expect(text).toContain(word)
    expect(text).toContain('✗ fails')
  })

  it('becomes blocks of names and values when even that is too wide', () => {
    const text = textTable(table, 30)
    expect(text).toMatch(/time \(s\) +3\n/)
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(30)
  })

  it('lets no control character through to the terminal', () => {
    const text = textTable({ columns: [{ name: 'a\u001b[31m' }], rows: [['b\u0007\n']] })
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })
})

describe('markdownTable', () => {
  it('escapes pipes and line ends', () => {
    const text = markdownTable({ columns: [{ name: 'a|b' }, { name: 'n' }], rows: [['x\n| <b> *c*', 1]] })
    expect(text).toBe('| a\\|b | n |\n| :-- | --: |\n| x \\| \\<b\\> \\*c\\* | 1 |\n')
  })
})

describe('htmlTable', () => {
  it('is well-formed, escaped and inert', () => {
    const columns = [{ name: HOSTILE, flexible: true }, { name: HOSTILE, unit: HOSTILE }]
    const hostile: Table = { columns, rows: [[HOSTILE, HOSTILE]] }
    for (const html of [htmlTable(table, 'Claims'), htmlTable(hostile, HOSTILE)]) {
      expect([xmlError(html), activeContent(html)]).toEqual([undefined, []])
    }
  })

  it('heads rows and columns, labels stacked cells, and writes verdicts as words with signs', () => {
    const html = htmlTable(table, 'Claims')
    expect(html).toContain('<th scope="row" role="rowheader">漢字 wide</th>')
    expect(html).toContain('data-label="time (s)"')
    expect(html).toContain('<span class="badge outside">○ outside</span>')
  })
})

describe('a table', () => {
  it('must have one cell per column and known verdicts', () => {
    expect(() => textTable({ columns: [{ name: 'a' }], rows: [[1, 2]] })).toThrow(
      'textTable: rows[0] must have 1 cells, got 2',
    )
    expect(() => textTable({ columns: [{ name: 'a', verdict: true }], rows: [['toString']] })).toThrow(
      'textTable: rows[0][0] must be one of holds, fails, undecided, outside, got "toString"',
    )
  })
})
