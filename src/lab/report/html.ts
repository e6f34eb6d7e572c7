// A report as one HTML file: no script, no request, readable on a phone, on paper and in the dark.

import { show } from '../../tensor/check.ts'
import { REPORT_STYLE } from './style.ts'
import { type Verdict, VERDICTS } from '../claims/claim.ts'
import { badge, htmlTable, type Table } from './table.ts'
import { mathHtml } from './mathematics.ts'
import { escape } from './xml.ts'

/** A statement of the theory, what it predicts, what was measured, and whether that is within the tolerance. */
export interface ClaimRow {
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

/** Claims as a table, for the terminal, LaTeX and CSV as well. */
export function claimTable(claims: readonly ClaimRow[]): Table {
  return {
    columns: [{ name: 'Claim', flexible: true }, { name: 'Source', flexible: true }, {
      name: 'Expected',
      align: 'right',
      flexible: true,
    }, { name: 'Measured', align: 'right', flexible: true }, { name: 'Tolerance', flexible: true }, {
      name: 'Verdict',
      verdict: true,
    }],
    rows: claims.map((
      c,
    ) => [`${c.statement} [${c.id}; ${c.method}]`, c.source, c.expected, c.measured, c.tolerance, c.verdict]),
  }
}

export interface ReportFigure {
  /** From lineFigure, barFigure, heatmap or panels; the only strings that are not escaped. */
  readonly svg: string
  readonly caption: string
  /** Takes the whole width; panels always do. */
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

export interface Report {
  readonly title: string
  readonly summary: string
  /** Configuration, seed, engine, tier, version, duration: what a reader needs to repeat it. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly sections: readonly ReportSection[]
  readonly lang?: string
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'"

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
  const count = { figure: 0, table: 0 }
  const sections = report.sections.map((section) => sectionMarkup(section, count))
  const verdicts = report.sections.flatMap((section) => (section.claims ?? []).map((claim) => claim.verdict))
  const facts = report.facts.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${mathHtml(value)}</dd>\n`)
  const links = report.sections.map(({ id, heading }) => `<li><a href="#${id}">${escape(heading)}</a></li>\n`)
  const list = links.length < 2
    ? ''
    : `<nav aria-label="Contents"><h2>Contents</h2>\n<ol>\n${links.join('')}</ol></nav>\n`
  const title = escape(report.title)
  return `<!DOCTYPE html>
<html lang="${escape(report.lang ?? 'en')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
${REPORT_STYLE}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${mathHtml(report.summary)}</p>
${verdictList(verdicts)}${facts.length === 0 ? '' : `<dl>\n${facts.join('')}</dl>\n`}</header>
${list}<main>
${sections.join('')}</main>
</body>
</html>
`
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
  const parts = (section.paragraphs ?? []).map((text) => `<p>${mathHtml(text)}</p>\n`)
  if (section.claims !== undefined && section.claims.length > 0) {
    parts.push(tableMarkup(claimTable(section.claims), 'Claims, predictions and measurements', count))
  }
  const figures = (section.figures ?? []).map((figure) => figureMarkup(figure, count))
  if (figures.length > 0) parts.push(`<div class="figures">\n${figures.join('')}</div>\n`)
  for (const { caption, table } of section.tables ?? []) parts.push(tableMarkup(table, caption, count))
  return `<section id="${section.id}">\n<h2>${escape(section.heading)}</h2>\n${parts.join('')}</section>\n`
}

function tableMarkup(table: Table, caption: string, count: { table: number }): string {
  count.table++
  return `${htmlTable(table, `Table ${count.table}. ${caption}`)}\n`
}

function figureMarkup(figure: ReportFigure, count: { figure: number }): string {
  const isPanels = figure.svg.startsWith('<div class="panels">')
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
