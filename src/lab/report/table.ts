// One table, three ways to write it.

import { show } from '../../tensor/check.ts'
import type { Verdict } from '../claims/claim.ts'
import { significant, typeset } from './format.ts'
import { mathHtml } from './mathematics.ts'
import { escape } from './xml.ts'

/** Verdicts are told apart by sign and word before any color. */
export const SIGNS: Readonly<Record<Verdict, string>> = { holds: '✓', fails: '✗', undecided: '?', outside: '○' }

export interface Column {
  readonly name: string
  readonly unit?: string
  /** Default: right when every cell of the column is a number or empty, else left. */
  readonly align?: 'left' | 'right' | 'center'
  /** Significant digits of numbers; default 4. Whole numbers keep all their digits. CSV always has the exact value. */
  readonly digits?: number
  /** Long text: wraps in the terminal, becomes a paragraph in LaTeX, and lets the table stack on a phone. */
  readonly flexible?: boolean
  /** Cells are verdicts and get a sign. */
  readonly verdict?: boolean
}

/** null is an empty cell (–). */
export type Cell = string | number | null

export interface Table {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
}

/** Throws: RangeError for a row that has not one cell per column, or a verdict column with another word. */
export function checkTable(where: string, table: Table): void {
  table.rows.forEach((row, i) => {
    if (row.length !== table.columns.length) {
      throw new RangeError(`${where}: rows[${i}] must have ${table.columns.length} cells, got ${row.length}`)
    }
    row.forEach((cell, j) => {
      if (table.columns[j].verdict !== true || (typeof cell === 'string' && Object.hasOwn(SIGNS, cell))) return
      throw new RangeError(
        `${where}: rows[${i}][${j}] must be one of ${Object.keys(SIGNS).join(', ')}, got ${show(cell)}`,
      )
    })
  })
}

/** `name (unit)`. */
export function headingOf(column: Column): string {
  return column.unit === undefined || column.unit === '' ? column.name : `${column.name} (${column.unit})`
}

/** A cell as it is read: formatted number, sign and verdict, or –. */
export function formatCell(cell: Cell, column: Column): string {
  if (cell === null) return '–'
  if (Number.isSafeInteger(cell)) return typeset(String(cell))
  if (typeof cell === 'number') return significant(cell, column.digits ?? 4)
  return column.verdict === true ? `${SIGNS[cell as Verdict]} ${cell}` : cell
}

