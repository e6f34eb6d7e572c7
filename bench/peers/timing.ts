// Time and error of one prepared piece of work; ./peer.py does the same.

import type { Result } from './peer.ts'

/** The middle value; the mean of the two middle ones for an even count. Domain: at least one value. */
export function median(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b)
  const middle = ordered.length >> 1
  return ordered.length % 2 === 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2
}

/** The largest `relativeError` of the parts of so many values that follow each other. */
export function largestError(found: Result, expected: Float64Array, parts: readonly number[]): number {
  if (found.length !== expected.length) return Infinity
  let end = 0
  return Math.max(...parts.map((length) => {
    const begin = end
    end += length
    return relativeError(found.subarray(begin, end), expected.subarray(begin, end))
  }))
}

/** max |x − r| / max |r|; infinite when the lengths differ or a value is not a number. */
export function relativeError(found: Result, expected: Float64Array): number {
  if (found.length !== expected.length) return Infinity
  let deviation = 0
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i] - expected[i])
    // A NaN fails every comparison and would pass unseen.
    if (!(difference <= deviation)) deviation = Number.isNaN(difference) ? Infinity : difference
    largest = Math.max(largest, Math.abs(expected[i]))
  }
  return deviation / largest
}

/** Runs for at least `ms`, so that the compiler has seen the work; returns how many calls last about a millisecond. */
export async function warmUp(run: () => unknown, ms: number): Promise<number> {
  const start = performance.now()
  let count = 0
  do {
    const pending = run()
    if (pending instanceof Promise) await pending
    count++
  } while (performance.now() - start < ms)
  return Math.max(1, Math.ceil(count / (performance.now() - start)))
}

/** Median time of one call in ms, over batches of so many calls, repeated until `ms` have passed. */
export async function timeFor(run: () => unknown, ms: number, calls: number): Promise<number> {
  const times: number[] = []
  const end = performance.now() + ms
  for (;;) {
    const start = performance.now()
    for (let i = 0; i < calls; i++) {
      const pending = run()
      // Awaiting what is no promise would add a turn of the event loop to synchronous libraries.
      if (pending instanceof Promise) await pending
    }
    const now = performance.now()
    times.push((now - start) / calls)
    if (now >= end) return median(times)
  }
}
