// What the script in an engine is asked and what it answers: plain data, shared by both sides of a run.

import type { Isolate } from './cases.ts'

/** How an isolate is made: a process by the runner, the others by the script. */
export type Way = 'process' | 'worker' | 'realm' | 'page' | 'frame'

/** What one call of `run` is asked. */
export interface Request {
  readonly way: Way
  readonly isolates: readonly Isolate[]
  /** The script itself, for workers, realms and frames. */
  readonly source: string
}

/** What came of one isolate: a hash, or `threw …`. */
export interface Answer {
  readonly index: number
  readonly hash: string
}
