// Writes what follows from results and experiments into pages: npm run findings
// README.md: what holds and what fails, from docs/results.md. docs/sources.md: on what each experiment rests.

import { readFileSync, writeFileSync } from 'node:fs'
import { digestOf, README_LIMIT, sectionsOf, withFindings } from '../dist/lab/reproduce/digest.js'
import { EXPERIMENTS } from '../dist/lab/reproduce/experiments.js'
import { withExperiments } from '../dist/lab/reproduce/sources-page.js'

const results = readFileSync(new URL('../docs/results.md', import.meta.url), 'utf8')
const pages = {
  'README.md': (page) => withFindings(page, digestOf(sectionsOf(results), README_LIMIT)),
  'docs/sources.md': (page) => withExperiments(page, EXPERIMENTS),
}
for (const [name, change] of Object.entries(pages)) {
  const file = new URL(`../${name}`, import.meta.url)
  const before = readFileSync(file, 'utf8')
  const after = change(before)
  if (after !== before) writeFileSync(file, after)
  console.log(`${name}: ${after === before ? 'as it was' : 'written'}, ${Buffer.byteLength(after)} bytes`)
}
