// The outcome of the engines test as a table for a terminal or for a README.

import type { Difference } from './compare.ts'
import { EVERY_TIER, type RunResult } from './result.ts'

/** What became of one engine. */
export interface Outcome {
  readonly engine: string
  readonly title: string
  /** Empty when unknown. */
  readonly version: string
  readonly status: 'passed' | 'failed' | 'skipped'
  /** Why it did not run, or how it crashed. */
  readonly reason?: string | undefined
  readonly result?: RunResult
  readonly differences?: readonly Difference[]
  /** The first number that differs. */
  readonly detail?: string
  readonly seconds?: number
}

const HEAD = ['engine', 'version', 'tiers run', 'why not the others', 'same bits', 'seconds']

/** The six cells of one engine. */
function cells({ title, version, status, reason = '', result, differences = [], seconds }: Outcome): readonly string[] {
  const time = seconds === undefined ? '' : seconds.toFixed(1)
  if (status === 'skipped') return [title, version, 'not run', reason, '', '']
  if (result === undefined) return [title, version, 'crashed', reason, 'NO', time]
  const tiers = Object.keys(result.hashes).filter((tier) => tier !== EVERY_TIER)
  return [title, version, tiers.join(', '), refusals(result.refused), same(differences), time]
}

/** `simd, threads: reason` where several tiers share one reason. */
function refusals(refused: Readonly<Record<string, string>>): string {
  const reasons = new Map<string, string[]>()
  for (const [tier, reason] of Object.entries(refused)) reasons.set(reason, [...(reasons.get(reason) ?? []), tier])
  return [...reasons].map(([reason, tiers]) => `${tiers.join(', ')}: ${reason}`).join('; ')
}

function same(differences: readonly Difference[]): string {
  if (differences.length === 0) return 'yes'
  const more = differences.length > 1 ? ` and ${differences.length - 1} more` : ''
  return `NO: ${differences[0].group} of ${differences[0].tier}${more}`
}

/** Columns aligned by spaces, no trailing blanks; long cells are cut to keep lines readable. */
export function plainTable(outcomes: readonly Outcome[]): string {
  const cut = (cell: string): string => (cell.length > 64 ? `${cell.slice(0, 61)}...` : cell)
  const rows = [HEAD, ...outcomes.map(cells)].map((row) => row.map(cut))
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n')
}

/** The same table for a README. */
export function markdownTable(outcomes: readonly Outcome[]): string {
  const line = (row: readonly string[]): string => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(HEAD), line(HEAD.map(() => '---')), ...outcomes.map((outcome) => line(cells(outcome)))].join('\n')
}

/** `N passed, N failed, N skipped`. */
export function summary(outcomes: readonly Outcome[]): string {
  const count = (status: Outcome['status']): number => outcomes.filter((outcome) => outcome.status === status).length
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`
}
