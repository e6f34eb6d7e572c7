// The outcome of `reproduce` as Markdown, for a page beside the code.

import type { Claim } from '../claims/claim.ts'

import { expectedText, measuredText } from '../claims/table.ts'
import { count } from '../report/format.ts'
import { markdownTable, type Table } from '../report/table.ts'
import type { Run } from './experiment.ts'
import { duration, type Outcome } from './report.ts'

/** Seeds of the runs as one cell: `0–5`, or `0, 7`, or – where configurations have none. */
export function seedsOf(runs: readonly Run<object, unknown>[]): string {
  const seeds = [...new Set(runs.flatMap(({ configuration }) => {
    const { seed, seeds } = configuration as { readonly seed?: unknown; readonly seeds?: unknown }
    // A list of seeds, the first of several, or one.
    if (Array.isArray(seeds)) return seeds as number[]
    if (typeof seed !== 'number') return []
    return Array.from({ length: typeof seeds === 'number' ? seeds : 1 }, (_, index) => seed + index)
  }))].sort((a, b) => a - b)
  if (seeds.length === 0) return '–'
  const whole = seeds.length > 2 && seeds[seeds.length - 1] - seeds[0] === seeds.length - 1
  return whole ? `${seeds[0]}–${seeds[seeds.length - 1]}`
    : seeds.length > 6 ? count(seeds.length, 'seed') : seeds.join(', ')
}

/** Claims with what was predicted, measured and allowed. */
function claimsTable(claims: readonly Claim[], seeds: string): Table {
  return {
    columns: [{ name: 'claim' }, { name: 'statement' }, { name: 'expected' }, { name: 'measured' }, { name: 'seeds' }, {
      name: 'verdict',
      verdict: true,
    }],
    rows: claims.map((
      claim,
    ) => [claim.id, claim.note === undefined ? claim.statement : `${claim.statement} (${claim.note})`,
      expectedText(claim.criterion), measuredText(claim.measured), seeds, claim.verdict]
    ),
  }
}

const HEAD =
  '# Results\n\nWritten by `reproduce NAME… --markdown FILE`, which replaces the sections of the experiments that it '
  + 'judges and leaves the others.'

const SECTION = /^.+\n\n`reproduce (\S+)`/

/**
 * One section per experiment: what it is, how it was judged, its claims, its tables, what was found. `before` is a page
 * written earlier: its sections stay unless there is a newer one. In the order of `names`; what they do not name is last.
 */
export function reproduceMarkdown(outcomes: readonly Outcome[], how: string, names: readonly string[],
  before = ''): string
{
  const sections = new Map<string, string>()
  for (const section of before.split(/^## /m).slice(1)) {
    const name = SECTION.exec(section)?.[1]
    if (name !== undefined) sections.set(name, `## ${section.trimEnd()}`)
  }
  for (const outcome of outcomes) sections.set(outcome.experiment.name, sectionOf(outcome, how))
  const known = names.filter((name) => sections.has(name))
  const others = [...sections.keys()].filter((name) => !names.includes(name))
  const texts = [...known, ...others].map((name) => sections.get(name) ?? '')
  return `${[HEAD, ...texts].join('\n\n').replaceAll(/\n{3,}/g, '\n\n').trimEnd()}\n`
}

function sectionOf({ experiment, runs, judgment }: Outcome, how: string): string {
  const seconds = runs.reduce((total, run) => total + run.seconds, 0)
  return [`## ${experiment.title}`,
    `\`reproduce ${experiment.name}\`; ${experiment.source}; ${count(runs.length, 'run')}, ${
      duration(seconds)
    } in all; ` + `${how}.`, experiment.about,
    ...(judgment.claims.length > 0 ? [markdownTable(claimsTable(judgment.claims, seedsOf(runs)))] : []),
    ...(judgment.tables ?? []).map(({ caption, table }) => `${caption}:\n\n${markdownTable(table)}`),
    ...(judgment.findings ?? [])].join('\n\n')
}
