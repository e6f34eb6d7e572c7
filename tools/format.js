// Formats every TypeScript and JavaScript file of the checkout as tools/dprint.json says; with --check it changes nothing,
// names what is not formatted and exits with 1.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createFromBuffer } from '@dprint/formatter'
import { getPath } from '@dprint/typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const check = process.argv.includes('--check')
const { lineWidth, indentWidth, newLineKind, typescript } = JSON.parse(
  readFileSync(new URL('dprint.json', import.meta.url), 'utf8'),
)
const formatter = createFromBuffer(readFileSync(getPath()))
formatter.setConfig({ lineWidth, indentWidth, newLineKind }, typescript)
const faults = formatter.getConfigDiagnostics()
if (faults.length > 0) throw new Error(`dprint.json: ${JSON.stringify(faults)}`)

const names = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.js'], {
  cwd: root,
})
let changed = 0
for (const name of new Set(names.toString().trim().split('\n'))) {
  let before
  try {
    before = readFileSync(`${root}/${name}`, 'utf8')
  } catch (cause) {
    // A file that was removed is still in the index.
    if (cause.code === 'ENOENT') continue
    throw cause
  }
  // Hanging lines may need a second pass before they stay as they are.
  let after = before
  for (let pass = 0; pass < 4; pass++) after = formatter.formatText({ filePath: name, fileText: after })
  if (after === before) continue
  changed++
  console.log(name)
  if (!check) writeFileSync(`${root}/${name}`, after)
}
console.log(check ? `${changed} files are not formatted` : `${changed} files formatted`)
process.exitCode = check && changed > 0 ? 1 : 0
