import { describe, expect, it } from 'vitest'
import { lineFigure } from '../../../src/lab/report/figure.ts'
import { type ClaimRow, htmlReport, type Report } from '../../../src/lab/report/html.ts'
import { panels } from '../../../src/lab/report/panels.ts'
import { activeContent, HOSTILE, xmlError } from './wellformed.ts'

const line = {
  title: 'Loss',
  x: { label: 'step' },
  y: { label: 'loss' },
  series: [{ name: 'BP', points: [[0, 1], [1, 0]] as const }],
}
const claim: ClaimRow = {
  id: 'limit',
  statement: 'A_lᵀ → c·1',
  source: 'theory (1.4)',
  method: 'recursion',
  expected: '0.5 ± 0.01',
  measured: '0.4987',
  tolerance: 'rounding',
  verdict: 'holds',
}

function report(text: string): Report {
  return {
    title: text,
    summary: text,
    lead: [{ svg: lineFigure(line), caption: text }],
    terms: [[text, text]],
    facts: [['Seed', '1'], [text, text]],
    references: [{ abbreviation: text, text, link: 'https://arxiv.org/abs/1' }],
    sections: [{
      id: 'claims',
      heading: text,
      paragraphs: [text],
      claims: [claim, { ...claim, id: 'other', statement: text, source: text, verdict: 'fails' }],
    }, {
      id: 'figures',
      heading: text,
      figures: [{
        svg: lineFigure({ ...line, title: text }),
        caption: text,
        data: { columns: [{ name: text }], rows: [[text]] },
      }, { svg: panels({ figures: [line, line] }), caption: text }],
      tables: [{ caption: text, table: { columns: [{ name: text }], rows: [[text]] } }],
    }],
  }
}

/** The document as XML: without doctype, with the void elements closed, style taken out. */
function asXml(html: string): string {
  const body = html.replace('<!DOCTYPE html>\n', '').replace(/<style>[\s\S]*<\/style>/, '')
  return body.replace(/<meta([^>]*)>/g, '<meta$1/>').trim()
}

describe('htmlReport', () => {
  it('is well-formed and inert for plain and for hostile text', () => {
    for (const text of ['A title', HOSTILE]) {
      const html = htmlReport(report(text))
      expect(xmlError(asXml(html))).toBeUndefined()
      expect(activeContent(html)).toEqual([])
      expect(html.replaceAll('http://www.w3.org/2000/svg', '').replaceAll('https://arxiv.org/abs/1', '')).not.toMatch(
        /url\(|@import|https:/,
      )
    }
  })

  it('forbids everything but its own style', () => {
    expect(htmlReport(report('x'))).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    )
    expect(htmlReport(report('x'))).not.toMatch(/ style="/)
  })

  it('numbers figures and tables, links its sections and counts verdicts', () => {
    const html = htmlReport(report('x'))
    const numbers = ['<b>Figure 1.</b>', '<b>Figure 3.</b>', 'Table 1. ', 'Table 2. x', 'A<sub>l</sub>ᵀ',
      'href="#figures"', 'id="figures"']
    const verdicts = ['✓ holds</span> 1</li>', '✗ fails</span> 1</li>', '<a href="#claim-other">other</a>',
      'id="claim-other"', '<span class="fails">1 ✗</span>']
    const page = ['<html lang="en">', 'name="viewport"', 'prefers-color-scheme:dark', '@media print{\nhtml{']
    for (const text of [...numbers, ...verdicts, ...page]) expect(html).toContain(text)
  })

  it('gives the same bytes for the same input', () => expect(htmlReport(report('x'))).toBe(htmlReport(report('x'))))

  it('accepts an empty report', () => {
    expect(xmlError(asXml(htmlReport({ title: 't', summary: 's', facts: [], sections: [] })))).toBeUndefined()
  })

  it('refuses ids that are malformed or repeated, and figures of unknown origin', () => {
    const section = { id: 'a', heading: 'h' }
    const empty = { title: 't', summary: 's', facts: [] }
    const make = (...sections: Report['sections']) => () => htmlReport({ ...empty, sections })
    expect(make(section, section)).toThrow('htmlReport: section id must be unique')
    expect(make({ ...section, id: '"><b' })).toThrow(RangeError)
    const foreign = make({ ...section, figures: [{ svg: '<script>', caption: '' }] })
    expect(foreign).toThrow('svg must be markup of a figure function')
  })
})
