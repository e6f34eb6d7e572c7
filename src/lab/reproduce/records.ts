// Results of runs: one JSON file per run, named by its configuration, used again unless something it depends on changed.

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readText, removeStaleIn, writeWhole } from '../files.ts'
import { UsageError } from '../options.ts'
import { formerNames, respell, respellKeys } from '../spelling.ts'
import type { DataStamp, DataStamps } from './data-stamps.ts'
import type { Experiment, Run } from './experiment.ts'

/** Where a run was made; no result depends on it. */
export interface Machine {
  readonly version: string
  /** Absent outside of a checkout. */
  readonly commit?: string
  /** Runtime, operating system and processor family. */
  readonly runtime: string
  /** JavaScript engine; absent in older records. */
  readonly engine?: string
  readonly tier: string
  /** Model of the processors; absent in older records. */
  readonly processor?: string
}

/** The record of a run. */
export interface Record {
  readonly experiment: string
  readonly revision: number
  readonly configuration: object
  /** `configurationHash`, which also is the name of the file; absent in older records. */
  readonly key?: string
  readonly result: unknown
  /** `resultHash` of the result; absent in older records. */
  readonly hash?: string
  readonly seconds: number
  /** Largest memory that the process had held when the run was done, in megabytes; absent in older records. */
  readonly megabytes?: number
  readonly machine: Machine
  /** What the files hold that the run could read, by name. Absent for generated data, and in older records. */
  readonly data?: DataStamp
}

/** A record that can be used. */
export interface Found {
  readonly run: Run<object, unknown>
  readonly record: Record
  /** File, and line where it has several records. */
  readonly place: string
}

/** Records by configuration, and what could not be used. */
export interface Recorded {
  /** The last of several of one configuration. */
  readonly runs: ReadonlyMap<string, Run<object, unknown>>
  /** All of them, in the order in which they were read. */
  readonly found: readonly Found[]
  /** One line each: what was wrong and where. */
  readonly remarks: readonly string[]
}

/** `<directory>/<experiment>.jsonl`: the records of older versions, a line each. */
export function linesFile(directory: string, experiment: string): string {
  return join(directory, `${experiment}.jsonl`)
}

/** What is kept of a run: its record, why there is none, how far it is, and what it goes on from. */
export type RunFile = 'json' | 'failed' | 'running' | 'checkpoint'

/** `<directory>/<experiment>/<hash of the configuration>.<what>`. */
export function runFile(directory: string, experiment: string, configuration: object, what: RunFile): string {
  return join(directory, experiment, `${configurationHash(configuration)}.${what}`)
}

const half = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

/** First half of the SHA-256 of a result as JSON: equal for equal results, bit for bit. */
export function resultHash(result: unknown): string {
  return half(JSON.stringify(result))
}

/** First half of the SHA-256 of `keyOf`. */
export function configurationHash(configuration: object): string {
  return half(keyOf(configuration))
}

/** A configuration as text, equal for equal configurations whatever the order of their keys. */
export function keyOf(configuration: unknown): string {
  return JSON.stringify(configuration,
    (_key, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value)
}

/**
 * The records of an experiment. What does not parse, belongs to another experiment, revision or configuration, has been
 * changed, or was made from other data than those of `stamps`, is said and left out: its run is made again. A record that
 * names no data is taken as it is. Files and keys under former names of the experiment and its configuration count as
 * well, today's last; lines of older versions before files. Throws: UsageError when a file exists and cannot be read.
 */
export function readRecords(directory: string, experiment: Experiment, stamps?: DataStamps): Recorded {
  const found: Found[] = []
  const remarks: string[] = []
  const take = (text: string, place: string, named?: string): void => {
    const read = usable(text, experiment, stamps, named)
    if (typeof read === 'string') remarks.push(`${place}: ${read}; run again`)
    else found.push({ ...read, place })
  }
  for (const name of [...formerNames(experiment.name), experiment.name]) {
    const lines = linesFile(directory, name)
    readText(lines)?.split('\n').forEach((line, index) => {
      if (line.trim() !== '') take(line, `${lines}, line ${index + 1}`)
    })
    for (const file of filesIn(join(directory, name), 'json')) {
      const path = join(directory, name, file)
      const text = readText(path)
      // Undefined where another process removed it just now.
      if (text !== undefined) take(text, path, name === experiment.name ? file.slice(0, -'.json'.length) : undefined)
    }
  }
  return { runs: new Map(found.map(({ run }) => [keyOf(run.configuration), run])), found, remarks }
}

/** Files of runs in a directory by their ending, in order; none where there is no directory. */
export function filesIn(directory: string, what: RunFile): readonly string[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory).filter((name) => /^[0-9a-f]{32}\./.test(name) && name.endsWith(`.${what}`)).sort()
}