/** Alignment of column j. */
export function alignmentOf(table: Table, j: number): 'left' | 'right' | 'center' {
  const numeric = table.rows.every((row) => row[j] === null || typeof row[j] === 'number')
  return table.columns[j].align ?? (numeric && table.rows.length > 0 ? 'right' : 'left')
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u

/** Columns that a terminal gives to `text`: 0 for combining marks, 2 for East Asian wide ones and emoji, else 1. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) {
    if (/[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u.test(character)) continue
    width += WIDE.test(character) ? 2 : 1
  }
  return width
}

const PAINT: readonly (readonly [Verdict, number])[] = [['holds', 32], ['fails', 31], ['undecided', 33], ['outside',
  90]]

/** A verdict in its color; signs and words stay, so that nothing depends on it. */
function painted(text: string): string {
  const paint = PAINT.find(([verdict]) => text.includes(verdict))
  return paint === undefined ? text : `\u001b[${paint[1]}m${text}\u001b[0m`
}

function pad(text: string, width: number, align: 'left' | 'right' | 'center'): string {
  const room = Math.max(0, width - displayWidth(text))
  const before = align === 'left' ? 0 : align === 'right' ? room : Math.floor(room / 2)
  return ' '.repeat(before) + text + ' '.repeat(room - before)
}

/** `text` without what could move a terminal's cursor, broken at spaces into lines of at most `width` columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (displayWidth(line) + 1 + displayWidth(word) <= width && line !== '') line += ` ${word}`
    else {
      if (line !== '') lines.push(line)
      line = ''
      for (const character of word) {
        if (displayWidth(line) + displayWidth(character) > width) {
          lines.push(line)
          line = ''
        }
        line += character
      }
    }
  }
  return [...lines, line]
}

function records(head: readonly string[], body: readonly (readonly string[])[], width: number): string {
  const names = Math.min(Math.max(...head.map(displayWidth)), Math.floor(width / 2) - 2)
  const blocks = body.map((row) =>
    row.map((text, j) => {
      const values = wrap(text, Math.max(4, width - names - 2))
      const keys = wrap(head[j], names)
      const height = Math.max(values.length, keys.length)
      const at = (k: number): string => `${pad(keys[k] ?? '', names, 'left')}  ${values[k] ?? ''}`.trimEnd()
      return `${Array.from({ length: height }, (_, k) => at(k)).join('\n')}\n`
    }).join('')
  )
  return blocks.join('\n')
}

/**
 * The table for a terminal of `width` columns (default 100): a header, a rule, two spaces between columns.
 * Flexible columns share what the others leave (at least 16 each) and wrap. A table that is still too wide is written
 * as one block of `name  value` lines per row, so that nothing is cut. `color` paints verdicts.
 */
export function textTable(table: Table, width = 100, color = false): string {
  checkTable('textTable', table)
  // Control characters from data must not reach a terminal.
  const clean = (text: string): string => text.replace(/\p{Cc}+/gu, ' ')
  const head = table.columns.map((column) => clean(headingOf(column)))
  const body = table.rows.map((row) => row.map((cell, j) => clean(formatCell(cell, table.columns[j]))))
  const widths = head.map((text, j) => Math.max(displayWidth(text), ...body.map((row) => displayWidth(row[j]))))
  let excess = widths.reduce((sum, w) => sum + w + 2, -2) - width
  // Take from the flexible column whose loss adds the fewest lines, the widest among equals, until all fit; numbers and
  // verdicts are never broken.
  const flexible = table.columns.map((column, j) => (column.flexible === true ? j : -1)).filter((j) => j >= 0)
  const lengths = body.map((row) => row.map(displayWidth))
  const heightWithout = (j: number): number =>
    lengths.reduce(
      (total, row) =>
        total + Math.max(...flexible.map((f) => Math.ceil((row[f] * 1.1) / (f === j ? widths[f] - 1 : widths[f])))),
      0,
    )
  while (excess > 0) {
    const open = flexible.filter((j) => widths[j] > 16)
    if (open.length === 0) break
    const costs = open.map((j) => heightWithout(j) - widths[j] / 1e6)
    widths[open[costs.indexOf(Math.min(...costs))]]--
    excess--
  }
  if (excess > 0) return records(head, body, width)
  const lines: string[] = []
  const write = (row: readonly string[]): void => {
    const cells = row.map((text, j) => (displayWidth(text) <= widths[j] ? [text] : wrap(text, widths[j])))
    const height = Math.max(...cells.map((cell) => cell.length))
    for (let k = 0; k < height; k++) {
      const parts = cells.map((cell, j) => {
        const text = pad(cell[k] ?? '', widths[j], alignmentOf(table, j))
        return color && table.columns[j].verdict === true ? painted(text) : text
      })
      lines.push(parts.join('  ').trimEnd())
    }
  }
  write(head)
  lines.push(widths.map((w) => '─'.repeat(w)).join('  '))
  for (const row of body) write(row)
  return `${lines.join('\n')}\n`
}

/** A GitHub-flavoured Markdown table. */
export function markdownTable(table: Table): string {
  checkTable('markdownTable', table)
  const safe = (text: string): string => text.replace(/[\\`*_<>|~[\]$]/g, '\\$&').replace(/\s*[\r\n]+\s*/g, ' ')
  const rules = table.columns.map((_, j) => ({ left: ':--', right: '--:', center: ':-:' })[alignmentOf(table, j)])
  const rows = [table.columns.map((column) => safe(headingOf(column))), rules,
    ...table.rows.map((row) => row.map((cell, j) => safe(formatCell(cell, table.columns[j]))))]
  return rows.map((row) => `| ${row.join(' | ')} |\n`).join('')
}

/**
 * A <table> in a container that scrolls by itself; with a flexible column it stacks into one block per row on a phone.
 * The first column heads its row. `caption` is the table's name.
 */
export function htmlTable(table: Table, caption: string): string {
  checkTable('htmlTable', table)
  const stack = table.columns.some((column) => column.flexible === true)
  const classes = { left: '', right: ' class="r"', center: ' class="c"' }
  const classOf = (j: number): string => {
    const alignment = alignmentOf(table, j)
    return alignment === 'right' && table.columns[j].flexible === true ? ' class="r w"' : classes[alignment]
  }
  const head = table.columns.map((column, j) => `<th scope="col"${classOf(j)}>${mathHtml(headingOf(column))}</th>`)
  const rows = table.rows.map((row) => {
    const cells = row.map((cell, j) => {
      const column = table.columns[j]
      const content = column.verdict === true ? badge(cell as Verdict) : mathHtml(formatCell(cell, column))
      const label = stack && j > 0 ? ` data-label="${escape(headingOf(column))}"` : ''
      // Roles are said aloud because a table that is laid out as blocks loses them.
      const tag = j === 0 ? 'th scope="row"' : 'td'
      const role = stack ? ` role="${j === 0 ? 'rowheader' : 'cell'}"` : ''
      return `<${tag}${role}${classOf(j)}${label}>${content}</${j === 0 ? 'th' : 'td'}>`
    })
    return `<tr${stack ? ' role="row"' : ''}>${cells.join('')}</tr>\n`
  })
  return (`<div class="scroll" role="region" tabindex="0" aria-label="${escape(caption)}">`
    + `<table${stack ? ' class="stack" role="table"' : ''}><caption>${mathHtml(caption)}</caption>\n`
    + `<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n${rows.join('')}</tbody></table></div>`)
}

/** A verdict as an inline badge: sign, word, and a border whose style differs too. */
export function badge(verdict: Verdict): string {
  return `<span class="badge ${verdict}">${SIGNS[verdict]} ${verdict}</span>`
}
