import { describe, expect, it } from 'vitest'
import { blockedKernels, referenceKernels } from '../../../src/tensor/tiers/kernels.ts'
import { checkApart, matmul, matmulInto } from '../../../src/tensor/matmul/matmul.ts'
import { fromRows, type Tensor, tensor } from '../../../src/tensor/tensor.ts'
import { firstDifference, ordinary, type Random, transposed, xorshift } from '../bits.ts'

/** Whole numbers −8 … 8: sums of up to 2¹⁸ products are exact in float32. */
function integers(random: Random, rows: number, columns: number): Tensor {
  return tensor([rows, columns], Float32Array.from({ length: rows * columns }, () => Math.round(random() * 8)))
}

function random2(random: Random, rows: number, columns: number): Tensor {
  return tensor([rows, columns], ordinary(random, rows * columns))
}

function flip({ shape, data }: Tensor): Tensor {
  return tensor([shape[1], shape[0]], transposed(data, shape[0], shape[1]))
}

function identity(n: number): Tensor {
  return tensor([n, n], Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)))
}

function plus(a: Tensor, factor: number, b: Tensor): Tensor {
  return tensor(a.shape, a.data.map((x, i) => x + factor * b.data[i]))
}

const SIZES = [1, 2, 3, 5, 16, 17, 18, 31, 64]

describe('the laws of the product', () => {
  it('A·I = A and I·A = A to the bit', () => {
    for (const [seed, m] of SIZES.entries()) {
      for (const k of SIZES) {
        const a = random2(xorshift(seed), m, k)
        expect(firstDifference(matmul(a, identity(k)).data, a.data), `[${m}, ${k}] seed ${seed}`).toBe('')
        expect(firstDifference(matmul(identity(m), a).data, a.data), `[${m}, ${k}] seed ${seed}`).toBe('')
      }
    }
  })

  it('(A·B)ᵀ = Bᵀ·Aᵀ to the bit, by flags and by copies', () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = xorshift(seed)
      const [m, n, k] = [0, 1, 2].map(() => 1 + Math.floor(20 * (random() + 1)))
      const a = random2(random, m, k), b = random2(random, k, n)
      const want = flip(matmul(a, b)).data
      const name = `[${m}, ${n}, ${k}] seed ${seed}`
      expect(firstDifference(matmul(flip(b), flip(a)).data, want), name).toBe('')
      expect(firstDifference(matmul(b, a, { transposeA: true, transposeB: true }).data, want), name).toBe('')
    }
  })

  it('is linear and associative where integers make every step exact', () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = xorshift(seed)
      const [m, n, k, q] = [0, 1, 2, 3].map(() => 1 + Math.floor(15 * (random() + 1)))
      const a = integers(random, m, k), b = integers(random, k, n), c = integers(random, k, n),
        d = integers(random, n, q)
      const sum = plus(matmul(a, b), 3, matmul(a, c))
      // −0 and +0 are one number here: the sum of products never gives −0, the sum of the results may.
      const zero = (x: Tensor): Float32Array => x.data.map((v) => v + 0)
      expect(firstDifference(zero(matmul(a, plus(b, 3, c))), zero(sum)), `seed ${seed}`).toBe('')
      expect(firstDifference(matmul(matmul(a, b), d).data, matmul(a, matmul(b, d)).data), `seed ${seed}`).toBe('')
      const out = matmul(a, b)
      matmulInto(out, a, c, { accumulate: true })
      expect(firstDifference(zero(out), zero(plus(matmul(a, b), 1, matmul(a, c)))), `seed ${seed}`).toBe('')
    }
  })

  it('is known for a small case', () => {
    const a = fromRows([[1, 2, 3], [4, 5, 6]])
    const b = fromRows([[7, 8], [9, 10], [11, 12]])
    expect(matmul(a, b)).toEqual(fromRows([[58, 64], [139, 154]]))
    expect(matmul(a, a, { transposeB: true })).toEqual(fromRows([[14, 32], [32, 77]]))
    expect(matmul(a, a, { transposeA: true })).toEqual(fromRows([[17, 22, 27], [22, 29, 36], [27, 36, 45]]))
    expect(matmul(tensor([2, 0]), tensor([0, 3]))).toEqual(tensor([2, 3]))
    expect(matmul(tensor([0, 2]), tensor([2, 3]))).toEqual(tensor([0, 3]))
  })
})

describe('matmulInto', () => {
  it('returns out, overwrites unless told to accumulate, and reads operands only', () => {
    const a = fromRows([[1, 2]]), b = fromRows([[3], [4]])
    const out = fromRows([[100]])
    expect(matmulInto(out, a, b)).toBe(out)
    expect(out.data[0]).toBe(11)
    matmulInto(out, a, b, { accumulate: true })
    expect(out.data[0]).toBe(22)
    expect([a, b]).toEqual([fromRows([[1, 2]]), fromRows([[3], [4]])])
  })

  it('works with the tier it is given, by default the blocked one', () => {
    const calls: string[] = []
    const spy = (kernels: typeof referenceKernels): typeof referenceKernels => ({
      ...kernels,
      gemm(...args) {
        calls.push(kernels.tier)
        kernels.gemm(...args)
      },
    })
    const a = fromRows([[2]])
    expect(matmul(a, a, { kernels: spy(referenceKernels) }).data[0]).toBe(4)
    expect(matmul(a, a, { kernels: spy(blockedKernels) }).data[0]).toBe(4)
    expect(calls).toEqual(['reference', 'blocked'])
  })

  it('takes one array as both operands', () => {
    const a = fromRows([[1, 2], [3, 4]])
    expect(matmul(a, a)).toEqual(fromRows([[7, 10], [15, 22]]))
  })
})

