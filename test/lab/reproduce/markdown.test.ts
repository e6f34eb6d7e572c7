import { describe, expect, it } from 'vitest'
import { seedsOf } from '../../../src/lab/reproduce/markdown.ts'

describe('seedsOf', () => {
  it.each<[object[], string]>([[[{ seed: 2 }, { seed: 0 }, { seed: 1 }], '0–2'], [[{ seed: 7 }, { seed: 0 }], '0, 7'], [
    [{ seeds: [0, 1, 2, 3] }],
    '0–3',
  ], [[{ seed: 5, seeds: 3 }], '5–7'], [[{ rate: 1 }], '–'], [
    Array.from({ length: 8 }, (_, index) => ({ seed: 10 * index })),
    '8 seeds',
  ]])('of %j are %s', (configurations, text) => {
    expect(seedsOf(configurations.map((configuration) => ({ configuration, result: null, seconds: 0 })))).toBe(text)
  })
})
