// Which experiments a command line means, and whether their data are there.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ranked, UsageError } from '../options.ts'
import { respell } from '../spelling.ts'
import type { Experiment, Scale } from './experiment.ts'

/** The experiments that names and beginnings of names stand for, each once, in the order of the table. */
export function choose(command: string, experiments: readonly Experiment[],
  names: readonly string[]): readonly Experiment[]
{
  for (const name of names) {
    if (matching(experiments, name).length > 0) continue
    // The part behind the slash is what people remember.
    const known = experiments.map((e) => e.name)
    const order = ranked(name, [...known, ...known.map((full) => full.split('/').pop() ?? full)])
    const near = [
      ...new Set(order.map((found) => known.find((full) => full === found || full.endsWith(`/${found}`)) ?? found)),
    ]
    throw new UsageError(`${command}: there is no experiment "${name}"; there are, nearest first: ${near.join(', ')}`)
  }
  const chosen = new Set(names.flatMap((name) => matching(experiments, name)))
  return experiments.filter((e) => chosen.has(e))
}

/** The experiment of that name alone, or all whose names begin so. */
function matching(experiments: readonly Experiment[], asked: string): readonly Experiment[] {
  const wanted = respell(asked)
  const exact = experiments.filter(({ name }) => name === wanted)
  return exact.length > 0 ? exact : experiments.filter(({ name }) => wanted !== '' && name.startsWith(wanted))
}

/** Files that the runs of a scale read and that are not there. */
export function missingData({ data, quickData = data }: Experiment, directory: string | undefined,
  scale: Scale): readonly string[]
{
  return (scale === 'quick' ? quickData : data).filter((file) =>
    directory === undefined || ![file, `${file}.gz`].some((name) => existsSync(join(directory, name)))
  )
}

/** Throws: UsageError naming the files that are not there, where they were looked for, and what runs without them. */
export function requireData(experiments: readonly Experiment[], chosen: readonly Experiment[],
  directory: string | undefined, scale: Scale): void
{
  const missing = [...new Set(chosen.flatMap((e) => missingData(e, directory, scale)))]
  if (missing.length === 0) return
  const without = experiments.filter((e) => missingData(e, directory, scale).length === 0).map(({ name }) => name)
  const where = directory === undefined ? 'no directory was given (--data DIR or FEEDBACK_ALIGNMENT_DATA)'
    : `looked in ${directory}`
  throw new UsageError(
    `data: ${missing.map((file) => `${file}(.gz)`).join(', ')} must exist, ${where}; `
      + (without.length === 0 ? 'every experiment needs data' : `these run without: ${without.join(', ')}`),
  )
}
