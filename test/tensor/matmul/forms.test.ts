import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { blockedKernels, fromRows, matmul, referenceKernels, type Tensor, tensor, timesInto, timesTransposedInto,
  transposedTimesInto } from '../../../src/tensor/index.ts'
import { ordinary, xorshift } from '../bits.ts'

const random = (seed: number, shape: readonly number[]): Tensor =>
  tensor(shape, ordinary(xorshift(seed), shape.reduce((a, b) => a * b, 1)))

describe('the three products', () => {
  it('are A·B, A·Bᵀ and Aᵀ·B, by hand', () => {
    const a = fromRows([[1, 2], [3, 4]]), b = fromRows([[5, 6], [7, 8]])
    const c = tensor([2, 2])
    timesInto(blockedKernels, c, a, b)
    expect([...c.data]).toEqual([19, 22, 43, 50])
    timesTransposedInto(blockedKernels, c, a, b)
    expect([...c.data]).toEqual([17, 23, 39, 53])
    transposedTimesInto(blockedKernels, c, a, b)
    expect([...c.data]).toEqual([26, 30, 38, 44])
    transposedTimesInto(blockedKernels, c, a, b, true)
    expect([...c.data]).toEqual([52, 60, 76, 88])
  })

  it('have the bits of matmul for m, n, k that all differ, and see rows in tensors of more axes', () => {
    for (const kernels of [referenceKernels, blockedKernels]) {
      const [a, b] = [random(1, [3, 20]), random(2, [20, 7])]
      const [at, bt] = [random(3, [20, 3]), random(4, [7, 20])]
      const c = tensor([3, 7])
      timesInto(kernels, c, a, b)
      expect(c).toEqual(matmul(a, b))
      timesTransposedInto(kernels, c, a, bt)
      expect(c).toEqual(matmul(a, bt, { transposeB: true }))
      transposedTimesInto(kernels, c, at, b)
      expect(c).toEqual(matmul(at, b, { transposeA: true }))
      const maps: Tensor = { shape: [7, 5, 2, 2], data: bt.data }
      const out: Tensor = { shape: [3, 7, 1], data: new Float32Array(21) }
      timesTransposedInto(kernels, out, a, maps)
      expect(out.data).toEqual(matmul(a, bt, { transposeB: true }).data)
    }
  })

  it('take empty operands: a sum of nothing is zero', () => {
    const c = tensor([2, 2], Float32Array.of(7, 7, 7, 7))
    transposedTimesInto(blockedKernels, c, tensor([0, 2]), tensor([0, 2]))
    expect([...c.data]).toEqual([0, 0, 0, 0])
    timesInto(blockedKernels, tensor([0, 2]), tensor([0, 3]), tensor([3, 2]))
  })

  it('refuse shapes that do not fit, each with its form, and change nothing', () => {
    const c = tensor([2, 4], new Float32Array(8).fill(7))
    const cases = [[timesInto, 'A·B', [2, 3], [3, 4]], [timesTransposedInto, 'A·Bᵀ', [2, 3], [4, 3]], [
      transposedTimesInto,
      'Aᵀ·B',
      [3, 2],
      [3, 4],
    ]] as const
    for (const [form, equation, a, b] of cases) {
      const fits = { a: [...a], b: [...b], c: [2, 4] }
      for (const name of ['a', 'b', 'c'] as const) {
        for (const axis of [0, 1]) {
          const shapes = { ...fits, [name]: fits[name].map((size, at) => (at === axis ? size + 1 : size)) }
          const out = name === 'c' ? tensor(shapes.c) : c
          expect(() => form(blockedKernels, out, tensor(shapes.a), tensor(shapes.b)), `${equation} ${name}`).toThrow(
            new RangeError(
              `${form.name}: C = ${equation} must fit, got A [${shapes.a.join(', ')}], `
                + `B [${shapes.b.join(', ')}] and C [${shapes.c.join(', ')}]`,
            ),
          )
        }
      }
      form(blockedKernels, tensor([2, 4]), tensor(a), tensor(b))
    }
    expect([...c.data]).toEqual(new Array(8).fill(7))
  })

  it('allocate nothing', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const kernels = { ...blockedKernels, gemm: () => undefined }
    const a = tensor([2, 3]), b = tensor([3, 2]), c = tensor([2, 2])
    const run = (products: number): void => {
      for (let i = 0; i < products; i++) {
        timesInto(kernels, c, a, b)
        timesTransposedInto(kernels, c, a, a)
        transposedTimesInto(kernels, c, b, b)
      }
    }
    run(100_000)
    collect()
    const before = process.memoryUsage().heapUsed
    run(50_000)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300_000)
  })
})
