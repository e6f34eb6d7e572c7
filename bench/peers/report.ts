// Tables for the reader and lines for programs.

import type { Entrant } from './entrants.ts'
import { type Failure, ratio, type Time } from './race.ts'
import { label, type Measured, type Target } from './targets.ts'
import { median } from './timing.ts'

/** GFLOP/s of a product, otherwise the time in ms. */
function figure(race: Measured, time: Time): number {
  const ms = median(time.rounds)
  return race.case === 'matmul' ? 2e-6 * race.shape.reduce((product, size) => product * size, 1) / ms : ms
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** Columns aligned, the first to the left. */
function align(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n')
}

function nameOf({ entrant, variant }: Time | Failure): string {
  return variant === '' ? entrant.name : `${entrant.name}, ${variant}`
}

function rowName(time: Time): string {
  return time.once === true ? `${nameOf(time)}, one run` : nameOf(time)
}

/** One race: every entrant's figure, and for the peers the ratio of each of our tiers to it. */
export function raceTable(race: Measured): string {
  const own = race.times.filter(({ entrant }) => entrant.peer === undefined)
  const unit = race.case === 'matmul' ? 'GFLOP/s' : 'ms'
  const rows = [[label(race), unit, ...own.map(({ entrant }) => entrant.name.replace('ours ', ''))],
    ...race.times.map((time) => {
      const ratios = time.entrant.peer === undefined ? [] : own.map((mine) => digits(ratio(mine, time)))
      return [rowName(time), digits(figure(race, time)), ...ratios]
    })]
  const missing = race.failures.map((failure) => `  not run: ${nameOf(failure)}: ${failure.reason}`)
  return [align(rows), ...missing].join('\n')
}

/** The targets, met or not. */
export function targetTable(targets: readonly Target[]): string {
  return align([['target', 'wanted', 'measured', 'met', 'worst case'],
    ...targets.map((
      { what, relation, target, measured, worst, met },
    ) => [what, `${relation === 'at least' ? '≥' : '≤'} ${target}`, measured === undefined ? '–' : digits(measured),
      met === undefined ? 'unknown' : met ? 'yes' : 'no', worst]
    )])
}

function work(race: Measured): object {
  const { case: name, shape, transposeA, transposeB } = race
  return { suite: 'peers', case: name, shape, ...(name === 'matmul' ? { transposeA, transposeB } : {}) }
}

function setting({ tier, accumulation, threads }: Entrant): object {
  return { tier, accumulation, threads }
}

/** One line per tier of ours, per pair of a tier and a peer, per failure. `ratio`: how many times as fast ours is. */
export function raceLines(race: Measured): readonly object[] {
  const unit = race.case === 'matmul' ? 'gflops' : 'ms'
  const peerUnit = race.case === 'matmul' ? 'peerGflops' : 'peerMs'
  const own = race.times.filter(({ entrant }) => entrant.peer === undefined)
  const pairs = own.flatMap((
    mine,
  ) => [{ ...work(race), ...setting(mine.entrant), [unit]: figure(race, mine), error: mine.error },
    ...race.times.filter(({ entrant }) => entrant.peer !== undefined).map((theirs) => ({
      ...work(race),
      ...setting(mine.entrant),
      [unit]: figure(race, mine),
      peer: theirs.entrant.peer,
      peerVersion: theirs.version,
      peerThreads: theirs.entrant.threads,
      ...(theirs.variant === '' ? {} : { peerVariant: theirs.variant }),
      ...(theirs.once === true ? { peerRuns: 1 } : {}),
      [peerUnit]: figure(race, theirs),
      peerError: theirs.error,
      ratio: ratio(mine, theirs),
    }))]
  )
  const failures = race.failures.map(({ entrant, variant, reason }) => ({
    ...work(race),
    ...failed(entrant),
    ...(variant === '' ? {} : { variant }),
    reason,
  }))
  return [...pairs, ...failures]
}

function failed(entrant: Entrant): object {
  return entrant.peer === undefined ? setting(entrant) : { peer: entrant.peer, peerThreads: entrant.threads }
}

/** A failure that concerns all work of an entrant. */
export function absentLine({ entrant, reason }: Failure): object {
  return { suite: 'peers', case: 'all', ...failed(entrant), reason }
}

export function targetLine({ what, relation, target, measured, worst, met }: Target): object {
  return { suite: 'peers', case: 'target', what, relation, target, measured: measured ?? null, met: met ?? null, worst }
}