describe('the errors of the product', () => {
  /** Throws this very error, and leaves out as it was. */
  function refuses(want: Error, out: Tensor, run: (out: Tensor) => unknown): void {
    const before = [...out.data]
    expect(() => run(out)).toThrow(want)
    expect(() => run(out)).toThrow(want.constructor as never)
    expect([...out.data]).toEqual(before)
  }

  it('name both shapes when inner sizes differ, and ask the question that is likely', () => {
    expect(() => matmul(tensor([32, 784]), tensor([785, 10]))).toThrow(
      new RangeError('matmul: inner sizes must match, got a [32, 784] and b [785, 10] (784 vs 785).'),
    )
    expect(() => matmul(tensor([32, 784]), tensor([10, 784]))).toThrow(
      new RangeError(
        'matmul: inner sizes must match, got a [32, 784] and b [10, 784] (784 vs 10). '
          + 'Was b meant to be transposed?',
      ),
    )
    expect(() => matmul(tensor([2, 5]), tensor([3, 4]), { transposeA: true, transposeB: true })).toThrow(
      new RangeError('matmul: inner sizes must match, got a [2, 5] transposed and b [3, 4] transposed (2 vs 4).'),
    )
    const out = tensor([2, 2], Float32Array.of(1, 2, 3, 4))
    refuses(new RangeError('matmulInto: inner sizes must match, got a [2, 3] and b [4, 2] (3 vs 4).'), out,
      (c) => matmulInto(c, tensor([2, 3]), tensor([4, 2])))
  })

  // Known defect: the hint asks 'Was b meant to be transposed?' of a b that is. Turn into `it` with the repair.
  it('ask the opposite question when b is transposed already', () => {
    expect(() => matmul(tensor([2, 3]), tensor([3, 4]), { transposeB: true })).toThrow(
      new RangeError(
        'matmul: inner sizes must match, got a [2, 3] and b [3, 4] transposed (3 vs 4). ' + 'Was b not meant to be?',
      ),
    )
  })

  // Known defect: out is not asked for its kind. Turn into `it` with the repair.
  it('refuse an out of another kind', () => {
    expect(() => matmulInto({ shape: [1, 1], data: new Float64Array(1) } as never, identity(1), identity(1))).toThrow(
      TypeError,
    )
  })

  it('name the rank', () => {
    for (const shape of [[], [4], [1, 2, 2]]) {
      expect(() => matmul(tensor(shape), tensor([2, 2]))).toThrow(
        new RangeError(`matmul: a must have rank 2, got shape [${shape.join(', ')}]`),
      )
      expect(() => matmul(tensor([2, 2]), tensor(shape))).toThrow(
        new RangeError(`matmul: b must have rank 2, got shape [${shape.join(', ')}]`),
      )
    }
  })

  it('name the shape that out must have', () => {
    for (const shape of [[2, 3], [4], [2, 2, 1]]) {
      refuses(new RangeError(`matmulInto: out must have shape [2, 2], got [${shape.join(', ')}]`), tensor(shape), (c) =>
        matmulInto(c, identity(2), identity(2)))
    }
    refuses(new RangeError('matmulInto: out must have 4 elements, got 3'), { shape: [2, 2], data: new Float32Array(3) },
      (c) => matmulInto(c, identity(2), identity(2)))
  })

  it('forbid out to share memory with an operand, wholly or in part', () => {
    const room = Float32Array.from({ length: 8 }, (_, i) => i + 1)
    const b = identity(2)
    for (const at of [0, 1, 3, 4]) {
      const a = tensor([2, 2], room.subarray(at, at + 4))
      const out = tensor([2, 2], room.subarray(2, 6))
      const sharing = (name: string): Error =>
        new RangeError(`matmulInto: out must not share memory with ${name}, got overlapping arrays`)
      refuses(sharing('a'), out, (c) => matmulInto(c, a, b))
      refuses(sharing('b'), out, (c) => matmulInto(c, b, a))
    }
    const out = tensor([2, 2], room.subarray(0, 4))
    expect(matmulInto(out, tensor([2, 2], room.subarray(4, 8)), b).data).toEqual(Float32Array.of(5, 6, 7, 8))
    expect(checkApart('f', room.subarray(0, 4), 'x', room.subarray(4))).toBeUndefined()
    expect(checkApart('f', room, 'x', room.slice())).toBeUndefined()
    expect(checkApart('f', room.subarray(4), 'x', room.subarray(0, 4))).toBeUndefined()
  })

  it('see a detached buffer as one without elements', () => {
    const gone = tensor([2, 2])
    structuredClone(gone.data.buffer, { transfer: [gone.data.buffer as ArrayBuffer] })
    expect(gone.data.length).toBe(0)
    refuses(new RangeError('matmulInto: a must have 4 elements, got 0'), tensor([2, 2]),
      (c) => matmulInto(c, gone, identity(2)))
    refuses(new RangeError('matmulInto: b must have 4 elements, got 0'), tensor([2, 2]),
      (c) => matmulInto(c, identity(2), gone))
    expect(() => matmulInto(gone, identity(2), identity(2))).toThrow(
      new RangeError('matmulInto: out must have 4 elements, got 0'),
    )
  })

  it('refuse operands of another kind', () => {
    for (const wrong of [{ shape: [1, 1], data: [1] }, { shape: [1, 1], data: new Float64Array(1) }, {
      rows: 1,
      columns: 1,
    }]) {
      expect(() => matmul(wrong as never, identity(1))).toThrow(TypeError)
      expect(() => matmul(wrong as never, identity(1))).toThrow(/^matmul: a must be a tensor, got an object \{/)
      expect(() => matmul(identity(1), wrong as never)).toThrow(/^matmul: b must be a tensor, got an object \{/)
    }
  })
})
