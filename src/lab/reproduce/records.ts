// Results of runs as JSON lines, one file per experiment, used again unless the configuration changed.

import { appendFileSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, readSync } from 'node:fs'
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
  /** Bytes of the data files that the run could read, by name. Absent for generated data, and in older records. */
  readonly data?: DataSizes
}

/** Bytes of data files by name: tells other data cheaply, but not data of the same size. */
export interface DataSizes {
  readonly [file: string]: number
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
  return JSON.stringify(configuration,
    (_key, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value)
}

/**
 * The records of an experiment. A line that does not parse, belongs to another experiment or revision, or was made from
 * other data than `data`, is said and left out: its run is made again. A record that names no data is taken as it is.
 * Throws: UsageError when the file exists and cannot be read.
 */
export function readRecords(directory: string, { name, revision }: Experiment, data?: DataSizes): Recorded {
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
    const fault = (what: string): void => {
      remarks.push(`${file}, line ${index + 1}: ${what}; run again`)
    }
    let record: Partial<Record> | null
    try {
      record = JSON.parse(line) as Partial<Record> | null
    } catch (cause) {
      fault(`no JSON (${(cause as Error).message})`)
      return
    }
    if (typeof record !== 'object' || record === null || typeof record.configuration !== 'object'
      || record.configuration === null
      || record.result === undefined || typeof record.seconds !== 'number') fault('not the record of a run')
    else if (record.experiment !== name) fault(`belongs to ${String(record.experiment)}, not ${name}`)
    else if (record.revision !== revision) {
      fault(`made by revision ${String(record.revision)} of the experiment, now ${revision}`)
    } else if (data !== undefined && record.data !== undefined && keyOf(record.data) !== keyOf(data)) {
      fault(`made from other data (${difference(record.data, data)})`)
    } else {
      const { configuration, result, seconds } = record
      runs.set(keyOf(configuration), { configuration, result, seconds })
    }
  })
  return { runs, remarks }
}

/** The first file that is not as it was. */
function difference(before: DataSizes, now: DataSizes): string {
  const size = (bytes: unknown): string => (bytes === undefined ? 'absent' : `${String(bytes)} bytes`)
  const file = Object.keys({ ...before, ...now }).find((name) => before?.[name] !== now[name]) ?? ''
  return `${file} ${size(before?.[file])}, now ${size(now[file])}`
}

/** Adds one record at the end of the experiment's file. Throws: UsageError when it cannot be written. */
export function appendRecord(directory: string, record: Record): void {
  const file = recordFile(directory, record.experiment)
  try {
    mkdirSync(dirname(file), { recursive: true })
    const handle = openSync(file, 'a+')
    try {
      // A run that was killed while writing leaves half a line: the next record begins a new one.
      const { size } = fstatSync(handle)
      const last = new Uint8Array([0x0a])
      if (size > 0) readSync(handle, last, 0, 1, size - 1)
      appendFileSync(handle, `${last[0] === 0x0a ? '' : '\n'}${JSON.stringify(record)}\n`)
    } finally {
      closeSync(handle)
    }
  } catch (cause) {
    throw new UsageError(`${file}: must be writable, got ${(cause as Error).message}`)
  }
}
