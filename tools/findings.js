// Writes what holds and what fails into the README, from docs/results.md: npm run findings

import { readFileSync, writeFileSync } from 'node:fs'
import { digestOf, README_LIMIT, sectionsOf, withFindings } from '../dist/lab/reproduce/digest.js'

const readme = new URL('../README.md', import.meta.url)
const results = new URL('../docs/results.md', import.meta.url)
const text = digestOf(sectionsOf(readFileSync(results, 'utf8')), README_LIMIT)
writeFileSync(readme, withFindings(readFileSync(readme, 'utf8'), text))
console.log(`README.md: ${Buffer.byteLength(text)} bytes of findings`)
