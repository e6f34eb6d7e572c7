// What holds and what fails, in few words, made from the Markdown that `reproduce` wrote.

import { type Verdict, VERDICTS } from '../claims/claim.ts'
import { count } from '../report/format.ts'

/** An experiment with its claims, as a page of results shows them. */
export interface ResultSection {
  readonly title: string
  readonly name: string
  /** The name of a claim is empty in pages that have none. */
  readonly claims: readonly { readonly name: string; readonly verdict: Verdict }[]
}

const cellsOf = (line: string): readonly string[] => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim())

/** The verdict of a cell; pages written before verdicts had four words say `not covered` for two of them. */
function verdictIn(cell: string, where: string): Verdict {
  const word = cell.split(' ').pop() ?? ''
  const found = VERDICTS.find((verdict) => verdict === word) ?? (word === 'covered' ? 'undecided' : undefined)
  if (found === undefined) {
    throw new Error(`sectionsOf: ${where}: verdict must be one of ${VERDICTS.join(', ')}, got ${cell}`)
  }
  return found
}

/** The experiments of a page of results. Throws: Error for a verdict that is none. */
export function sectionsOf(markdown: string): readonly ResultSection[] {
  const parts = markdown.split(/^## /m).slice(1)
  return parts.flatMap((part) => {
    const [, title, name] = /^(.+)\n\n`reproduce (\S+)`/.exec(part) ?? []
    if (name === undefined) return []
    const lines = part.split('\n')
    const head = lines.findIndex((line) => line.startsWith('| claim |') && line.endsWith('| verdict |'))
    const hasNames = head >= 0 && cellsOf(lines[head])[1] === 'statement'
    const claims: ResultSection['claims'][number][] = []
    for (let at = head + 2; head >= 0 && lines[at]?.startsWith('|'); at++) {
      const cells = cellsOf(lines[at])
      claims.push({ name: hasNames ? cells[0] : '', verdict: verdictIn(cells[cells.length - 1], name) })
    }
    return [{ title, name, claims }]
  })
}

/** The key of a paper, or the first word of a name without one. */
const groupOf = (name: string): string => name.split(/[/-]/, 1)[0]
const shortName = (name: string): string => name.split('/').pop() ?? name
const countOf = ({ claims }: ResultSection, verdict: Verdict): number =>
  claims.filter((claim) => claim.verdict === verdict).length

/** `**wrong labels hamper alignment** (label-noise), 2 of 20: a, b and 3 more`; at most `most` names. */
function failure(section: ResultSection, most: number, hasTitle: boolean): string {
  const failed = section.claims.filter(({ verdict }) => verdict === 'fails')
  const names = failed.flatMap(({ name }) => name === '' ? [] : [name])
  const shown = names.slice(0, most)
  const list = shown.length === 0 ? ''
    : `: ${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`
  const who = hasTitle ? `*${section.title}* (${shortName(section.name)})` : shortName(section.name)
  return `${who}, ${failed.length} of ${section.claims.length}${list}`
}

/**
 * Counts by paper, experiments in which every claim holds, and what fails by name. Titles go first, then names of claims,
 * until the text has at most `limit` bytes.
 */
export function digestOf(sections: readonly ResultSection[], limit: number): string {
  const groups = [...new Set(sections.map(({ name }) => groupOf(name)))]
  const total = (some: readonly ResultSection[], verdict: Verdict): number =>
    some.reduce((sum, section) => sum + countOf(section, verdict), 0)
  const rows = groups.map((group) => {
    const own = sections.filter(({ name }) => groupOf(name) === group)
    const whole = own.filter((section) => countOf(section, 'holds') === section.claims.length)
    return `| ${
      [group, ...VERDICTS.map((verdict) => total(own, verdict)), whole.map(({ name }) => shortName(name)).join(', ')]
        .join(' | ')
    } |`
  })
  const failing = sections.filter((section) => countOf(section, 'fails') > 0)
  const claims = sections.reduce((sum, section) => sum + section.claims.length, 0)
  const write = (most: number, hasTitles: boolean): string =>
    [
      `${count(claims, 'claim')} of ${
        count(sections.length, 'experiment')
      }, each by a criterion stated before the run, but for what the discussion names:`,
      `| | ${VERDICTS.join(' | ')} | all hold in |\n|---|${VERDICTS.map(() => '--:|').join('')}---|\n${
        rows.join('\n')
      }`,
      failing.length === 0 ? 'Nothing fails.' : `**Fails:**\n\n${
        failing.map((section) => `- ${failure(section, most, hasTitles)}`).join('\n')
      }`,
    ].join('\n\n')
  const texts = [write(Infinity, true), write(Infinity, false), write(3, false), write(1, false)]
  return texts.find((text) => Buffer.byteLength(text) <= limit) ?? write(0, false)
}

const MARKS = ['<!-- findings -->\n', '\n<!-- /findings -->'] as const

/** `page` with `text` between its marks. Throws: Error for a page without them. */
export function withFindings(page: string, text: string): string {
  const start = page.indexOf(MARKS[0]) + MARKS[0].length
  const end = page.indexOf(MARKS[1])
  if (start < MARKS[0].length || end < start) {
    throw new Error(`withFindings: page must hold ${MARKS.join('…')}, got none`)
  }
  return page.slice(0, start) + text + page.slice(end)
}

/** Bytes that the findings of the README may take. */
export const README_LIMIT = 1600
