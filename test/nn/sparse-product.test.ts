import { describe, expect, it } from 'vitest'
import { sparseProduct } from '../../src/nn/index.ts'
import { matmul, type SparseMatrix, tensor } from '../../src/tensor/index.ts'
import { firstDifference, xorshift } from '../tensor/bits.ts'
import { expectBoundedMemory, expectNamedMisuse, notingKernels, randomTensor } from './layer-laws.ts'

/** A dense matrix with about two thirds of zeros, and the same by rows. */
function draw(seed: number, rows: number, columns: number): { dense: Float32Array; matrix: SparseMatrix } {
  const random = xorshift(seed)
  const dense = Float32Array.from({ length: rows * columns }, () => (random() < 0.33 ? 0 : random()))
  const places = [...dense.keys()].filter((at) => dense[at] !== 0)
  return {
    dense,
    matrix: {
      rows,
      columns,
      rowStarts: Int32Array.from({ length: rows + 1 }, (_, i) => places.filter((at) => at < i * columns).length),
      columnIndices: Int32Array.from(places, (at) => at % columns),
      values: Float32Array.from(places, (at) => dense[at]),
    },
  }
}

describe('sparse product', () => {
  it('has the bits of the dense product, both ways', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const rows = seed % 5 + 1, columns = seed % 7 + 1, features = seed % 4 + 1
      const { dense, matrix } = draw(seed, rows, columns)
      const layer = sparseProduct({ name: 's', matrix })
      const x = randomTensor(seed, [columns, features]), dy = randomTensor(seed + 100, [rows, features])
      const y = layer.forward(x), dx = layer.backward(dy, true)
      expect(y.shape).toEqual(layer.outputShape(x.shape))
      expect(firstDifference(y.data, matmul(tensor([rows, columns], dense), x).data), `seed ${seed}`).toBe('')
      const want = matmul(tensor([rows, columns], dense), dy, { transposeA: true })
      expect(dx?.shape).toEqual(want.shape)
      expect(firstDifference(dx?.data ?? new Float32Array(0), want.data), `seed ${seed}`).toBe('')
    }
  })

  it('plans its buffers per number of features, and takes a matrix without entries or rows', () => {
    const { kernels, allocations } = notingKernels()
    const layer = sparseProduct({ name: 's', matrix: draw(1, 3, 4).matrix, kernels })
    for (const features of [5, 2, 5, 2]) {
      layer.forward(tensor([4, features]))
      expect(layer.backward(tensor([3, features]), true)?.shape).toEqual([4, features])
    }
    expect(allocations).toEqual([15, 20])
    expectBoundedMemory((own) => sparseProduct({ name: 's', matrix: draw(1, 3, 4).matrix, kernels: own }),
      Array.from({ length: 40 }, (_, i) => [4, i + 1]))
    const [columnIndices, values] = [new Int32Array(0), new Float32Array(0)]
    const empty = { rows: 2, columns: 3, rowStarts: new Int32Array(3), columnIndices, values }
    expect(sparseProduct({ name: 's', matrix: empty }).forward(randomTensor(1, [3, 2]))).toEqual(tensor([2, 2]))
    const rowless = { ...empty, rows: 0, rowStarts: new Int32Array(1) }
    expect(sparseProduct({ name: 's', matrix: rowless }).forward(randomTensor(1, [3, 2])).shape).toEqual([0, 2])
  })

  it('names misuse, shapes and parts that do not fit together', () => {
    const { matrix } = draw(1, 3, 4)
    expectNamedMisuse(sparseProduct({ name: 's', matrix }), tensor([4, 2]))
    expect(() => sparseProduct({ name: 's', matrix }).forward(tensor([3, 2]))).toThrow(
      new RangeError('sparseProduct s: input must have shape [4, F], got [3, 2]'),
    )
    const small: SparseMatrix = {
      rows: 2,
      columns: 3,
      rowStarts: Int32Array.of(0, 1, 2),
      columnIndices: Int32Array.of(0, 2),
      values: Float32Array.of(1, 2),
    }
    const wrong = (change: Partial<SparseMatrix>): () => unknown => () =>
      sparseProduct({ name: 's', matrix: { ...small, ...change } })
    expect(wrong({})).not.toThrow()
    expect(wrong({ rows: -1 })).toThrow(
      new RangeError('sparseProduct s: matrix.rows must be a whole number of at least 0, got -1'),
    )
    expect(wrong({ columns: 2 })).toThrow(
      new RangeError('sparseProduct s: matrix.columnIndices[1] must be at least 0 and below 2, got 2'),
    )
    expect(wrong({ columnIndices: Int32Array.of(-1, 2) })).toThrow(RangeError)
    expect(wrong({ columnIndices: Int32Array.of(1) })).toThrow(
      new RangeError('sparseProduct s: matrix.columnIndices must have 2 elements, got 1'),
    )
    expect(wrong({ rowStarts: Int32Array.of(0, 2) })).toThrow(
      new RangeError('sparseProduct s: matrix.rowStarts must have 3 elements, got 2'),
    )
    expect(wrong({ rowStarts: Int32Array.of(0, 1, 1) })).toThrow(
      new RangeError('sparseProduct s: matrix.rowStarts must run from 0 to 2, got 0 to 1'),
    )
    expect(wrong({ rowStarts: Int32Array.of(0, 3, 2) })).toThrow(
      new RangeError('sparseProduct s: matrix.rowStarts must ascend, got 3 before 2 at row 1'),
    )
  })
})
