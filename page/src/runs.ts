// All runs by their names in links and messages.

import { conditioning, CONTROLS as CONDITIONING } from './conditioning-run.ts'
import type { Controls, ValuesOf } from './controls.ts'
import type { Digits } from './digits-data.ts'
import { CONTROLS as DIGITS, digits } from './digits-run.ts'
import { CONTROLS as FIXED, fixed } from './fixed-run.ts'
import { CONTROLS as MEMORIZE, memorize } from './memorize-run.ts'
import type { Progress, Simulation } from './simulation.ts'

/** Images of the reader's own. */
export interface Files {
  readonly train: Digits
  readonly test: Digits
}

/** What can be run. */
export interface Run<C extends Controls = Controls, View extends Progress = Progress> {
  readonly controls: C
  simulate(values: ValuesOf<C>, files?: Files): Simulation<View>
}

export const RUNS = {
  conditioning: { controls: CONDITIONING, simulate: conditioning },
  memorize: { controls: MEMORIZE, simulate: memorize },
  fixed: { controls: FIXED, simulate: fixed },
  digits: { controls: DIGITS, simulate: digits },
} as const

export type RunName = keyof typeof RUNS

/** The run of a name. Throws: RangeError for any other. */
export function runOf(name: string): Run {
  const found: readonly (readonly [string, Run])[] = Object.entries(RUNS)
  const run = found.find(([own]) => own === name)?.[1]
  if (run === undefined) throw new RangeError(`runOf: name must be one of ${Object.keys(RUNS).join(', ')}, got ${name}`)
  return run
}
