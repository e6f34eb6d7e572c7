// The table of docs/sources.md: on what each experiment rests.

import type { Experiment } from './experiment.ts'

const HEAD = '| experiment | equations | statement from | setting from | numbers to compare with |'

/** The equations that a source names, `(3.3), (3.9)`, or all of it when it names none. */
function equationsOf(source: string): string {
  const [, equations] = /\btheory (\(.*)$/.exec(source) ?? []
  return equations ?? source
}

/** `page` with the rows of experiments that say what they rest on; the others keep theirs. Throws: Error for one without. */
export function withExperiments(page: string, experiments: readonly Experiment[]): string {
  const lines = page.split('\n')
  const head = lines.indexOf(HEAD)
  if (head < 0) throw new Error(`withExperiments: page must have a table ${HEAD}, got none`)
  const first = head + 2
  const length = lines.slice(first).findIndex((line) => !line.startsWith('|'))
  const rows = lines.slice(first, first + length)
  const made = experiments.map(({ name, source, basis }) => {
    if (basis !== undefined) {
      const { equations = equationsOf(source), statement, setting, compared } = basis
      return `| \`${name}\` | ${[equations, statement, setting, compared].join(' | ')} |`
    }
    const row = rows.find((line) => line.startsWith(`| \`${name}\` |`))
    if (row === undefined) {
      throw new Error(`withExperiments: ${name} must have a basis or a row of its own, got neither`)
    }
    return row
  })
  // The command check is no experiment, and has rows of its own.
  const others = rows.filter((line) => line.startsWith('| `check'))
  return [...lines.slice(0, first), ...others, ...made, ...lines.slice(first + length)].join('\n')
}
