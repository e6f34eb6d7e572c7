// The report of `reproduce`: one page with a section per experiment.

import { join } from 'node:path'
import type { Claim } from '../claims/claim.ts'
import { claimRow, verdictCounts } from '../claims/table.ts'
import { writeWhole } from '../files.ts'
import { htmlReport, type ReportSection } from '../report/html.ts'
import { packageVersion } from '../version.ts'
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

/** Keys of the configurations with all their values: `rate 0.1; seed 0, 1, 2`. What has more than eight values is counted. */
export function configurationText(runs: readonly Run<object, unknown>[]): string {
  const values = new Map<string, Set<string>>()
  for (const { configuration } of runs) {
    for (const [key, value] of Object.entries(configuration)) {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      values.set(key, (values.get(key) ?? new Set()).add(text))
    }
  }
  return [...values].map(([key, set]) => `${key} ${set.size > 8 ? `(${set.size} values)` : [...set].join(', ')}`).join(
    '; ',
  )
}

function section({ experiment, runs, judgment }: Outcome): ReportSection {
  const seconds = runs.reduce((total, run) => total + run.seconds, 0)
  return {
    id: experiment.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    heading: experiment.title,
    paragraphs: [`${experiment.about} Source: ${experiment.source}.`, ...(judgment.findings ?? []),
      `Run (${experiment.name}): ${runs.length} runs, ${duration(seconds)} in all. Configuration: ${
        configurationText(runs)
      }.`],
    figures: judgment.figures,
    tables: judgment.tables ?? [],
    claims: judgment.claims.map(claimRow),
  }
}

/** Writes `index.html` into `directory` and returns its path. Throws: UsageError when it cannot be written. */
export function reproduceReport(directory: string, outcomes: readonly Outcome[], scale: Scale, seed: number): string {
  const claims = outcomes.flatMap(({ judgment }): readonly Claim[] => judgment.claims)
  const seconds = outcomes.flatMap(({ runs }) => runs).reduce((total, run) => total + run.seconds, 0)
  const papers = new Set(outcomes.map(({ experiment }) => experiment.name.split('/')[0]))
  const file = join(directory, 'index.html')
  writeWhole(file,
    htmlReport({
      title: papers.size === 1 && papers.has('refinetti2021') ? 'Align, then memorize: reproduced' : 'Reproductions',
      summary: `${verdictCounts(claims)}, over ${outcomes.length} experiments.`,
      facts: [['Scale', scale], ['First seed', String(seed)], ['Engine', `feedback-alignment ${packageVersion()}`], [
        'Runtime',
        `Node ${process.versions.node} (V8 ${process.versions.v8}), ${process.platform} ${process.arch}`,
      ], ['Time of all runs, one after the other', duration(seconds)]],
      sections: outcomes.map(section),
    }))
  return file
}
