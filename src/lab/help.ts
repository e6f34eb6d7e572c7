// Help texts for a terminal.

import { wrap } from './report/table.ts'

/** Prose wider than this is hard to read. */
const PROSE = 120
/** A row: two spaces, a name with its placeholder, at least two spaces, what it does. */
const ROW = /^( {2}\S.*?) {2,}(\S.*)$/

/**
 * A help text for `width` columns. Lines that begin at the margin are paragraphs and flow together; rows keep what they
 * say in one column, below the name where the name is long.
 */
export function wrapHelp(text: string, width: number): string {
  const lines = text.split('\n')
  const longest = Math.max(0, ...lines.map((line) => ROW.exec(line)?.[1].length ?? 0)) + 2
  const column = longest <= width / 2 ? longest : Math.min(30, Math.floor(width * 0.4))
  const out: string[] = []
  let paragraph: string[] = []
  const endParagraph = (): void => {
    if (paragraph.length > 0) out.push(...wrap(paragraph.join(' '), Math.min(width, PROSE)))
    paragraph = []
  }
  for (const line of lines) {
    if (/^\S/.test(line)) {
      paragraph.push(line)
      continue
    }
    endParagraph()
    const [, name, what] = ROW.exec(line) ?? ['', '', '']
    if (name === '') {
      out.push(line)
      continue
    }
    const said = wrap(what, width - column).map((part) => ' '.repeat(column) + part)
    if (name.length + 2 <= column) said[0] = name.padEnd(column) + said[0].slice(column)
    else said.unshift(...wrap(name.trimStart(), width - 2).map((part) => `  ${part}`))
    out.push(...said)
  }
  endParagraph()
  return out.join('\n')
}
