import { describe, expect, it } from 'vitest'
import { batches, gatherRows, splitRows } from '../../src/data/index.ts'
import { blockedKernels, type Kernels, permutation, randomStream, type Tensor, tensor } from '../../src/tensor/index.ts'

/** Row n holds n, n + ¼, …: rows can be told from each other and from their neighbors. */
function numbered(shape: readonly number[]): Tensor {
  const width = shape.slice(1).reduce((a, b) => a * b, 1)
  return tensor(shape, Float32Array.from({ length: shape[0] * width }, (_, i) => Math.floor(i / width) + i % width / 4))
}

const inputs = numbered([11, 2, 2])
const targets = numbered([11, 1])

function rowsOf(epoch: number, { perEpoch, batch }: ReturnType<typeof batches>): number[] {
  return Array.from({ length: perEpoch }, (_, i) => [...batch(epoch, i).target.data]).flat()
}

describe('batches', () => {
  it('shows every row once per epoch, in the order of the permutation of that epoch', () => {
    const all = batches({ inputs, targets, size: 4, seed: 3 })
    expect(all.perEpoch).toBe(3)
    for (const epoch of [0, 1, 7]) {
      expect(rowsOf(epoch, all)).toEqual([...permutation(randomStream(3, `batches/epoch${epoch}`), 11)])
    }
    expect(rowsOf(0, all)).not.toEqual(rowsOf(1, all))
    expect(rowsOf(0, batches({ inputs, targets, size: 4, seed: 4 }))).not.toEqual(rowsOf(0, all))
  })

  it('keeps inputs beside their targets and the shape of a row', () => {
    const { batch } = batches({ inputs, targets, size: 4, seed: 1 })
    for (const [index, rows] of [[0, 4], [1, 4], [2, 3]]) {
      const { input, target } = batch(5, index)
      expect([input.shape, target.shape]).toEqual([[rows, 2, 2], [rows, 1]])
      for (let i = 0; i < rows; i++) {
        const n = target.data[i]
        expect([...input.data.subarray(4 * i, 4 * i + 4)]).toEqual([n, n + 0.25, n + 0.5, n + 0.75])
      }
    }
  })

  it('gives the same batch at a position however it is reached', () => {
    const straight = batches({ inputs, targets, size: 3, seed: 8 })
    const expected = new Map<string, number[]>()
    for (let epoch = 0; epoch < 5; epoch++) {
      for (let i = 0; i < straight.perEpoch; i++) {
        expected.set(`${epoch} ${i}`, [...straight.batch(epoch, i).input.data])
      }
    }
    const resumed = batches({ inputs, targets, size: 3, seed: 8 })
    for (const [epoch, index] of [[4, 3], [2, 1], [2, 0], [0, 3], [4, 0], [0, 0], [3, 2]]) {
      expect([...resumed.batch(epoch, index).input.data], `${epoch} ${index}`).toEqual(
        expected.get(`${epoch} ${index}`),
      )
    }
  })

  it('draws from chosen rows only, and leaves them in order when not shuffling', () => {
    const rows = [9, 2, 4, 4, 0]
    const drawn = batches({ inputs, targets, size: 2, seed: 1, rows })
    expect(rowsOf(3, drawn).sort()).toEqual([...rows].sort())
    const ordered = batches({ inputs, targets, size: 2, seed: 1, rows, shuffle: false })
    for (const epoch of [0, 1]) expect(rowsOf(epoch, ordered)).toEqual(rows)
    expect(rowsOf(0, batches({ inputs, targets, size: 5, seed: 1, shuffle: false }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7,
      8, 9, 10])
  })

  it('keeps the last, shorter batch unless told to drop it', () => {
    for (const [size, kept, dropped] of [[1, 11, 11], [2, 6, 5], [5, 3, 2], [10, 2, 1], [11, 1, 1]]) {
      expect(batches({ inputs, targets, size, seed: 1 }).perEpoch).toBe(kept)
      const drop = batches({ inputs, targets, size, seed: 1, dropLast: true })
      expect(drop.perEpoch).toBe(dropped)
      expect(drop.batch(0, dropped - 1).input.shape[0]).toBe(size)
    }
    expect(batches({ inputs, targets, size: 100, seed: 1 }).batch(0, 0).input.shape).toEqual([11, 2, 2])
  })

  it('plans two sizes of buffers in the memory of the kernels and nothing more', () => {
    const asked: number[] = []
    const kernels: Kernels = {
      ...blockedKernels,
      allocate: (length) => (asked.push(length), blockedKernels.allocate(length)),
    }
    const { perEpoch, batch } = batches({ inputs, targets, size: 4, seed: 1, kernels })
    const seen = new Set<unknown>()
    for (let epoch = 0; epoch < 20; epoch++) {
      for (let i = 0; i < perEpoch; i++) seen.add(batch(epoch, i)).add(batch(epoch, i).input.data)
    }
    expect(asked).toEqual([16, 4, 12, 3])
    expect(seen.size).toBe(4)
  })

  it('refuses what cannot be batched', () => {
    const base = { inputs, targets, size: 4, seed: 1 }
    const cases: [() => unknown, string][] = [[() => batches({ ...base, size: 0 }),
      'batches: size must be a whole number of at least 1, got 0'], [() => batches({ ...base, seed: -1 }),
      'batches: seed must be a whole number of at least 0, got -1'], [
      () => batches({ ...base, targets: numbered([10, 1]) }),
      'batches: targets must have 11 rows like inputs, got 10',
    ], [() => batches({ ...base, inputs: tensor([]) }), 'batches: inputs must have rows, got shape []'], [
      () => batches({ ...base, rows: [] }),
      'batches: rows must fill at least one batch of 4, got 0',
    ], [() => batches({ ...base, rows: [0, 11] }), 'batches: rows[1] must be below the 11 rows, got 11'], [
      () => batches({ ...base, rows: [0.5] }),
      'batches: rows[0] must be a whole number of at least 0, got 0.5',
    ], [() => batches({ ...base, size: 12, dropLast: true }),
      'batches: rows must fill at least one batch of 12, got 11'], [() => batches(base).batch(0, 3),
      'batch: index must be below the 3 batches of an epoch, got 3'], [() => batches(base).batch(-1, 0),
      'batch: epoch must be a whole number of at least 0, got -1'], [() => batches(base).batch(0, 0.5),
      'batch: index must be a whole number of at least 0, got 0.5']]
    for (const [call, message] of cases) expect(call).toThrow(new RangeError(message))
  })
})

describe('splitRows', () => {
  it('gives every row to one part, ascending, by the seed alone', () => {
    for (const [count, validation] of [[10, 3], [10, 0], [10, 10], [0, 0], [1000, 100]]) {
      const split = splitRows(count, validation, 5)
      expect([split.training.length, split.validation.length]).toEqual([count - validation, validation])
      expect([...split.training, ...split.validation].sort((a, b) => a - b)).toEqual(
        Array.from({ length: count }, (_, i) => i),
      )
      for (const part of [split.training, split.validation]) expect([...part]).toEqual([...part].sort((a, b) => a - b))
      expect(splitRows(count, validation, 5)).toEqual(split)
    }
    expect(splitRows(1000, 100, 6).validation).not.toEqual(splitRows(1000, 100, 5).validation)
    expect([...splitRows(1000, 100, 5).validation]).toEqual(
      [...permutation(randomStream(5, 'batches/split'), 1000).subarray(0, 100)].sort((a, b) => a - b),
    )
  })

  it('refuses more rows than there are', () => {
    expect(() => splitRows(10, 11, 1)).toThrow(
      new RangeError('splitRows: validation must be at most the 10 rows, got 11'),
    )
    expect(() => splitRows(-1, 0, 1)).toThrow(RangeError)
  })
})

describe('gatherRows', () => {
  it('copies rows of any shape', () => {
    expect(gatherRows(targets, [3, 0, 3])).toEqual({ shape: [3, 1], data: Float32Array.of(3, 0, 3) })
    expect([...gatherRows(inputs, Uint32Array.of(2)).data]).toEqual([2, 2.25, 2.5, 2.75])
    expect(gatherRows(inputs, []).shape).toEqual([0, 2, 2])
    expect(() => gatherRows(inputs, [0, 11])).toThrow(
      new RangeError('gatherRows: rows[1] must be below the 11 rows, got 11'),
    )
  })
})
