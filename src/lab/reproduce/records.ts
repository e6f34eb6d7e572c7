// Results of runs as JSON lines, one file per experiment, used again unless the configuration changed.

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { appendLine, readText } from '../files.ts'
import { formerNames, respell, respellKeys } from '../spelling.ts'
import type { Experiment, Run } from './experiment.ts'

/** One line of a record file. `machine` says where the run was made; no result depends on it. */
export interface Record {
  readonly experiment: string
  readonly revision: number
  readonly configuration: object
  readonly result: unknown
  /** `resultHash` of the result; absent in older records. */
  readonly hash?: string
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

/** First half of the SHA-256 of a result as JSON: equal for equal results, bit for bit. */
export function resultHash(result: unknown): string {
  return createHash('sha256').update(JSON.stringify(result)).digest('hex').slice(0, 32)
}

/** A configuration as text, equal for equal configurations whatever the order of their keys. */
export function keyOf(configuration: unknown): string {
  return JSON.stringify(configuration,
    (_key, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value)
}

/**
 * The records of an experiment. A line that does not parse, belongs to another experiment or revision, or was made from
 * other data than `data`, is said and left out: its run is made again. A record that names no data is taken as it is.
 * Files and keys under former names of the experiment and its configuration count as well, today's first.
 * Throws: UsageError when a file exists and cannot be read.
 */
export function readRecords(directory: string, experiment: Experiment, data?: DataSizes): Recorded {
  const runs = new Map<string, Run<object, unknown>>()
  const remarks: string[] = []
  for (const name of [...formerNames(experiment.name), experiment.name]) {
    readInto(runs, remarks, recordFile(directory, name), experiment, data)
  }
  return { runs, remarks }
}

function readInto(runs: Map<string, Run<object, unknown>>, remarks: string[], file: string,
  { name, revision }: Experiment, data?: DataSizes): void
{
  readText(file)?.split('\n').forEach((line, index) => {
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
    else if (typeof record.experiment !== 'string' || respell(record.experiment) !== name) {
      fault(`belongs to ${String(record.experiment)}, not ${name}`)
    } else if (record.revision !== revision) {
      fault(`made by revision ${String(record.revision)} of the experiment, now ${revision}`)
    } else if (record.hash !== undefined && record.hash !== resultHash(record.result)) {
      fault('its result is not the one that was recorded')
    } else if (data !== undefined && record.data !== undefined && keyOf(record.data) !== keyOf(data)) {
      fault(`made from other data (${difference(record.data, data)})`)
    } else {
      const { result, seconds } = record
      const configuration = respellKeys(record.configuration)
      runs.set(keyOf(configuration), { configuration, result, seconds })
    }
  })
}

/** The first file that is not as it was. */
function difference(before: DataSizes, now: DataSizes): string {
  const size = (bytes: unknown): string => (bytes === undefined ? 'absent' : `${String(bytes)} bytes`)
  const file = Object.keys({ ...before, ...now }).find((name) => before?.[name] !== now[name]) ?? ''
  return `${file} ${size(before?.[file])}, now ${size(now[file])}`
}

/** Adds one record at the end of the experiment's file, whole or not at all. Throws: UsageError when it cannot be written. */
export function appendRecord(directory: string, record: Record): void {
  appendLine(recordFile(directory, record.experiment), JSON.stringify(record))
}
