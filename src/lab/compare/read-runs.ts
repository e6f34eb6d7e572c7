// Recorded trainings: files of JSON lines as `train --json` writes them.

import { basename } from 'node:path'
import { readText } from '../files.ts'
import { UsageError } from '../options.ts'
import { respellKeys } from '../spelling.ts'
import type { EpochRecord } from '../train/record.ts'

/** A training as it was recorded. */
export interface RecordedRun {
  /** By its file, `dfa-seed1`; with its number where a file holds several. */
  readonly name: string
  readonly file: string
  readonly version: string
  readonly configuration: Readonly<Record<string, unknown>>
  readonly records: readonly EpochRecord[]
  /** Why it was stopped before its end. */
  readonly stopped?: string
  /** Neither an end nor a stop was recorded. */
  readonly isOpen: boolean
}

type Line = Readonly<Record<string, unknown>> & { readonly record?: unknown }

const isObject = (value: unknown): value is Line => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Throws: UsageError naming file and line. */
function checkEpoch(line: Line, wrong: (what: string) => UsageError): EpochRecord {
  const { epoch, steps, test, training, validation, trainingLoss, rate, alignment } = line
  for (const [name, value] of Object.entries({ epoch, steps })) {
    if (!Number.isSafeInteger(value) || (value as number) < 0) {
      throw wrong(`${name} must be a whole number of at least 0, got ${JSON.stringify(value)}`)
    }
  }
  if (!isObject(test)) throw wrong(`test must be a score, got ${JSON.stringify(test)}`)
  for (const [name, value] of Object.entries({ training, validation, alignment })) {
    if (value !== undefined && value !== null && !isObject(value)) {
      throw wrong(`${name} must be an object or null, got ${JSON.stringify(value)}`)
    }
  }
  // Versions before had no training score, no alignment where none was asked for.
  const record = { training: null, validation: null, alignment: null, ...line, trainingLoss: trainingLoss ?? null,
    rate: rate ?? null }
  delete (record as { record?: unknown }).record
  return record as unknown as EpochRecord
}

/**
 * The trainings of one file, in its order: each begins with a line `"record":"training"`.
 * Throws: UsageError for a file that is not there, a line that is none of a training (file and line are named), or no
 * training at all.
 */
export function readRuns(file: string): readonly RecordedRun[] {
  const content = readText(file)
  if (content === undefined) throw new UsageError(`report: ${file} must exist, got no file`)
  const runs: { version: string; configuration: Readonly<Record<string, unknown>>; records: EpochRecord[];
    stopped?: string; isOpen: boolean }[] = []
  content.split('\n').forEach((text, index) => {
    if (text.trim() === '') return
    const wrong = (what: string): UsageError => new UsageError(`report: ${file}, line ${index + 1}: ${what}`)
    let line: unknown
    try {
      line = JSON.parse(text)
    } catch (cause) {
      throw wrong(`must be JSON, got ${(cause as Error).message}`)
    }
    if (!isObject(line)) throw wrong(`must be an object, got ${text.slice(0, 40)}`)
    const run = runs[runs.length - 1]
    if (line.record === 'training') {
      const { configuration, version } = line
      if (!isObject(configuration)) throw wrong(`configuration must be an object, got ${JSON.stringify(configuration)}`)
      runs.push({ version: String(version), configuration: respellKeys(configuration), records: [], isOpen: true })
    } else if (run === undefined) {
      throw wrong('must begin the record of a training (train --json), got another line')
    } else if (line.record === 'epoch') {
      const record = checkEpoch(line, wrong)
      const before = run.records[run.records.length - 1]
      if (before !== undefined && record.epoch <= before.epoch) {
        throw wrong(`epoch must be above ${before.epoch}, that of the record before, got ${record.epoch}`)
      }
      run.records.push(record)
    } else if (line.record === 'end') run.isOpen = false
    else if (line.record === 'stopped') {
      run.isOpen = false
      run.stopped = `step ${String(line['step'])}: ${String(line['why'])}`
    } else throw wrong(`record must be training, epoch, end or stopped, got ${JSON.stringify(line.record)}`)
  })
  if (runs.length === 0) throw new UsageError(`report: ${file} must hold the record of a training, got none`)
  const stem = basename(file).replace(/\.[^.]*$/, '')
  return runs.map((run, index) => ({ ...run, file, name: runs.length === 1 ? stem : `${stem}-${index + 1}` }))
}

/** The trainings of several files, each by a name of its own. Throws: as `readRuns`. */
export function readAllRuns(files: readonly string[]): readonly RecordedRun[] {
  const taken = new Set<string>()
  return files.flatMap(readRuns).map((run) => {
    let name = run.name
    for (let number = 2; taken.has(name); number++) name = `${run.name}-${number}`
    taken.add(name)
    return { ...run, name }
  })
}
