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
 * So many points between two ends in equal ratios, the ends exact and all others with three significant digits.
 * Throws: Error in words that follow the name of the axis.
 */
export function logRange([first, last, count]: readonly unknown[]): readonly number[] {
  const isPositive = (end: unknown): end is number => typeof end === 'number' && end > 0 && Number.isFinite(end)
  if (!isPositive(first) || !isPositive(last)) {
    throw new Error(`the ends of a log range must be numbers above zero, got ${JSON.stringify([first, last])}`)
  }
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 2) {
    throw new Error(`a log range must have a whole number of at least 2 values, got ${JSON.stringify(count)}`)
  }
  return Array.from({ length: count },
    (_, index) =>
      index === 0 ? first
        : index === count - 1 ? last : Number((first * pow(last / first, index / (count - 1))).toPrecision(3)))
}

/** The values of one option of an axis. Throws: Error in words that follow the name of the axis. */
function valuesOf(given: unknown): readonly Value[] {
  if (Array.isArray(given)) {
    if (given.length === 0) throw new Error('must have at least one value, got []')
    return given as readonly Value[]
  }
  const { log, ...others } = (typeof given === 'object' && given !== null ? given : {}) as { readonly log?: unknown }
  if (Array.isArray(log) && log.length === 3 && Object.keys(others).length === 0) return logRange(log)
  throw new Error(`must be a list of values or {"log": [first, last, how many]}, got ${JSON.stringify(given)}`)
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
