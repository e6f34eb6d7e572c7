// A sweep as a file declares it, and what it asks for: configurations of trainings in one order.

import { readText } from '../files.ts'
import { nearest, UsageError } from '../options.ts'
import { configure } from '../training/configuration.ts'
import { shortened } from '../training/short-form.ts'
import { type Axis, axisOf, combinations, type Value } from './axes.ts'
import type { TrainingRun } from './trainings.ts'

/** The keys of the file. */
const KEYS = ['name', 'train', 'axes', 'seeds', 'alignment-samples'] as const

/** As of `train`, for sweeps: alignment is measured only where it is asked for. */
const ALIGNMENT_SAMPLES = 0

/** A sweep. */
export interface Sweep {
  readonly name: string
  /** Seeds last, where there are any. */
  readonly axes: readonly Axis[]
  /** One per combination, the last axis fastest. */
  readonly runs: readonly TrainingRun[]
  /** The text of the file. */
  readonly text: string
}

/** Faults that are shown of those that combinations have. */
const SHOWN = 3

/** Reads a sweep. Throws: UsageError naming everything that is wrong, and in which combinations. */
export function readSweep(file: string): Sweep {
  const text = readText(file)
  if (text === undefined) throw new UsageError(`${file}: must exist, got no file`)
  return parseSweep(text, file)
}

/** A sweep out of its text. `where` names it in errors. Throws: as `readSweep`. */
export function parseSweep(text: string, where: string): Sweep {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${where}: must be a JSON file, got ${(cause as Error).message}`)
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new UsageError(`${where}: must hold a JSON object with ${KEYS.join(', ')}, got ${text.trim().slice(0, 40)}`)
  }
  const given = content as Readonly<Record<string, unknown>>
  const faults: string[] = []
  for (const key of Object.keys(given)) {
    if ((KEYS as readonly string[]).includes(key)) continue
    const near = nearest(key, KEYS)
    faults.push(`${key}: is none of ${KEYS.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`)
  }
  const { name, train = {}, axes: list = [], seeds, 'alignment-samples': samples = ALIGNMENT_SAMPLES } = given
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9._-]{0,60}$/i.test(name)) {
    faults.push(`name: must be of letters, digits, dots, dashes and underscores, got ${JSON.stringify(name)}`)
  }
  if (typeof train !== 'object' || train === null || Array.isArray(train)) {
    faults.push(`train: must be an object of options of train, got ${JSON.stringify(train)}`)
  }
  if (!Number.isSafeInteger(samples) || (samples as number) < 0) {
    faults.push(`alignment-samples: must be a whole number of at least 0, got ${JSON.stringify(samples)}`)
  }
  if (!Array.isArray(list)) faults.push(`axes: must be a list of objects, got ${JSON.stringify(list)}`)
  const axes = (Array.isArray(list) ? list : []).flatMap((axis: unknown, index) => {
    try {
      return [axisOf(axis)]
    } catch (cause) {
      faults.push(`axis ${index + 1}: ${(cause as Error).message}`)
      return []
    }
  })
  const seedAxis = seedsOf(seeds, faults)
  if (seedAxis !== undefined) axes.push(seedAxis)
  const options = axes.flatMap((axis) => axis.options)
  const twice = options.find((option, index) => options.indexOf(option) < index)
  if (twice !== undefined) faults.push(`${twice}: must be on one axis, got two`)
  const both = options.find((option) => Object.hasOwn(train as object, option))
  if (both !== undefined) faults.push(`${both}: must be an axis or stand under train, got both`)
  refuse(where, faults)
  const runs = combinations(axes).map((chosen) => {
    const { configuration, faults: own } = configure(new Map(), { ...(train as Readonly<Record<string, unknown>>),
      ...Object.fromEntries(chosen) })
    const at = chosen.length === 0 ? ''
      : ` (${chosen.map(([option, value]) => `${option} ${textOf(value)}`).join(', ')})`
    faults.push(...own.map((fault) => `${fault}${at}`))
    return { training: shortened(configuration), alignmentSamples: samples as number }
  })
  if (faults.length > SHOWN) faults.splice(SHOWN, Infinity, `and ${faults.length - SHOWN} more`)
  refuse(where, faults)
  return { name: name as string, axes, runs, text }
}

/** A number of seeds from 0 on, or a list of them. */
function seedsOf(seeds: unknown, faults: string[]): Axis | undefined {
  if (seeds === undefined) return undefined
  const list = Number.isSafeInteger(seeds) && (seeds as number) >= 1
    ? Array.from({ length: seeds as number }, (_, index) => index) : seeds
  try {
    return axisOf({ seed: list })
  } catch {
    faults.push(`seeds: must be a number of seeds or a list of different ones, got ${JSON.stringify(seeds)}`)
    return undefined
  }
}

/** A value in texts and tables. */
export function textOf(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function refuse(where: string, faults: readonly string[]): void {
  if (faults.length === 1) throw new UsageError(`${where}: ${faults[0]}`)
  if (faults.length > 1) {
    throw new UsageError(
      `${where}: ${faults.length} faults: ${faults.map((fault, index) => `(${index + 1}) ${fault}`).join('; ')}`,
    )
  }
}
