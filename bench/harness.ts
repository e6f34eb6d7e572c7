// How one thing is timed, the same for every question: warmed up, sampled by Benchmark.js in turns with what it is
// compared with, and reported by its median.

import Benchmark from 'benchmark'

/** How much time a measurement may take. */
export interface Budget {
  /** Turns that the things to be compared take; a disturbance then hits all of them alike. */
  readonly rounds: number
  /** Seconds of warm-up, and of sampling in each turn. */
  readonly warmUp: number
  readonly seconds: number
  /** Least length of one sample in seconds: calls are repeated until it is reached. */
  readonly sample: number
  /** Least number of samples in each turn. */
  readonly samples: number
}

/** For figures to be published. */
export const FULL: Budget = { rounds: 2, warmUp: 0.05, seconds: 0.15, sample: 0.01, samples: 3 }

/** For a look: whether everything runs and is right. */
export const QUICK: Budget = { rounds: 1, warmUp: 0.01, seconds: 0.02, sample: 0.003, samples: 2 }

/** Seconds per call. */
export interface Timing {
  readonly median: number
  readonly best: number
  /** Relative margin of error in per cent at 95 %, Benchmark.js' own; of several turns the greatest. */
  readonly rme: number
  readonly samples: number
}

/** Times several functions in turns, in their order. Throws: what they throw. */
export function timeAll(runs: readonly (() => void)[], budget: Budget): readonly Timing[] {
  const samples: number[][] = runs.map(() => [])
  const margins: number[] = runs.map(() => 0)
  for (let round = 0; round < budget.rounds; round++) {
    for (const [index, run] of runs.entries()) {
      if (round === 0) warmUp(run, budget.warmUp)
      const stats = sampleOnce(run, budget)
      samples[index].push(...stats.sample as number[])
      margins[index] = Math.max(margins[index], stats.rme)
    }
  }
  return samples.map((list, index) => {
    const sorted = list.sort((x, y) => x - y)
    return { median: median(sorted), best: sorted[0], rme: margins[index], samples: sorted.length }
  })
}

/** Times one function. */
export function time(run: () => void, budget: Budget): Timing {
  return timeAll([run], budget)[0]
}

function warmUp(run: () => void, seconds: number): void {
  const end = performance.now() + 1000 * seconds
  do run()
  while (performance.now() < end)
}

function sampleOnce(run: () => void, { seconds, sample, samples }: Budget): Benchmark.Stats {
  // Without setup and teardown Benchmark.js calls `run` as it is and does not recompile its source.
  const benchmark = new Benchmark({ fn: run, async: false, minTime: sample, maxTime: seconds, minSamples: samples })
  benchmark.run({ async: false })
  // It keeps what `run` throws to itself.
  if (benchmark.error as Error | undefined) throw benchmark.error
  return benchmark.stats
}

/** The middle of a sorted list, or the mean of the two middles. */
export function median(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/** A result that is not what it must be: nothing that follows from it is worth timing. */
export class WrongResult extends Error {
  override readonly name = 'WrongResult'
}

/** Throws a WrongResult unless `holds`. */
export function assertHolds(holds: boolean, message: string): void {
  if (!holds) throw new WrongResult(message)
}

/** Throws a WrongResult with the first place where the bits differ. NaN equals NaN, +0 does not equal −0. */
export function assertSameBits(what: string, got: ArrayLike<number>, expected: ArrayLike<number>): void {
  assertHolds(got.length === expected.length, `${what}: ${got.length} elements, expected ${expected.length}`)
  for (let i = 0; i < got.length; i++) {
    if (Object.is(got[i], expected[i])) continue
    throw new WrongResult(`${what}: element ${i} is ${got[i]}, expected ${expected[i]}`)
  }
}
