// Plans as rounds: what can be run at once, and what waits for results.

import type { Experiment, Run, Scale } from './experiment.ts'
import { keyOf } from './records.ts'

/** Runs of a plan that need all rounds before and nothing else. */
export interface Round {
  /** Each once, in the plan's order. */
  readonly configurations: readonly object[]
  /** Those of them without a result. */
  readonly missing: readonly object[]
}

/** Results by `keyOf` of their configurations. */
export type KnownRuns = ReadonlyMap<string, Run<object, unknown>>

/**
 * The rounds of a plan, up to the first that is not whole. Every process that knows the same whole rounds sees the same
 * next one, whatever else it knows: the plan is asked with the results of whole rounds alone. Throws: what the plan throws.
 */
export function roundsOf({ plan }: Experiment, scale: Scale, seed: number, known: KnownRuns): readonly Round[] {
  const rounds: Round[] = []
  const planned = new Set<string>()
  let done: readonly Run<object, unknown>[] = []
  for (;;) {
    const asked = plan(scale, seed, done)
    const configurations = asked.filter((configuration) => {
      const key = keyOf(configuration)
      return !planned.has(key) && planned.add(key)
    })
    if (configurations.length === 0) return rounds
    const missing = configurations.filter((configuration) => !known.has(keyOf(configuration)))
    rounds.push({ configurations, missing })
    if (missing.length > 0) return rounds
    done = asked.flatMap((configuration) => known.get(keyOf(configuration)) ?? [])
  }
}

/** `round 1 has 3 of 40 runs missing`; undefined when every round is whole. */
export function openRound(rounds: readonly Round[]): string | undefined {
  const last = rounds.at(-1)
  if (last === undefined || last.missing.length === 0) return undefined
  const { configurations, missing } = last
  return `round ${rounds.length} has ${missing.length} of ${configurations.length} ${
    configurations.length === 1 ? 'run' : 'runs'
  } missing`
}
