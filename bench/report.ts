// Rows of results: printed as tables while they are measured, kept for the targets, written as JSON lines at the end.

import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'

/** One measured figure with what it is a share of. */
export interface Row {
  readonly suite: string
  readonly case: string
  /** m, k, n of a product; sizes of a network; length of an array. */
  readonly shape?: readonly number[]
  readonly transposeA?: boolean
  readonly transposeB?: boolean
  readonly tier?: string
  readonly accumulation?: string
  readonly threads?: number
  readonly gflops?: number
  readonly gbps?: number
  readonly ms?: number
  readonly ns?: number
  readonly bytes?: number
  /** The physical limit or the figure compared with, in the row's unit, and the row's share of it. */
  readonly limit?: number | undefined
  readonly share?: number | undefined
  /** Time of this row over that of the row it is compared with. */
  readonly ratio?: number
  /** Relative margin of error in per cent. */
  readonly rme?: number
}

/** A line of the table of targets. */
export interface TargetRow {
  readonly suite: 'targets'
  readonly what: string
  readonly target: string
  readonly measured: string
  /** Undefined when the suite that measures it did not run. */
  readonly met: boolean | undefined
}

/** The machine and its state before the first measurement. */
export interface Machine {
  readonly suite: 'machine'
  readonly cpu: string
  readonly cores: number
  readonly node: string
  readonly v8: string
  readonly platform: string
  readonly date: string
  /** Of the last minute. */
  readonly loadAverage: number
  readonly quiet: boolean
}

/** Above this load something else is running: half a processor for a minute; compiling the benchmarks makes less. */
const QUIET = 0.5

/** Reads the machine. */
export function machine(): Machine {
  const loadAverage = Math.round(100 * loadavg()[0]) / 100
  return {
    suite: 'machine',
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    date: new Date().toISOString(),
    loadAverage,
    quiet: loadAverage <= QUIET,
  }
}

/** A column of a table. */
export interface Column<T> {
  readonly title: string
  readonly width: number
  readonly left?: boolean
  readonly value: (row: T) => string
}

/** Prints a headline and the titles; the returned function prints a row. */
export function printTable<T>(headline: string, columns: readonly Column<T>[]): (row: T) => void {
  const print = (cell: (column: Column<T>) => string): void => {
    console.log(columns.map((column) => {
      const text = cell(column)
      return column.left === true ? text.padEnd(column.width) : text.padStart(column.width)
    }).join('  ').trimEnd())
  }
  console.log(`\n${headline}`)
  print(({ title }) => title)
  return (row) => print(({ value }) => value(row))
}

/** `value` with `digits` decimals, a dash for what was not measured. */
export function fixed(value: number | undefined, digits: number): string {
  return value === undefined ? '–' : value.toFixed(digits)
}

/** Columns that most tables have. */
export const MARGIN: Column<Row> = { title: '± %', width: 5, value: ({ rme }) => fixed(rme, 1) }
export const SHARE: Column<Row> = {
  title: 'share',
  width: 6,
  value: ({ share }) => (share === undefined ? '–' : `${(100 * share).toFixed(0)} %`),
}

/** Tier and accumulation; fused variants are cases of their own. */
export const TIER: Column<Row> = { title: 'tier', width: 22, left: true, value: tierName }

/** The tier of a row in words. */
export function tierName({ tier = '', accumulation = '', case: name }: Row): string {
  return `${tier} ${accumulation}${name.endsWith('fused') ? ' fused' : ''}`
}

/** Writes the machine, the rows and the targets, one JSON object a line; measured figures to five digits. */
export function writeLines(file: string, lines: readonly (Machine | Row | TargetRow)[]): void {
  const short = (_key: string,
    value:
      unknown): unknown => (typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5))
      : value)
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line, short)}\n`).join(''))
}
