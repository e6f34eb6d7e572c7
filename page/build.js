// Builds the page: static files that need no server, no network and no permission but their own scripts and styles.

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { theoryPages } from './theory.js'

const here = fileURLToPath(new URL('.', import.meta.url))

async function bundled(entry, output) {
  const made = await rolldown({ input: `${here}src/${entry}.ts`, platform: 'browser',
    tsconfig: `${here}tsconfig.json` })
  const { output: [chunk] } = await made.generate(output)
  await made.close()
  return chunk.code
}

/** Writes the page into `target`, replacing what is there. */
export async function buildPage(target) {
  const script = await bundled('page', { format: 'iife', minify: true })
  const styles = await bundled('style', { format: 'esm' })
  const { PAGE_STYLE, THEORY_STYLE } = await import(`data:text/javascript,${encodeURIComponent(styles)}`)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(`${target}/theory`, { recursive: true })
  writeFileSync(`${target}/page.js`, script)
  writeFileSync(`${target}/page.css`, PAGE_STYLE)
  for (const name of ['index.html', 'icon.svg']) cpSync(`${here}src/${name}`, `${target}/${name}`)
  writeFileSync(`${target}/theory/theory.css`, THEORY_STYLE)
  for (const [name, html] of theoryPages(`${here}../docs/theory`)) writeFileSync(`${target}/theory/${name}`, html)
}

// dist/lab/explore.js looks here.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPage(fileURLToPath(new URL('../dist/page', import.meta.url)))
}
