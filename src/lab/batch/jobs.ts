// Hands work to a scheduler: how many parts, of what size, written as scripts of its own.

import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import type { Console } from '../command.ts'
import { removeFiles, writeWhole } from '../files.ts'
import { UsageError } from '../options.ts'
import { count } from '../report/format.ts'
import { type Found, keyOf, readRecords } from '../reproduce/records.ts'
import { kubernetes } from './kubernetes.ts'
import { local, parallel } from './parallel.ts'
import type { Engine, Job, Writer } from './script.ts'
import { slurm } from './slurm.ts'
import type { Making, Publishing, Work } from './work.ts'

const WRITERS: Readonly<Record<Engine, Writer>> = { slurm, kubernetes, parallel, local }

/** Minutes that a part takes where nothing else is said: less is mostly waiting in the queue. */
const MINUTES_PER_PART = 60
/** Arrays of Slurm have a thousand tasks unless its configuration says otherwise. */
const MOST_PARTS = 1000
/** Minutes of a run that nobody has made yet and no experiment declares. */
const UNKNOWN_MINUTES = 10
/** Memory of a part, in megabytes: the least, and that where nothing was recorded. */
const LEAST_MEGABYTES = 1024
const UNKNOWN_MEGABYTES = 4096
/** `minutes` of experiments are those of two processors. */
const PROCESSORS = 2

/** What the first round costs, and where that is known from. */
interface Cost {
  readonly runs: number
  /** On one processor. */
  readonly minutes: number
  readonly megabytes: number
  readonly from: string
}

/** Writes scripts, prints how to submit them, or does. Returns the exit status. Throws: UsageError. */
export function handOver(engine: Engine, work: Work, options: Making, publishing: Publishing,
  console: Console): number
{
  const { runs, data } = options
  const cost = costOf(work, runs)
  const parts = options.parts > 0 ? options.parts
    : Math.max(1, Math.min(MOST_PARTS, cost.runs, Math.ceil(cost.minutes / MINUTES_PER_PART)))
  const directory = join(runs, 'jobs', work.name)
  const places = [...(data === undefined ? [] : ['--data', data]), '--runs', runs]
  // The sweep as it was submitted: what becomes of the file later does not matter.
  const sweep = join(directory, 'sweep.json')
  const [command, ...words] = work.sweep === undefined ? work.words : [work.words[0], sweep]
  if (work.sweep !== undefined) writeWhole(sweep, work.sweep)
  const written = [...(['report', 'json', 'markdown'] as const).flatMap((name) => {
    const value = publishing[name]
    return value === undefined ? [] : [`--${name}`, value]
  }), ...(publishing.verbose ? ['--verbose'] : []), ...(publishing.overwrite ? ['--overwrite'] : [])]
  const job: Job = { name: work.name, what: `${count(cost.runs, 'run')} in ${count(parts, 'part')}`, parts,
    minutes: cost.minutes / parts, megabytes: cost.megabytes, program: [process.execPath, process.argv[1] ?? ''],
    make: [command, ...words, ...places], collect: ['collect', ...words, ...places, '--rounds', ...written], directory,
    runs, data, image: options.image }
  const scripts = WRITERS[engine](job)
  // What was said of parts of another number, and of rounds before, is not said of these.
  removeFiles(directory, (name) => /^round-.*\.log$/.test(name))
  removeFiles(join(runs, 'plans'), (name) => name.startsWith(`${work.name}.round-`))
  for (const { name, text, isExecutable = false } of scripts.files) {
    writeWhole(join(directory, name), text)
    if (isExecutable) chmodSync(join(directory, name), 0o755)
  }
  console.out(`${work.name}: ${job.what}; ${count(Math.ceil(cost.minutes), 'minute')} on one processor (${cost.from})`)
  for (const { name } of scripts.files) console.out(`written: ${join(directory, name)}`)
  for (const note of scripts.notes) console.out(note)
  if (!options.submit) {
    console.out(`submit with: ${scripts.submit}`)
    console.out(`look with: feedback-alignment status ${runs}`)
    return 0
  }
  const { status, error } = spawnSync('sh', ['-c', scripts.submit], { stdio: ['ignore', 'inherit', 'inherit'] })
  if (error !== undefined) throw new UsageError(`--submit: ${scripts.submit} must run, got ${error.message}`)
  if (status !== 0) console.error(`feedback-alignment: --submit: ${scripts.submit} ended with status ${String(status)}`)
  return status ?? 1
}

/** What the first rounds cost: by records of the same runs, else by what experiments declare. */
function costOf({ experiments, scale, seed }: Work, runs: string): Cost {
  let megabytes = 0
  const origins = new Set<string>()
  let total = 0, minutes = 0
  for (const experiment of experiments) {
    const planned = experiment.plan(scale, seed, [])
    const { found } = readRecords(runs, experiment)
    megabytes = Math.max(megabytes, ...found.map(({ record }) => record.megabytes ?? 0))
    total += planned.length
    const declared = experiment.minutes[scale]
    const recorded = meanSeconds(found, planned)
    if (declared > 0) origins.add('by what the experiments declare')
    else origins.add(recorded === undefined ? `taken as ${UNKNOWN_MINUTES} minutes a run` : 'by runs that are recorded')
    minutes += declared > 0 ? PROCESSORS * declared
      : planned.length * (recorded === undefined ? UNKNOWN_MINUTES : recorded / 60)
  }
  return { runs: total, minutes, from: [...origins].join(', '),
    megabytes: megabytes === 0 ? UNKNOWN_MEGABYTES : Math.max(LEAST_MEGABYTES, 256 * Math.ceil(2 * megabytes / 256)) }
}

/** Mean seconds of recorded runs of the plan; undefined where there are none. */
function meanSeconds(found: readonly Found[], planned: readonly object[]): number | undefined {
  const wanted = new Set(planned.map(keyOf))
  const own = found.filter(({ run }) => wanted.has(keyOf(run.configuration)))
  return own.length === 0 ? undefined : own.reduce((sum, { run }) => sum + run.seconds, 0) / own.length
}
