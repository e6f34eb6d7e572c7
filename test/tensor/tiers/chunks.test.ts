import { expect, it } from 'vitest'
import { cutInto } from '../../../src/tensor/tiers/chunks.ts'

/** Sizes in the order in which they are taken. */
function sizes(long: number, threads: number, limits: Parameters<typeof cutInto>[3], room = 100): readonly number[] {
  const starts = new Int32Array(room)
  const count = cutInto(starts, long, threads, limits)
  return Array.from({ length: count }, (_, i) => starts[count - i] - starts[count - 1 - i])
}

it('equal chunks in each round, smaller from round to round, whole tiles but for the last', () => {
  expect(sizes(512, 2, { tile: 8, least: 48, most: 1000 })).toEqual([160, 160, 96, 96])
  expect(sizes(1001, 3, { tile: 8, least: 48, most: 1000 })).toEqual([208, 208, 208, 128, 128, 121])
  expect(sizes(256, 2, { tile: 5, least: 48, most: 1000 })).toEqual([130, 126])
})

it('no chunk beyond the bound, which counts in whole tiles', () => {
  const cut = sizes(1000, 2, { tile: 8, least: 48, most: 100 })
  expect(Math.max(...cut)).toBe(96)
  expect(cut.reduce((sum, size) => sum + size)).toBe(1000)
})

it('covers every length once, from 0 to its end', () => {
  for (let long = 1; long < 700; long += 13) {
    const starts = new Int32Array(200)
    const count = cutInto(starts, long, 2, { tile: 4, least: 20, most: 90 })
    expect([starts[0], starts[count]]).toEqual([0, long])
    for (let i = 0; i < count; i++) expect(starts[i + 1]).toBeGreaterThan(starts[i])
  }
})

it('is 0 where there is no room for all', () => {
  expect(cutInto(new Int32Array(5), 1000, 2, { tile: 4, least: 20, most: 40 })).toBe(0)
})
