// Trainings as a table of comma-separated values: RFC 4180, one row per training and record.

import type { EpochRecord } from '../train/record.ts'
import { measuredOf } from './scalars.ts'

/** A training by the name that its rows have. */
export interface Named {
  readonly name: string
  readonly records: readonly EpochRecord[]
}

/** Columns of every row. */
const HEAD = ['run', 'epoch', 'steps'] as const

/** A field as it is, or in quotes where it holds what would end it. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * Columns run, epoch, steps and one for everything that any record has, by the names of `measuredOf` in the order of
 * their appearance; empty where a record has no number. Numbers are written so that they read back to the same float64.
 */
export function csvOf(runs: readonly Named[]): string {
  const rows = runs.flatMap(({ name, records }) =>
    records.map((record) => ({ name, record, scalars: measuredOf(record) }))
  )
  const columns = [...new Set(rows.flatMap(({ scalars }) => [...scalars.keys()]))]
  const lines = rows.map(({ name, record: { epoch, steps }, scalars }) =>
    [field(name), epoch, steps, ...columns.map((column) => scalars.get(column) ?? '')].join(',')
  )
  return [[...HEAD, ...columns].map(field).join(','), ...lines].map((line) => `${line}\r\n`).join('')
}
