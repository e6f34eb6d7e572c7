// The report of `reproduce`: one page with a section per experiment.

import { count } from '../report/format.ts'
import type { Claim } from '../claims/claim.ts'
import { claimRow, verdictCounts } from '../claims/table.ts'
import type { ReportSection } from '../report/html.ts'
import { PAPERS } from '../papers.ts'
import { writeReport } from '../report/facts.ts'
import type { Experiment, Judgment, Run, Scale } from './experiment.ts'

/** An experiment with what came out. */
export interface Outcome {
  readonly experiment: Experiment
  readonly runs: readonly Run<object, unknown>[]
  readonly judgment: Judgment
}

/** Time in words. */
export function duration(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)} s`
  return seconds < 6000 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`
}

/** Keys and values, those of objects inside as `network.kind`. */
function entriesOf(configuration: object, path = ''): readonly (readonly [key: string, value: unknown])[] {
  return Object.entries(configuration).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? entriesOf(value, `${path}${key}.`)
      : [[`${path}${key}`, value] as const]
  )
}

/** Keys of the configurations with all their values: `rate 0.1; seed 0, 1, 2`. What has more than eight values is counted. */
export function configurationText(runs: readonly Run<object, unknown>[]): string {
  const values = new Map<string, Set<string>>()
  for (const { configuration } of runs) {
    for (const [key, value] of entriesOf(configuration)) {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      values.set(key, (values.get(key) ?? new Set()).add(text))
    }
  }
  return [...values].map(([key, set]) => `${key} ${set.size > 8 ? `(${set.size} values)` : [...set].join(', ')}`).join(
    '; ',
  )
}

/** Figures that carry the result of a page: the first ones where it has one experiment. */
const LEADING = 2

function section({ experiment, runs, judgment }: Outcome, leading: number): ReportSection {
  const seconds = runs.reduce((total, run) => total + run.seconds, 0)
  return {
    id: experiment.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    heading: experiment.title,
    paragraphs: [`${experiment.about} Source: ${experiment.source}.`, ...(judgment.findings ?? []),
      `Run (${experiment.name}): ${count(runs.length, 'run')}, ${duration(seconds)} in all. Configuration: `
      + `${configurationText(runs)}.`],
    figures: judgment.figures.slice(leading),
    tables: judgment.tables ?? [],
    claims: judgment.claims.map(claimRow),
  }
}

/** Writes `index.html` into `directory` and returns its path. Throws: UsageError when it cannot be written. */
export function reproduceReport(directory: string, outcomes: readonly Outcome[], scale: Scale, seed: number): string {
  const claims = outcomes.flatMap(({ judgment }): readonly Claim[] => judgment.claims)
  const seconds = outcomes.flatMap(({ runs }) => runs).reduce((total, run) => total + run.seconds, 0)
  const [paper] = PAPERS.filter(({ key }) => outcomes.every(({ experiment }) => experiment.name.startsWith(`${key}/`)))
  const failed = claims.filter(({ verdict }) => verdict === 'fails').length
  const failures = failed === 0 ? 'Nothing fails'
    : `${failed} of ${claims.length} claims ${failed === 1 ? 'fails' : 'fail'}`
  return writeReport(directory, {
    title: outcomes.length === 1 ? outcomes[0].experiment.title
      : paper === undefined || outcomes.length === 0 ? 'Reproductions' : `${paper.title}: reproduced`,
    lead: outcomes.length === 1 ? outcomes[0].judgment.figures.slice(0, LEADING) : [],
    summary: claims.length === 0 && outcomes.length > 0
      ? `${count(outcomes.reduce((sum, { runs }) => sum + runs.length, 0), 'run')}; nothing is claimed.`
      : `${failures}: ${verdictCounts(claims)}, over ${count(outcomes.length, 'experiment')}.`,
    facts: Object.entries({ Scale: scale, 'First seed': String(seed),
      'Time of all runs, one after the other': duration(seconds) }),
    sections: outcomes.map((outcome) => section(outcome, outcomes.length === 1 ? LEADING : 0)),
  }, outcomes.map(({ experiment }) => `${experiment.name} ${experiment.source}`))
}
