// npm run test:isolates: golden trajectories as the first thing in fresh isolates of one engine, their hashes counted.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundled, engineNamed, missing, runOnce } from '../engines/bundle.ts'
import { digest } from '../engines/digest.ts'
import { engineTable } from '../engines/engines.ts'
import { type Case, CASES, type Isolate, isolateOf } from './cases.ts'
import { count, type Counted, plainTable, summary, total } from './counts.ts'
import type { Answer, Request, Way } from './messages.ts'

const HELP = `npm run test:isolates -- [options]

Runs golden trajectories, each as the first thing in a fresh worker, process or realm of one engine (in a browser: a
worker, a reloaded page, a frame), with garbage at another step in each, and counts the isolates that leave other bits
behind than the first of their case. Exit status 0 when none does.

  --runs N       isolates, 300 unless given
  --engine NAME  as test:engines names it; this Node unless given
  --lanes N      how many at the same time, 2 unless given
  --only TEXT    the cases whose names contain it
  --ways a,b     these ways alone
  --help         this text
`

// Compiled to build/isolates/isolates/.
const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const PACKAGES = join(ROOT, 'test', 'engines')

/** Way → its share of the isolates; workers are what the sources themselves start. */
const PROGRAM_WAYS: Readonly<Partial<Record<Way, number>>> = { worker: 3, process: 1, realm: 1 }
const PAGE_WAYS: Readonly<Partial<Record<Way, number>>> = { worker: 3, page: 1, frame: 1 }

/** Isolates of one call of the engine: a call that fails takes them with it. */
const LARGEST_JOB = 250

function positive(option: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new RangeError(`${option}: must be a positive whole number, got ${JSON.stringify(text)}`)
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      runs: { ...text, default: '300' },
      engine: { ...text, default: 'node' },
      lanes: { ...text, default: '2' },
      only: text,
      ways: text,
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const runs = positive('--runs', values.runs)
  const lanes = positive('--lanes', values.lanes)
  const engine = engineNamed(engineTable(PACKAGES, ''), '--engine', values.engine)
  const program = engine.find()
  if (program === undefined) throw new Error(`${engine.title}: ${missing(engine)}`)
  const shares = sharesOf(/^(chromium|firefox)/.test(engine.id) ? PAGE_WAYS : PROGRAM_WAYS, values.ways)
  const cases = CASES.filter(({ name }) => name.includes(values.only ?? ''))
  if (cases.length === 0) throw new RangeError(`--only: no case has ${JSON.stringify(values.only)} in its name`)
  const bundle = await bundled(PACKAGES, join(ROOT, 'test', 'isolates', 'isolate.ts'))
  const jobs = jobsOf(shares, cases, runs, lanes)
  const counted: Counted[] = []
  const lane = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const { way, isolates } = job
      const request: Request = { way, isolates, source: way === 'process' || way === 'page' ? '' : bundle }
      const answers = await runOnce(engine, bundle, request, 60_000 + 3000 * isolates.length) as readonly Answer[]
      for (const [i, isolate] of isolates.entries()) counted.push({ way, isolate, answer: answers[i] })
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: lanes }, lane))
  const ways = [...shares.keys()]
  const rows = count(counted)
  console.log(plainTable(rows, ways))
  const out = digest()
  for (const { name, first } of [...rows].sort((a, b) => (a.name < b.name ? -1 : 1))) out.note(`${name} ${first}`)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`\n${engine.title} ${await engine.version(program)}, ${seconds} s, first hashes together: ${out.hash()}`)
  console.log(summary(rows, ways))
  return total(rows, ways).differing === 0 ? 0 : 1
}

/** The ways asked for with their shares. */
function sharesOf(known: Readonly<Partial<Record<Way, number>>>, asked: string | undefined): ReadonlyMap<Way, number> {
  const shares = new Map(Object.entries(known) as [Way, number][])
  if (asked === undefined) return shares
  return new Map(asked.split(',').map((way): [Way, number] => {
    const share = shares.get(way as Way)
    if (share !== undefined) return [way as Way, share]
    throw new RangeError(`--ways: way must be one of ${[...shares.keys()].join(', ')}, got ${JSON.stringify(way)}`)
  }))
}

interface Job {
  readonly way: Way
  readonly isolates: readonly Isolate[]
}

/** Every way goes through all cases again and again; a process is a job of its own, other ways share one in each lane. */
function jobsOf(shares: ReadonlyMap<Way, number>, cases: readonly Case[], runs: number, lanes: number): Job[] {
  const whole = [...shares.values()].reduce((sum, share) => sum + share)
  const jobs: Job[] = []
  let begun = 0
  let before = 0
  for (const [way, share] of shares) {
    before += share
    const until = Math.round(runs * before / whole)
    const isolates = Array.from({ length: until - begun }, (_, index) => isolateOf(cases, index))
    begun = until
    const size = way === 'process' ? 1 : Math.min(LARGEST_JOB, Math.ceil(isolates.length / lanes))
    for (let from = 0; from < isolates.length; from += size) {
      jobs.push({ way, isolates: isolates.slice(from, from + size) })
    }
  }
  return jobs
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
