// How many isolates left other bits behind than the first of their case.

import type { Isolate } from './cases.ts'
import type { Answer, Way } from './messages.ts'

/** One isolate and what came of it. */
export interface Counted {
  readonly way: Way
  readonly isolate: Isolate
  readonly answer: Answer
}

/** Isolates of one case in one way. */
interface Cell {
  readonly isolates: number
  readonly differing: number
}

/** One case. */
export interface Row {
  readonly name: string
  /** The hash of its first isolate, whatever the way. */
  readonly first: string
  readonly cells: Readonly<Partial<Record<Way, Cell>>>
}

/**
 * One row per case, in order of first appearance. What an isolate threw is never what it should leave behind, so that
 * every isolate that threw differs.
 */
export function count(counted: readonly Counted[]): readonly Row[] {
  const rows = new Map<string, { name: string; first: string; cells: Partial<Record<Way, Cell>> }>()
  for (const { way, isolate: { asked: { name } }, answer: { hash } } of counted) {
    const row = rows.get(name) ?? { name, first: hash, cells: {} }
    rows.set(name, row)
    const { isolates, differing } = row.cells[way] ?? { isolates: 0, differing: 0 }
    const same = hash === row.first && !hash.startsWith('threw')
    row.cells[way] = { isolates: isolates + 1, differing: differing + (same ? 0 : 1) }
  }
  return [...rows.values()]
}

/** Sum over the rows. */
export function total(rows: readonly Row[], ways: readonly Way[]): Cell {
  const cells = rows.flatMap(({ cells }) => ways.flatMap((way) => cells[way] ?? []))
  return {
    isolates: cells.reduce((sum, { isolates }) => sum + isolates, 0),
    differing: cells.reduce((sum, { differing }) => sum + differing, 0),
  }
}

/** Columns aligned by spaces: how many isolates of each case were made in each way, and how many of them differ. */
export function plainTable(rows: readonly Row[], ways: readonly Way[]): string {
  const show = ({ isolates, differing }: Cell): string =>
    differing === 0 ? `${isolates}` : `${isolates} (${differing} differ)`
  const line = (name: string, first: string,
    of: readonly Row[]): readonly string[] => [name, ...ways.map((way) => show(total(of, [way]))), first]
  const lines = [['case', ...ways, 'first hash'], ...rows.map((row) => line(row.name, row.first, [row])),
    line('all', '', rows)]
  const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => cells[column].length)))
  return lines.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n')
}

/** The last line. */
export function summary(rows: readonly Row[], ways: readonly Way[]): string {
  const { isolates, differing } = total(rows, ways)
  return `${isolates} isolates, ${differing} distinct from the first`
}
