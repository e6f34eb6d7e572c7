import { describe, expect, it } from 'vitest'
import { textBatches } from '../../src/data/index.ts'

const TEXT = Int32Array.from({ length: 50 }, (_, i) => i)
const options = { indices: TEXT, vocabulary: 50, context: 4, size: 3, seed: 7 }

/** The index of the one in each row. */
function marked({ data }: { readonly data: Float32Array }, width: number): number[] {
  return Array.from({ length: data.length / width }, (_, row) => {
    const own = data.subarray(row * width, (row + 1) * width)
    expect([...own].sort()).toEqual([...new Array<number>(width - 1).fill(0), 1])
    return own.indexOf(1)
  })
}

describe('textBatches', () => {
  it('has for every character shown the one that follows as target', () => {
    const order = textBatches(options)
    expect(order.perEpoch).toBe(4)
    const starts = new Set<number>()
    for (let epoch = 0; epoch < 40; epoch++) {
      const { input, target } = order.batch(epoch, epoch % 4)
      expect([input.shape, target.shape]).toEqual([[3, 4], [12, 50]])
      expect(marked(target, 50)).toEqual([...input.data].map((index) => index + 1))
      for (let row = 0; row < 3; row++) {
        const own = input.data.subarray(4 * row, 4 * row + 4)
        expect([...own]).toEqual([0, 1, 2, 3].map((t) => own[0] + t))
        starts.add(own[0])
      }
    }
    // 120 draws of 46 places: both ends are among them, and nearly all.
    expect([Math.min(...starts), Math.max(...starts)]).toEqual([0, 45])
    expect(starts.size).toBeGreaterThan(38)
  })

  it('is a function of seed, epoch and index alone', () => {
    const windows = (seed: number, epoch: number, index: number): string =>
      textBatches({ ...options, seed }).batch(epoch, index).input.data.join()
    const order = textBatches(options)
    order.batch(3, 2)
    order.batch(0, 1)
    expect(order.batch(3, 2).input.data.join()).toBe(windows(7, 3, 2))
    expect(new Set([windows(7, 3, 2), windows(8, 3, 2), windows(7, 2, 2), windows(7, 3, 1)]).size).toBe(4)
  })

  it('goes through a text once, window by window, where it is scored', () => {
    const order = textBatches({ ...options, shuffle: false, size: 5 })
    expect(order.perEpoch).toBe(3)
    const seen: number[] = [], rows: number[] = []
    for (let index = 0; index < 3; index++) {
      const { input, target } = order.batch(0, index)
      rows.push(input.shape[0])
      seen.push(...marked(target, 50))
    }
    expect(rows).toEqual([5, 5, 2])
    expect(seen).toEqual(Array.from({ length: 48 }, (_, i) => i + 1))
    expect(textBatches({ ...options, shuffle: false, size: 12 }).perEpoch).toBe(1)
  })

  it('plans its buffers', () => {
    const order = textBatches(options)
    expect(order.batch(0, 0).input).toBe(order.batch(9, 3).input)
  })

  it('refuses texts that are not longer than the context, and positions that are not there', () => {
    expect(textBatches({ ...options, indices: TEXT.subarray(0, 5), size: 1 }).batch(0, 0).input.data.join()).toBe(
      '0,1,2,3',
    )
    expect(() => textBatches({ ...options, indices: TEXT.subarray(0, 4) })).toThrow(
      new RangeError('textBatches: indices must be more than the context 4, got 4'),
    )
    expect(() => textBatches({ ...options, vocabulary: 49 })).toThrow(
      new RangeError('textBatches: indices[49] must be below 49, got 49'),
    )
    expect(() => textBatches(options).batch(0, 4)).toThrow(
      new RangeError('batch: index must be below the 4 batches of an epoch, got 4'),
    )
    for (const wrong of [{ context: 0 }, { size: 0 }, { vocabulary: 0 }, { seed: -1 }]) {
      expect(() => textBatches({ ...options, ...wrong })).toThrow(RangeError)
    }
  })
})
