// Measurements by name, so that they can be kept and judged again: claims are made from them at no cost, by the
// criteria of the day.

import type { Claim } from '../claims/claim.ts'

/** The measurement of a name: made now, or taken from where it was kept. */
export type Recall = <T>(name: string, measure: () => T) => T

/** Claims about what is measured with draws from a seed, fewer under `quick`. */
export type MeasuredClaims = (seed: number, quick: boolean, recall?: Recall) => readonly Claim[]

/** Measurements by name as JSON holds them. */
export type Measurements = Record<string, unknown>

/** Measures, keeps nothing. */
export const measured: Recall = (_name, measure) => measure()

/** Measures and keeps. Throws: Error for a name that is already there. */
export function recording(kept: Measurements): Recall {
  return (name, measure) => {
    if (Object.hasOwn(kept, name)) throw new Error(`recording: name must be new, got "${name}"`)
    const value = measure()
    kept[name] = plain(value)
    return value
  }
}

/** Takes what was kept and measures nothing. Throws: Error for a name that was not. */
export function recalling(kept: Measurements): Recall {
  return <T>(name: string): T => {
    if (!Object.hasOwn(kept, name)) throw new Error(`recalling: name must have been measured, got "${name}"`)
    return restored(kept[name]) as T
  }
}

/** Numbers that are not finite become text, maps and float64 arrays objects of one key. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : { number: String(value) }
  if (value instanceof Map) return { map: [...value].map(plain) }
  if (value instanceof Float64Array) return { floats: [...value].map(plain) }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]))
}

function restored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(restored)
  if (typeof value !== 'object' || value === null) return value
  const { number, map, floats } = value as { number?: string; map?: unknown[]; floats?: unknown[] }
  if (typeof number === 'string') return Number(number)
  if (map !== undefined) return new Map(map.map(restored) as [unknown, unknown][])
  if (floats !== undefined) return Float64Array.from(floats.map(restored) as number[])
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, restored(part)]))
}
