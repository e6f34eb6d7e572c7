// A report as one HTML file: no script, no request, readable on a phone, on paper and in the dark.

import { show } from '../../tensor/check.ts'
import { REPORT_STYLE } from './style.ts'
import { type Verdict, VERDICTS } from '../claims/claim.ts'
import { badge, htmlTable, SIGNS, type Table } from './table.ts'
import { mathHtml } from './mathematics.ts'
import { PICTURES_START } from './pictures.ts'
import { escape } from './xml.ts'

/** A statement of the theory, what it predicts, what was measured, and whether that is within the tolerance. */
export interface ClaimRow {
  /** Lower-case letters, digits and hyphens: the target of links. */
  readonly id: string
  readonly statement: string
  readonly source: string
  readonly method: string
  readonly expected: string
  readonly measured: string
  /** Where the tolerance comes from. */
  readonly tolerance: string
  readonly verdict: Verdict
}

export interface ReportFigure {
  /** From lineFigure, barFigure, heatmap, panels or pictures; the only strings that are not escaped. */
  readonly svg: string
  readonly caption: string
  /** Takes the whole width; panels and pictures always do. */
  readonly wide?: boolean
  /** The numbers behind the figure, folded away below it. */
  readonly data?: Table
}

export interface ReportSection {
  /** Target of a link: lower-case letters, digits and hyphens. */
  readonly id: string
  readonly heading: string
  readonly paragraphs?: readonly string[]
  readonly figures?: readonly ReportFigure[]
  readonly tables?: readonly { readonly caption: string; readonly table: Table }[]
  readonly claims?: readonly ClaimRow[]
}

/** A cited work. */
export interface Reference {
  readonly abbreviation: string
  readonly text: string
  readonly link: string
}

