// One piece of work, all entrants in turn, several rounds: a machine that slows down does so for everybody.

import type { Entrant } from './entrants.ts'
import type { Opened, Refused, WorkFiles } from './messages.ts'
import { type EntrantProcess, start } from './process.ts'
import { median } from './timing.ts'

/** An entrant whose process is up, or the reason why it is not. */
export interface Starter {
  readonly entrant: Entrant
  readonly process: EntrantProcess
  readonly version: string
}

/** What one entrant did on one piece of work. */
export interface Time {
  readonly entrant: Entrant
  readonly variant: string
  readonly version: string
  /** ms of one call, a median per round; rounds of all times of one race correspond. */
  readonly rounds: readonly number[]
  /** Against the float64 reference. */
  readonly error: number
  /** The only round is the run that was checked, because it took so long. */
  readonly once?: boolean
}

export interface Failure {
  readonly entrant: Entrant
  readonly variant: string
  readonly reason: string
}

/** All processes after start-up. */
export interface Started {
  readonly starters: readonly Starter[]
  readonly failures: readonly Failure[]
}

export interface RaceResult {
  readonly times: readonly Time[]
  readonly failures: readonly Failure[]
}

/** How long things may take; times in ms. */
export interface Pace {
  readonly rounds: number
  /** One entrant's share of one round. */
  readonly slice: number
  readonly warm: number
  /** A race beyond this ends after two rounds. */
  readonly most: number
}

/** Largest relative error that passes. */
export const TOLERANCE = 1e-4
/** That of models: where a sum in float32 has another sign than one in float64, relu passes another gradient. */
export const MODEL_TOLERANCE = 1e-3

/** Threads of a library may spin for a moment after its work; the next entrant waits that out. */
const SPIN = 30

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export function isRefused(answer: object): answer is Refused {
  return 'reason' in answer
}

interface Lane extends Starter {
  readonly lane: number
  readonly variant: string
  readonly error: number
  readonly once: boolean
  readonly rounds: number[]
}

/** Starts the processes one after the other. */
export async function startAll(entrants: readonly Entrant[]): Promise<Started> {
  const starters: Starter[] = []
  const failures: Failure[] = []
  for (const entrant of entrants) {
    const process = start(entrant)
    const answer = await process.ask<Opened>({ operation: 'open' })
    if (isRefused(answer)) {
      failures.push({ entrant, variant: '', reason: firstLine(answer.reason) })
      process.end()
    } else starters.push({ entrant, process, version: answer.version })
  }
  return { starters, failures }
}

/** The relative error; JSON has no infinity and no NaN, which arrive as null. */
export interface Checked {
  readonly error: number | null
  /** Of the run that was checked. */
  readonly ms?: number
}

/** Why a prepared lane must not be timed; undefined when it may. */
export function objection(answer: Checked | Refused, tolerance: number = TOLERANCE): string | undefined {
  if (isRefused(answer)) return firstLine(answer.reason)
  if (answer.error !== null && answer.error <= tolerance) return undefined
  return `wrong result: relative error ${answer.error ?? 'not finite'}`
}

/** Times `work` for every starter that can do it and does it right. */
export async function race(starters: readonly Starter[], work: WorkFiles, pace: Pace): Promise<RaceResult> {
  const begin = performance.now()
  const failures: Failure[] = []
  const running: Lane[] = []
  const plain = work.kind === 'product' && !work.transposeA && !work.transposeB
  for (const starter of starters) {
    const { entrant, process } = starter
    // How B is given matters to A·B alone: no library keeps a packed form for the others.
    for (const variant of plain ? entrant.variants : entrant.variants.slice(0, 1)) {
      const shown = plain ? variant : ''
      const lane = running.length
      const once = work.kind === 'convolution' && entrant.convolution?.once === true
      const warm = once ? undefined : pace.warm
      const answer = await process.ask<Checked>({ operation: 'prepare', lane, work, variant, warm })
      const reason = objection(answer, work.kind === 'model' ? MODEL_TOLERANCE : TOLERANCE)
      if (reason !== undefined) failures.push({ entrant, variant: shown, reason })
      else {
        const { error, ms } = answer as Checked
        const rounds = once ? [ms ?? NaN] : []
        running.push({ ...starter, lane, variant: shown, error: error ?? NaN, once, rounds })
      }
    }
  }
  const lost = new Set<number>()
  for (let round = 0; round < pace.rounds && (round < 2 || performance.now() - begin < pace.most); round++) {
    // Every round begins elsewhere, so that nobody always follows the same neighbor.
    const first = Math.floor((round * running.length) / pace.rounds)
    for (const each of [...running.slice(first), ...running.slice(0, first)]) {
      const { process, entrant, variant, lane, once, rounds } = each
      if (once || lost.has(lane)) continue
      const answer = await process.ask<{ ms: number }>({ operation: 'time', lane, slice: pace.slice })
      if (isRefused(answer)) {
        lost.add(lane)
        failures.push({ entrant, variant, reason: firstLine(answer.reason) })
      } else rounds.push(answer.ms)
      if (entrant.threads > 1) await pause(SPIN)
    }
  }
  for (const { process, lane } of running) await process.ask({ operation: 'drop', lane })
  return { times: running.filter(({ lane }) => !lost.has(lane)), failures }
}

interface StartTimes {
  readonly entrant: Entrant
  readonly imports: number[]
  readonly ready: number[]
  version: string
  reason: string
}

/** Import and set-up times, ms, each in a fresh process, in rounds like everything else. */
export async function raceStart(entrants: readonly Entrant[],
  rounds: number): Promise<{ imports: RaceResult; ready: RaceResult }>
{
  const found = entrants.map((entrant): StartTimes => ({ entrant, imports: [], ready: [], version: '', reason: '' }))
  for (let round = 0; round < rounds; round++) {
    for (const row of found) {
      if (row.reason !== '') continue
      const process = start(row.entrant)
      const answer = await process.ask<Opened>({ operation: 'open' })
      if (isRefused(answer)) row.reason = firstLine(answer.reason)
      else {
        row.imports.push(answer.import)
        row.ready.push(answer.ready)
        row.version = answer.version
      }
      process.end()
    }
  }
  const result = (rows: readonly StartTimes[], pick: (row: StartTimes) => readonly number[]): RaceResult => ({
    times: rows.filter(({ reason }) => reason === '').map((row) => ({
      entrant: row.entrant,
      variant: '',
      version: row.version,
      rounds: pick(row),
      error: 0,
    })),
    failures: rows.filter(({ reason }) => reason !== '').map(({ entrant, reason }) => ({
      entrant,
      variant: '',
      reason,
    })),
  })
  // All tiers of ours import the same modules.
  const first = found.find(({ entrant }) => entrant.peer === undefined)
  const apart = found.filter((row) => row === first || row.entrant.peer !== undefined)
  return { imports: result(apart, (row) => row.imports), ready: result(found, (row) => row.ready) }
}

/** How many times as fast `ours` is as `theirs`: the median over the rounds of the ratio within a round. */
export function ratio(ours: Time, theirs: Time): number {
  const rounds = Math.min(ours.rounds.length, theirs.rounds.length)
  return median(Array.from({ length: rounds }, (_, round) => theirs.rounds[round] / ours.rounds[round]))
}

function firstLine(text: string): string {
  return text.split('\n')[0]
}
