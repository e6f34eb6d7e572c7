// What was asked for, beside the records: whoever collects or looks later knows what belongs to it, and whether it changed.

import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readText, writeWhole } from '../files.ts'
import { count } from '../report/format.ts'
import { type Scale, SCALES } from '../reproduce/experiment.ts'
import { configurationHash } from '../reproduce/records.ts'
import { packageVersion } from '../version.ts'
import type { Work } from './work.ts'

/** The runs of the first round of a plan. */
export interface FirstRound {
  readonly runs: number
  /** Of the hashes of their configurations, in order. */
  readonly hash: string
}

/** The content of a plan file. */
export interface PlanFile {
  readonly plan: string
  readonly version: string
  /** The words of the command line. */
  readonly words: readonly string[]
  readonly experiments: readonly string[]
  readonly scale: Scale
  readonly seed: number
  /** The text of a sweep. */
  readonly sweep?: string
  readonly first: Readonly<Record<string, FirstRound>>
}

const fileOf = (runs: string, name: string): string => join(runs, 'plans', `${name}.json`)

/** What a work asks for today. Throws: what plans throw. */
export function planOf({ name, words, sweep, experiments, scale, seed }: Work): PlanFile {
  return { plan: name, version: packageVersion(), words, experiments: experiments.map((one) => one.name), scale, seed,
    ...(sweep === undefined ? {} : { sweep }), first: Object.fromEntries(experiments.map((experiment) => {
      const hashes = experiment.plan(scale, seed, []).map(configurationHash)
      const hash = createHash('sha256').update(hashes.join('\n')).digest('hex').slice(0, 32)
      return [experiment.name, { runs: hashes.length, hash }]
    })) }
}

/** Writes the plan file, unless it is there as it would be. Throws: UsageError. */
export function writePlan(runs: string, work: Work): void {
  const file = fileOf(runs, work.name)
  const text = `${JSON.stringify(planOf(work), undefined, 2)}\n`
  if (readText(file) !== text) writeWhole(file, text)
}

/** The plan of that name; undefined when there is none that can be read. */
export function readPlan(runs: string, name: string): PlanFile | undefined {
  return parsed(readText(fileOf(runs, name)))
}

/** All plans of a directory, by name. */
export function readPlans(runs: string): readonly PlanFile[] {
  const directory = join(runs, 'plans')
  if (!existsSync(directory)) return []
  const names = readdirSync(directory).filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort()
  return names.flatMap((name) => parsed(readText(join(directory, name))) ?? [])
}

function parsed(text: string | undefined): PlanFile | undefined {
  try {
    const found = JSON.parse(text ?? '') as Partial<PlanFile> | null
    const isPlan = typeof found?.plan === 'string' && Array.isArray(found.words) && Array.isArray(found.experiments)
      && typeof found.first === 'object' && typeof found.seed === 'number' && SCALES.some((scale) =>
        scale === found.scale
      )
    return isPlan ? found as PlanFile : undefined
  } catch {
    return undefined
  }
}

/** What has changed since a plan was written, one line per experiment: its runs of today are judged, not those of then. */
export function changesSince(before: PlanFile | undefined, now: PlanFile): readonly string[] {
  if (before === undefined) return []
  return Object.entries(now.first).flatMap(([name, { runs, hash }]) => {
    const then: FirstRound | undefined = before.first[name]
    if (then === undefined || then.hash === hash) return []
    return [
      `${name}: the plan has changed since it was submitted (its first round had ${count(then.runs, 'run')} by version `
      + `${before.version}, now ${runs}): records of runs that are planned no more are left out, new runs are missing`,
    ]
  })
}
