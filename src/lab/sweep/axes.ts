// The axes of a sweep: which values its options take, and all combinations of them in one order.

import { pow } from '../../tensor/functions/pow.ts'

/** A value as a configuration file of `train` would have it. */
export type Value = string | number | boolean | null | readonly unknown[] | { readonly [key: string]: unknown }

/** Options that change together: as many values for each. */
export interface Axis {
  readonly options: readonly string[]
  /** A value per option, for every point of the axis. */
  readonly points: readonly (readonly Value[])[]
}

/**
 * The points between two ends in equal ratios, ends included, with three significant digits but for the ends.
 * Throws: Error in words that follow the name of the axis.
 */
export function logRange(from: unknown, to: unknown, count: unknown): readonly number[] {
  if (typeof from !== 'number' || typeof to !== 'number' || !(from > 0) || !(to > 0)
    || !Number.isFinite(from) || !Number.isFinite(to))
  {
    throw new Error(`from and to must be numbers above zero, got ${JSON.stringify(from)} and ${JSON.stringify(to)}`)
  }
  if (!Number.isSafeInteger(count) || (count as number) < 2) {
    throw new Error(`count must be a whole number of at least 2, got ${JSON.stringify(count)}`)
  }
  const last = (count as number) - 1
  return Array.from({ length: last + 1 },
    (_, index) =>
      index === 0 ? from : index === last ? to : Number((from * pow(to / from, index / last)).toPrecision(3)))
}

/** The values of one option of an axis. Throws: Error in words that follow the name of the axis. */
function valuesOf(given: unknown): readonly Value[] {
  if (Array.isArray(given)) {
    if (given.length === 0) throw new Error('must have at least one value, got []')
    return given as readonly Value[]
  }
  if (typeof given === 'object' && given !== null && Object.keys(given).join() === 'log') {
    const { log } = given as { readonly log: unknown }
    const { from, to, count, ...others } = (log ?? {}) as Readonly<Record<string, unknown>>
    const other = Object.keys(others)
    if (other.length > 0) throw new Error(`log must have from, to and count, got ${other.join(', ')}`)
    return logRange(from, to, count)
  }
  throw new Error(
    `must be a list of values or {"log": {"from": 0.001, "to": 1, "count": 4}}, got ${JSON.stringify(given)}`,
  )
}

/** An axis as a file declares it: `{"rate": […]}`, or several options of equal length that go together. Throws: Error. */
export function axisOf(given: unknown): Axis {
  if (typeof given !== 'object' || given === null || Array.isArray(given) || Object.keys(given).length === 0) {
    throw new Error(`must be an object of options with their values, got ${JSON.stringify(given)}`)
  }
  const options = Object.keys(given)
  const columns = options.map((option) => {
    try {
      return valuesOf((given as Readonly<Record<string, unknown>>)[option])
    } catch (cause) {
      throw new Error(`${option}: ${(cause as Error).message}`, { cause })
    }
  })
  const odd = columns.findIndex((column) => column.length !== columns[0].length)
  if (odd > 0) {
    throw new Error(
      `${options[0]} and ${options[odd]} go together and must have as many values, got ${columns[0].length} and ${
        columns[odd].length
      }`,
    )
  }
  const points = columns[0].map((_, index) => columns.map((column) => column[index]))
  const texts = points.map((point) => JSON.stringify(point))
  const twice = texts.find((text, index) => texts.indexOf(text) < index)
  if (twice !== undefined) throw new Error(`${options.join(', ')}: values must differ, got ${twice} twice`)
  return { options, points }
}

/** All combinations, the last axis fastest: the options of each with their values. */
export function combinations(axes: readonly Axis[]): readonly (readonly (readonly [option: string, value: Value])[])[] {
  return axes.reduce<readonly (readonly (readonly [string, Value])[])[]>(
    (before, { options, points }) =>
      before.flatMap((chosen) =>
        points.map((point) => [...chosen, ...options.map((option, index) => [option, point[index]] as const)])
      ),
    [[]],
  )
}

/** `rule (3) × rate (4) × seed (2)`. */
export function shapeOf(axes: readonly Axis[]): string {
  return axes.map(({ options, points }) => `${options.join('+')} (${points.length})`).join(' × ')
}
