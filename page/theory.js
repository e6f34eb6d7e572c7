// The derivation as pages: its Markdown with equations as MathML, which browsers draw by themselves.

import { readdirSync, readFileSync } from 'node:fs'
import { marked } from 'marked'
import temml from 'temml'

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Without style attributes: a policy of `default-src 'self'` refuses them. */
function mathMarkup(tex, displayMode) {
  const plain = tex.replaceAll('\\cr', '\\\\').replace(/\)_ /g, ')_')
  return temml.renderToString(plain, { displayMode, throwOnError: true, wrap: displayMode ? 'none' : 'tex' }) // Browsers neither need nor use these.
    .replace(/ (?:fence|separator|form)="\w+"/g, '').replace(/ style="[^"]*"/g, '').replace(
      / class="(?!tml-(?:left|right|jot|small))[^"]*"/g,
      '',
    )
}

/** Body of a page. Mathematics is taken out before Markdown is read and put back afterwards. */
function body(markdown) {
  const kept = []
  const keep = (markup) => `@@${kept.push(markup) - 1}@@`
  const text = markdown.replace(/\$\$([^]*?)\$\$/g, (_, tex) => {
    const [, number] = /\\tag\{([\d.]+)\}/.exec(tex) ?? []
    const math = mathMarkup(tex.replace(/\\tag\{[\d.]+\}/, ''), true)
    const label = number === undefined ? '' : `<span>(${number})</span>`
    const id = number === undefined ? '' : ` id="eq-${number}"`
    return `\n\n${
      keep(
        `<div class="equation"${id}><div tabindex="0" role="group" aria-label="Equation ${
          number ?? ''
        }">${math}</div>${label}</div>`,
      )
    }\n\n`
  }).replace(/`[^`\n]+`/g, (code) => keep(`<code>${escape(code.slice(1, -1))}</code>`)).replace(/\$([^$\n]+)\$/g,
    (_, tex) => keep(mathMarkup(tex, false)))
  const html = marked.parse(text, { gfm: true }).replace(/<h(\d)>(.*?)<\/h\1>/g,
    (_, level, heading) => `<h${level} id="${anchor(heading)}">${heading}</h${level}>`).replace(/href="([\w-]+)\.md/g,
      (_, name) => `href="${name === 'README' ? 'index' : name}.html`) // What is not among these pages is named, not linked.
    .replace(/<a href="\.\.[^"]*">(.*?)<\/a>/g, '$1')
  return html.replace(/<p>(@@\d+@@)<\/p>/g, '$1').replace(/@@(\d+)@@/g, (_, k) => kept[Number(k)])
}

/** As GitHub makes them. */
function anchor(heading) {
  return heading.replace(/<[^>]*>|@@\d+@@/g, '').toLowerCase().replace(/[^\w\s-]/g, '').replace(/\s/g, '-')
}

/** Name → HTML of all chapters. */
export function theoryPages(directory) {
  return readdirSync(directory).filter((name) => name.endsWith('.md')).map((name) => {
    const markdown = readFileSync(`${directory}/${name}`, 'utf8')
    const title = /^# (.*)$/m.exec(markdown)?.[1] ?? name
    return [name === 'README.md' ? 'index.html' : name.replace(/\.md$/, '.html'), `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<link rel="icon" href="../icon.svg">
<link rel="stylesheet" href="theory.css">
</head>
<body>
<header><p><a href="../index.html">Direct feedback alignment, at work</a></p></header>
<main>
${body(markdown)}</main>
</body>
</html>
`]
  })
}