/** The run of a record, or why it cannot be used; `named` is the hash in the name of its file. */
function usable(text: string, experiment: Experiment, stamps: DataStamps | undefined, named: string | undefined): Omit<
  Found,
  'place'
> | string {
  const { name, revision } = experiment
  let record: Partial<Record> | null
  try {
    record = JSON.parse(text) as Partial<Record> | null
  } catch (cause) {
    return `no JSON (${(cause as Error).message})`
  }
  if (typeof record !== 'object' || record === null || typeof record.configuration !== 'object'
    || record.configuration === null || record.result === undefined || typeof record.seconds !== 'number')
  {
    return 'not the record of a run'
  }
  if (typeof record.experiment !== 'string' || respell(record.experiment) !== name) {
    return `belongs to ${String(record.experiment)}, not ${name}`
  }
  if (record.revision !== revision) {
    return `made by revision ${String(record.revision)} of the experiment, now ${revision}`
  }
  if (record.hash !== undefined && record.hash !== resultHash(record.result)) {
    return 'its result is not the one that was recorded'
  }
  const key = configurationHash(record.configuration)
  if ((record.key ?? key) !== key || (named ?? key) !== key) {
    return 'its configuration is not the one that was recorded'
  }
  const { result, seconds } = record
  const configuration = respellKeys(record.configuration)
  if (stamps !== undefined && record.data !== undefined) {
    const changed = stamps.difference(record.data, dataOf(experiment, configuration))
    if (changed !== undefined) return `made from other data (${changed})`
  }
  return { run: { configuration, result, seconds }, record: record as Record }
}

/** The files that a run can read. */
export function dataOf({ data, dataIfPresent = [], dataOf: own }: Experiment,
  configuration: object): readonly string[]
{
  return own?.(configuration) ?? [...data, ...dataIfPresent]
}

/** The run of one record file, where it is there and can be used: another process may have made it meanwhile. */
export function readRecord(directory: string, experiment: Experiment, configuration: object, stamps?: DataStamps): Run<
  object,
  unknown
> | undefined {
  const text = readText(runFile(directory, experiment.name, configuration, 'json'))
  const read = text === undefined ? '' : usable(text, experiment, stamps, configurationHash(configuration))
  return typeof read === 'string' ? undefined : read.run
}

/**
 * Writes a record, whole or not at all, in place of one that was there, and removes what was kept for going on with the
 * run. Throws: UsageError when it cannot be written.
 */
export function writeRecord(directory: string, record: Record): void {
  const { experiment, configuration } = record
  writeWhole(runFile(directory, experiment, configuration, 'json'),
    `${JSON.stringify({ ...record, key: configurationHash(configuration) })}\n`)
  for (const what of ['failed', 'running', 'checkpoint'] as const) {
    removeRunFile(directory, experiment, configuration, what)
  }
}

/** Removes a file of a run, where it is there and can be removed. */
export function removeRunFile(directory: string, experiment: string, configuration: object, what: RunFile): void {
  try {
    rmSync(runFile(directory, experiment, configuration, what), { force: true })
  } catch { /* a directory in its place: nobody's harm */ }
}

/** Removes what killed processes left: temporary files, and what was kept of runs whose records are there. */
export function tidyRuns(directory: string, experiment: string, runs: Iterable<Run<object, unknown>>): void {
  const place = join(directory, experiment)
  removeStaleIn(place)
  const done = new Set([...runs].map(({ configuration }) => configurationHash(configuration)))
  for (const what of ['failed', 'running', 'checkpoint'] as const) {
    for (const file of filesIn(place, what)) {
      if (done.has(file.slice(0, -`.${what}`.length))) rmSync(join(place, file), { force: true })
    }
  }
}

/** Why a run could not be finished. */
export interface FailureRecord {
  readonly experiment: string
  readonly configuration: object
  readonly message: string
  readonly machine: Machine
}

/** Says that a run failed, and why; a record of it removes that. What cannot be written is not kept. */
export function writeFailure(directory: string, failure: FailureRecord): void {
  try {
    writeWhole(runFile(directory, failure.experiment, failure.configuration, 'failed'), `${JSON.stringify(failure)}\n`)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
  }
  removeRunFile(directory, failure.experiment, failure.configuration, 'running')
}

/** Why the last attempt at a run failed; undefined where none did, or a record came later. */
export function readFailure(directory: string, experiment: string, configuration: object): string | undefined {
  const text = readText(runFile(directory, experiment, configuration, 'failed'))
  if (text === undefined) return undefined
  try {
    return String((JSON.parse(text) as Partial<FailureRecord>).message)
  } catch {
    return 'for a reason that cannot be read'
  }
}
