// The outcome of `reproduce` and `sweep` on the terminal.

import type { Claim } from '../claims/claim.ts'
import { claimsTable, verdictCounts } from '../claims/table.ts'
import type { Console } from '../command.ts'
import { count } from '../report/format.ts'
import { textTable } from '../report/table.ts'
import { duration, type Outcome } from './report.ts'

/** Tables, claims and counts of what came out. */
export function printOutcomes(outcomes: readonly Outcome[], verbose: boolean, console: Console): void {
  const claims: Claim[] = []
  for (const { experiment, runs, judgment } of outcomes) {
    const seconds = runs.reduce((total, run) => total + run.seconds, 0)
    console.out(
      `\n${experiment.name}: ${experiment.title} (${count(runs.length, 'run')}, ${duration(seconds)} in all)\n`,
    )
    for (const { caption, table } of judgment.tables ?? []) {
      console.out(`${caption}\n${textTable(table, console.width)}\n`)
    }
    if (judgment.claims.length > 0) {
      console.out(textTable(claimsTable(judgment.claims, verbose, console.width), console.width, console.color))
    }
    claims.push(...judgment.claims)
  }
  // A sweep claims nothing.
  if (claims.length === 0 && outcomes.length > 0) return
  const failed = claims.filter(({ verdict }) => verdict === 'fails')
  console.out(`\n${verdictCounts(claims)}`)
  for (const { id, statement } of failed) console.out(`FAILS  ${id}: ${statement}`)
}
