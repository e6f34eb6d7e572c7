// What every report says of itself: which program made it, where and when, and whose work it cites.

import { join } from 'node:path'
import { writeWhole } from '../files.ts'
import { citedIn } from '../papers.ts'
import { programName } from '../version.ts'
import { htmlReport, type Reference, type Report } from './html.ts'

/** Rows that end the facts of a report. */
export function programFacts(): readonly (readonly [string, string])[] {
  const { node, v8 } = process.versions
  return Object.entries({ Program: programName(),
    Runtime: `Node ${node} (V8 ${v8}), ${process.platform} ${process.arch}`,
    Date: new Date().toISOString().slice(0, 10) })
}

/** The papers that the sources of claims name. */
export function referencesOf(sources: readonly string[]): readonly Reference[] {
  return citedIn(sources.join(' ')).map(({ abbreviation, key, authors, year, title, arXiv }) => ({
    abbreviation: `${abbreviation} (${key})`,
    text: `${authors}: ${title} (${year}).`,
    link: `https://arxiv.org/abs/${arXiv}`,
  }))
}

/** Words that a reader of any report meets. */
export const TERMS: readonly (readonly [string, string])[] = Object.entries({
  DFA: 'direct feedback alignment: the output error e reaches layer l through a fixed random matrix F_l',
  GA_l: 'gradient alignment: the cosine between what the rule delivers at layer l and the exact gradient, per sample',
  WA_l: 'weight alignment: the cosine between W_l and F_l F_{l−1}ᵀ',
  A_l: 'alignment matrix: W_l = F_l A_l F_{l−1}ᵀ in a deep linear network',
  κ: 'condition number: largest over smallest singular value; κ_T of the teacher, κ_x of the inputs',
  'holds, fails': 'decided by the criterion that was stated before the run',
  undecided: 'this run is too small, or the value lies within twice its standard error of the border',
  outside: 'the theory makes no statement here',
})

/** Writes `index.html` into `directory` and returns its path. Throws: UsageError when it cannot be written. */
export function writeReport(directory: string, report: Omit<Report, 'terms' | 'references'>,
  sources: readonly string[]): string
{
  const file = join(directory, 'index.html')
  const facts = [...report.facts, ...programFacts()]
  writeWhole(file, htmlReport({ ...report, facts, terms: TERMS, references: referencesOf(sources) }))
  return file
}
