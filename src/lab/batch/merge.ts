// What several directories hold of one work: records brought together, and what does not go together.

import { count } from '../report/format.ts'
import type { DataStamps } from '../reproduce/data-stamps.ts'
import type { Experiment } from '../reproduce/experiment.ts'
import { type Found, keyOf, readRecords, type Recorded, resultHash, writeRecord } from '../reproduce/records.ts'

/** Records of one experiment, with what there is to say. */
export interface Merged {
  readonly recorded: Recorded
  /** What is worth knowing and does no harm. */
  readonly remarks: readonly string[]
  /** Two results of one configuration: one of them must be wrong. */
  readonly conflicts: readonly string[]
}

/**
 * The records of an experiment in `directory`, after those of `others` were written there whose runs it does not have.
 * Several collectors may do so at once: they write the same. Throws: UsageError.
 */
export function mergeRecords(directory: string, others: readonly string[], experiment: Experiment,
  stamps: DataStamps | undefined): Merged
{
  const own = readRecords(directory, experiment, stamps)
  const foreign = others.map((other) => readRecords(other, experiment, stamps))
  const found = [...own.found, ...foreign.flatMap((one) => one.found)]
  const byKey = new Map<string, Found[]>()
  for (const one of found) {
    const key = keyOf(one.run.configuration)
    byKey.set(key, [...byKey.get(key) ?? [], one])
  }
  const runs = new Map(own.runs)
  const conflicts: string[] = []
  let copied = 0, twice = 0
  for (const [key, same] of byKey) {
    const [first, ...further] = same
    if (!runs.has(key)) {
      writeRecord(directory, { ...first.record, configuration: first.run.configuration })
      runs.set(key, first.run)
      copied++
    }
    const other = further.find(({ run }) => resultHash(run.result) !== resultHash(first.run.result))
    if (other !== undefined) conflicts.push(`two results of one run: ${first.place} and ${other.place}`)
    else if (further.length > 0) twice++
  }
  const remarks = [...own.remarks, ...foreign.flatMap((one) => one.remarks),
    ...(copied > 0 ? [`${count(copied, 'record')} taken from ${others.join(', ')}`] : []),
    ...(twice > 0 ? [`${count(twice, 'run')} recorded more than once, with equal results`] : [])]
  return { recorded: { runs, found, remarks: [] }, remarks, conflicts }
}

/** By which other versions the runs were made, most first: `12 by version 0.1.0 (commit …)`. */
export function otherVersions({ found }: Recorded, planned: readonly object[], version: string): readonly string[] {
  const wanted = new Set(planned.map(keyOf))
  const counts = new Map<string, number>()
  for (const { run, record } of found) {
    const by = String((record.machine as Partial<Found['record']['machine']> | undefined)?.version)
    if (by !== version && wanted.has(keyOf(run.configuration))) counts.set(by, (counts.get(by) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([by, runs]) => `${count(runs, 'record')} made by version ${by}`)
}
