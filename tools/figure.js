// Writes the first figure of a report as a file that stands alone, in light and dark: after `npm run build`,
// node tools/figure.js REPORT/index.html FILE.svg

import { readFileSync, writeFileSync } from 'node:fs'
import { DARK } from '../dist/lab/report/palette.js'

const MARGIN = 12
const [report, file] = process.argv.slice(2)
const page = readFileSync(report, 'utf8')
const start = page.indexOf('<svg')
const end = page.indexOf('<figcaption', start)
if (start < 0 || end < 0) throw new Error(`figure: ${report} must hold a figure with a caption, got none`)
const figure = page.slice(start, end).trim()
const [, width, height] = /viewBox="0 0 (\S+) (\S+)"/.exec(figure).map(Number)
const size = `width="${width + 2 * MARGIN}" height="${height + 2 * MARGIN}"`
const corner = `x="${-MARGIN}" y="${-MARGIN}"`
// Light colors are attributes of the figure. No variables: converters outside browsers draw them as black.
const { series, ...neutral } = DARK
const rules = [...Object.entries(neutral).map(([name, color]) => [`-${name}`, color]), ...series.entries()].map((
  [name, color],
) => `.f${name}{fill:${color}}.s${name}{stroke:${color}}`)
const style = `<style>@media (prefers-color-scheme:dark){${rules.join('')}}</style>`
// The paper lies below the figure, because whoever shows it may be dark while the reader's system is light.
const paper = `<rect ${corner} ${size} class="f-paper" fill="#ffffff"/>`
writeFileSync(file,
  figure.replace(/viewBox="[^"]*" width="[^"]*" height="[^"]*"/,
    `viewBox="${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}" ${size}`).replace('</desc>', () =>
      `</desc>${style}${paper}`) + '\n')
console.log(`${file}: ${Buffer.byteLength(readFileSync(file))} bytes`)
