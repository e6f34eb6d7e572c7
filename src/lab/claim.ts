// A claim of the theory, put to the test: what it predicts, what was measured, how far apart they may be.

/** Which computation a measurement comes from. */
export type Method = 'float64 network' | 'float32 engine' | 'recursion' | 'random draws' | 'simulation'
  | 'order parameters' | 'training'

/** One row of the table that `check` prints and writes. `holds` is null where the theory does not cover the case. */
export interface Claim {
  readonly id: string
  readonly statement: string
  /** Paper key and section. */
  readonly source: string
  readonly method: Method
  readonly predicted: number | readonly number[] | string
  readonly measured: number | readonly number[] | string
  /** Largest deviation allowed, as a number; `compare` says of what. */
  readonly tolerance: number
  readonly compare: 'relative' | 'absolute' | 'at most' | 'at least' | 'order'
  readonly holds: boolean | null
  /** Why the theory does not cover the case, or another remark worth reading. */
  readonly note?: string
}

type Head = Pick<Claim, 'id' | 'statement' | 'source' | 'method'> & { readonly note?: string }

/** |measured − predicted| ≤ tolerance·|predicted|, element by element. NaN never holds, nor does nothing. */
export function relative(
  head: Head,
  predicted: readonly number[],
  measured: readonly number[],
  tolerance: number,
): Claim {
  const holds = measured.length > 0 && predicted.length === measured.length
    && measured.every((value, i) => Math.abs(value - predicted[i]) <= tolerance * Math.abs(predicted[i]))
  return { ...head, predicted, measured, tolerance, compare: 'relative', holds }
}

/** |measured − predicted| ≤ tolerance, element by element. */
export function absolute(
  head: Head,
  predicted: readonly number[],
  measured: readonly number[],
  tolerance: number,
): Claim {
  const holds = measured.length > 0 && predicted.length === measured.length
    && measured.every((value, i) => Math.abs(value - predicted[i]) <= tolerance)
  return { ...head, predicted, measured, tolerance, compare: 'absolute', holds }
}

/** A residual that should vanish: measured ≤ tolerance. */
export function atMost(head: Head, measured: number, tolerance: number, predicted: number | string = 0): Claim {
  return { ...head, predicted, measured, tolerance, compare: 'at most', holds: measured <= tolerance }
}

/** measured ≥ tolerance. */
export function atLeast(
  head: Head,
  measured: number,
  tolerance: number,
  predicted: number | string = `≥ ${tolerance}`,
): Claim {
  return { ...head, predicted, measured, tolerance, compare: 'at least', holds: measured >= tolerance }
}

/** Each value above (`rising`) or below (`falling`) its predecessor by more than `margin`. */
export function ordered(head: Head, direction: 'rising' | 'falling', measured: readonly number[], margin = 0): Claim {
  const sign = direction === 'rising' ? 1 : -1
  const holds = measured.length > 0
    && measured.every((value, i) => i === 0 || sign * (value - measured[i - 1]) > margin)
  return { ...head, predicted: `strictly ${direction}`, measured, tolerance: margin, compare: 'order', holds }
}

/** The same claim, marked as outside of what the theory covers. */
export function notCovered(claim: Claim, note: string): Claim {
  return { ...claim, holds: null, note }
}

/** The word for the verdict column. */
export function verdict({ holds }: Claim): 'holds' | 'FAILS' | 'not covered' {
  return holds === null ? 'not covered' : holds ? 'holds' : 'FAILS'
}