export interface Report {
  readonly title: string
  /** The answer in a sentence or two. */
  readonly summary: string
  /** What went wrong, in place of an answer that could be trusted: the first line. */
  readonly alarm?: string
  /** The figures that carry the result, at most two, above everything else. */
  readonly lead?: readonly ReportFigure[]
  /** Terms with their meaning, in the order in which a reader meets them. */
  readonly terms?: readonly (readonly [term: string, meaning: string])[]
  /** Configuration, seed, engine, tier, version, duration: what a reader needs to repeat it. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly sections: readonly ReportSection[]
  readonly references?: readonly Reference[]
  readonly lang?: string
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'"
/** Pictures that the page itself holds, where there are any. */
const PICTURE_POLICY = `${POLICY}; img-src data:`

const isPictures = ({ svg }: ReportFigure): boolean => svg.startsWith(PICTURES_START)

/**
 * The report as an HTML document. Figures, tables and claims are numbered through; the head counts all verdicts.
 * Deterministic bytes. Throws: RangeError for a section id that is malformed or used twice, or for a figure that is not
 * markup of the figure functions.
 */
export function htmlReport(report: Report): string {
  const ids = new Set<string>()
  for (const { id } of report.sections) {
    if (!/^[a-z][a-z0-9-]*$/.test(id) || ids.has(id)) {
      const wanted = 'be unique, of lower-case letters, digits and hyphens'
      throw new RangeError(`htmlReport: section id must ${wanted}, got ${show(id)}`)
    }
    ids.add(id)
  }
  const { lead = [], terms = [], references = [] } = report
  const hasPictures = [lead, ...report.sections.map(({ figures = [] }) => figures)].flat().some(isPictures)
  const claims = report.sections.flatMap((section) => section.claims ?? [])
  const count = { figure: 0, table: 0 }
  const first = lead.map((figure) => figureMarkup(figure, count))
  const sections = report.sections.map((section) => sectionMarkup(section, count))
  const links = report.sections.map(({ id, heading, claims: own = [] }) =>
    `<li><a href="#${id}">${mathHtml(heading)}</a> ${shortCounts(own)}</li>\n`
  )
  const cited = references.map(({ abbreviation, text, link }) =>
    `<li><b>${escape(abbreviation)}</b> ${escape(text)} <a href="${escape(link)}">${escape(link)}</a></li>\n`
  )
  const nav = `<nav aria-label="Contents"><h2>Contents</h2>\n<ol>\n${links.join('')}</ol></nav>\n`
  const contents = [links.length < 2 ? '' : nav, definitions('Terms', terms), definitions('This run', report.facts)]
  const alarm = report.alarm === undefined ? '' : `<p class="answer alarm" role="alert">${mathHtml(report.alarm)}</p>\n`
  return `<!DOCTYPE html>
<html lang="${escape(report.lang ?? 'en')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${hasPictures ? PICTURE_POLICY : POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(report.title)}</title>
<style>
${REPORT_STYLE}</style>
</head>
<body>
<header>
<h1>${mathHtml(report.title)}</h1>
${alarm}<p class="answer">${mathHtml(report.summary)}</p>
${verdictList(claims.map(({ verdict }) => verdict))}${figuresMarkup(first)}${openClaims(claims)}${
    contents.join('')
  }</header>
<main>
${sections.join('')}</main>
${cited.length === 0 ? '' : `<footer><h2>References</h2>\n<ul>\n${cited.join('')}</ul></footer>\n`}</body>
</html>
`
}

function figuresMarkup(figures: readonly string[]): string {
  return figures.length === 0 ? '' : `<div class="figures">\n${figures.join('')}</div>\n`
}

function definitions(heading: string, list: readonly (readonly [string, string])[]): string {
  if (list.length === 0) return ''
  const rows = list.map(([name, value]) => `<dt>${mathHtml(name)}</dt><dd>${mathHtml(value)}</dd>\n`)
  return `<section><h2>${heading}</h2><dl>\n${rows.join('')}</dl></section>\n`
}

/** What failed and what is open, by links to the rows. */
function openClaims(claims: readonly ClaimRow[]): string {
  const rows = (['fails', 'undecided'] as const).flatMap((verdict) =>
    claims.filter((claim) => claim.verdict === verdict).map(({ id, statement }) =>
      `<li>${badge(verdict)} <a href="#claim-${escape(id)}">${escape(id)}</a> ${mathHtml(statement)}</li>\n`
    )
  )
  return rows.length === 0 ? ''
    : '<section aria-label="Open claims"><h2>What fails or is undecided</h2>\n<ul class="open">\n'
      + `${rows.join('')}</ul></section>\n`
}

/** `12 ✓ 1 ✗` behind an entry of the contents. */
function shortCounts(claims: readonly ClaimRow[]): string {
  const parts = VERDICTS.flatMap((verdict) => {
    const n = claims.filter((claim) => claim.verdict === verdict).length
    return n === 0 ? [] : [`<span class="${verdict}">${n} ${SIGNS[verdict]}</span>`]
  })
  return parts.length === 0 ? '' : `<span class="counts">${parts.join(' ')}</span>`
}

function verdictList(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return ''
  const items = VERDICTS.map((verdict) => {
    const n = verdicts.filter((other) => other === verdict).length
    return n === 0 ? '' : `<li>${badge(verdict)} ${n}</li>`
  })
  return `<ul class="verdicts" aria-label="Verdicts of ${verdicts.length} claims">${items.join('')}</ul>\n`
}

function sectionMarkup(section: ReportSection, count: { figure: number; table: number }): string {
  const { claims = [] } = section
  const parts = (section.paragraphs ?? []).map((text) => `<p>${mathHtml(text)}</p>\n`)
  if (claims.length > 0) {
    count.table++
    parts.push(claimsMarkup(claims, `Table ${count.table}. What is claimed, expected and measured`))
  }
  const figures = (section.figures ?? []).map((figure) => figureMarkup(figure, count))
  parts.push(figuresMarkup(figures))
  for (const { caption, table } of section.tables ?? []) parts.push(tableMarkup(table, caption, count))
  return `<section id="${section.id}">\n<h2>${mathHtml(section.heading)}</h2>\n${parts.join('')}</section>\n`
}

/** Claims: statement, then what is expected and measured; where equation and tolerance come from in small print below. */
function claimsMarkup(claims: readonly ClaimRow[], caption: string): string {
  const cell = (label: string, text: string): string =>
    `<td role="cell" class="r w" data-label="${label}">${mathHtml(text)}</td>`
  const rows = claims.map(({ id, statement, source, method, expected, measured, tolerance, verdict }) =>
    `<tr role="row" id="claim-${escape(id)}"><th scope="row" role="rowheader">${mathHtml(statement)}`
    + `<small>${escape(id)}; ${escape(method)}; ${mathHtml(source)}; tolerance: ${mathHtml(tolerance)}</small></th>`
    + `${cell('Expected', expected)}${cell('Measured', measured)}`
    + `<td role="cell" data-label="Verdict">${badge(verdict)}</td></tr>\n`
  )
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escape(caption)}">`
    + `<table class="stack" role="table"><caption>${mathHtml(caption)}</caption>\n`
    + '<thead><tr><th scope="col">Claim</th><th scope="col" class="r w">Expected</th>'
    + '<th scope="col" class="r w">Measured</th><th scope="col">Verdict</th></tr></thead>\n'
    + `<tbody>\n${rows.join('')}</tbody></table></div>\n`
}

function tableMarkup(table: Table, caption: string, count: { table: number }): string {
  count.table++
  return `${htmlTable(table, `Table ${count.table}. ${caption}`)}\n`
}

function figureMarkup(figure: ReportFigure, count: { figure: number }): string {
  const isPanels = figure.svg.startsWith('<div class="panels">') || isPictures(figure)
  if (!isPanels && !figure.svg.startsWith('<svg ')) {
    throw new RangeError(`htmlReport: svg must be markup of a figure function, got ${show(figure.svg)}`)
  }
  count.figure++
  const name = `Data of figure ${count.figure}`
  const table = figure.data === undefined ? '' : htmlTable(figure.data, name)
  const data = table === '' ? '' : `<details><summary>${name}</summary>${table}</details>`
  const caption = `<figcaption><b>Figure ${count.figure}.</b> ${mathHtml(figure.caption)}${data}</figcaption>`
  return `<figure${isPanels || figure.wide === true ? ' class="wide"' : ''}>${figure.svg}${caption}</figure>\n`
}
