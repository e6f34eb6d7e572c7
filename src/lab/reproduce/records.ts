// Results of runs as JSON lines, one file per experiment, used again unless the configuration changed.

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UsageError } from '../options.ts'
import type { Experiment, Run } from './experiment.ts'

/** One line of a record file. `machine` says where the run was made; no result depends on it. */
export interface Record {
  readonly experiment: string
  readonly revision: number
  readonly configuration: object
  readonly result: unknown
  readonly seconds: number
  readonly machine: { readonly version: string; readonly runtime: string; readonly tier: string }
}

/** Records read from a file, by configuration, and what could not be used. */
export interface Recorded {
  readonly runs: ReadonlyMap<string, Run<object, unknown>>
  /** One line each: what was wrong and where. */
  readonly remarks: readonly string[]
}

/** `<directory>/<experiment>.jsonl`. */
export function recordFile(directory: string, experiment: string): string {
  return join(directory, `${experiment}.jsonl`)
}

/** A configuration as text, equal for equal configurations whatever the order of their keys. */
export function keyOf(configuration: unknown): string {
  return JSON.stringify(configuration, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value)
}

/**
 * The records of an experiment. A line that does not parse, or belongs to another experiment or revision, is said and
 * left out: its run is made again.
 * Throws: UsageError when the file exists and cannot be read.
 */
export function readRecords(directory: string, { name, revision }: Experiment): Recorded {
  const file = recordFile(directory, name)
  const runs = new Map<string, Run<object, unknown>>()
  const remarks: string[] = []
  if (!existsSync(file)) return { runs, remarks }
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`${file}: must be readable, got ${(cause as Error).message}`)
  }
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return
    const fault = (what: string): void => { remarks.push(`${file}, line ${index + 1}: ${what}; run again`) }
    let record: Partial<Record> | null
    try {
      record = JSON.parse(line) as Partial<Record> | null
    } catch (cause) {
      fault(`no JSON (${(cause as Error).message})`)
      return
    }
    if (typeof record !== 'object' || record === null || typeof record.configuration !== 'object' || record.configuration === null ||
      record.result === undefined || typeof record.seconds !== 'number') fault('not the record of a run')
    else if (record.experiment !== name) fault(`belongs to ${String(record.experiment)}, not ${name}`)
    else if (record.revision !== revision) fault(`made by revision ${String(record.revision)} of the experiment, now ${revision}`)
    else runs.set(keyOf(record.configuration), { configuration: record.configuration, result: record.result, seconds: record.seconds })
  })
  return { runs, remarks }
}

/** Adds one record at the end of the experiment's file. Throws: UsageError when it cannot be written. */
export function appendRecord(directory: string, record: Record): void {
  const file = recordFile(directory, record.experiment)
  try {
    mkdirSync(dirname(file), { recursive: true })
    // A run that was killed while writing leaves half a line: the next record begins a new one.
    const before = existsSync(file) ? readFileSync(file) : new Uint8Array(0)
    const start = before.length > 0 && before[before.length - 1] !== 0x0a ? '\n' : ''
    appendFileSync(file, `${start}${JSON.stringify(record)}\n`)
  } catch (cause) {
    throw new UsageError(`${file}: must be writable, got ${(cause as Error).message}`)
  }
}
