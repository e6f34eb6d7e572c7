import { describe, expect, it } from 'vitest'
import { binaryCrossEntropy } from '../../src/nn/index.ts'
import { fromRows, tensor } from '../../src/tensor/index.ts'

describe('binaryCrossEntropy', () => {
  it('is −t log σ(y) − (1 − t) log(1 − σ(y)) of every output, summed, and σ(y) − t', () => {
    const y = fromRows([[0, 2, -1], [0.5, -3, 4]]), t = fromRows([[1, 0, 0.25], [0, 1, 1]])
    const e = tensor([2, 3])
    const p = [...y.data].map((x) => 1 / (1 + Math.exp(-x)))
    const want = p.reduce((sum, q, i) => sum - t.data[i] * Math.log(q) - (1 - t.data[i]) * Math.log(1 - q), 0)
    expect(binaryCrossEntropy('sum').evaluateInto(e, y, t)).toBeCloseTo(want, 12)
    e.data.forEach((v, i) => expect(v).toBeCloseTo(p[i] - t.data[i], 7))
    const summed = e.data.slice()
    expect(binaryCrossEntropy('mean').evaluateInto(e, y, t)).toBeCloseTo(want / 2, 12)
    expect(e.data).toEqual(summed.map((v) => v / 2))
    expect([binaryCrossEntropy().name, binaryCrossEntropy().reduction]).toEqual(['binary-cross-entropy', 'mean'])
  })

  it('has an error that is the derivative of the loss, by central differences', () => {
    const t = fromRows([[1, 0], [0, 0.5]]), base = [0.5, -0.25, 1, 2], h = 2 ** -10
    const loss = (y: readonly number[]): number =>
      binaryCrossEntropy('mean').evaluateInto(tensor([2, 2]), tensor([2, 2], Float32Array.from(y)), t)
    const e = tensor([2, 2])
    binaryCrossEntropy('mean').evaluateInto(e, tensor([2, 2], Float32Array.from(base)), t)
    base.forEach((_, k) => {
      const moved = (d: number): number[] => base.map((y, i) => (i === k ? y + d : y))
      expect((loss(moved(h)) - loss(moved(-h))) / (2 * h)).toBeCloseTo(e.data[k], 6)
    })
  })

  it('neither overflows nor loses small losses', () => {
    const e = tensor([1, 4])
    const y = fromRows([[1e4, -1e4, 40, -40]])
    expect(binaryCrossEntropy('sum').evaluateInto(e, y, fromRows([[0, 1, 1, 0]]))).toBe(2e4)
    expect([...e.data.subarray(0, 2)]).toEqual([1, -1])
    const small = binaryCrossEntropy('sum').evaluateInto(e, y, fromRows([[1, 0, 1, 0]]))
    expect(Math.abs(small / (2 * Math.exp(-40)) - 1)).toBeLessThan(1e-12)
  })

  it('serves one output per sample, and names what does not fit', () => {
    const e = tensor([2, 1])
    expect(binaryCrossEntropy().evaluateInto(e, fromRows([[0], [0]]), fromRows([[1], [0]]))).toBeCloseTo(Math.LN2, 15)
    expect(() => binaryCrossEntropy().evaluateInto(e, fromRows([[0], [0]]), tensor([1, 1]))).toThrow(
      'binaryCrossEntropy: target must have the shape of output [2, 1], got [1, 1]',
    )
    expect(() => binaryCrossEntropy().evaluateInto(e, tensor([2]), tensor([2]))).toThrow(
      'binaryCrossEntropy: output must have shape [B, K], got [2]',
    )
    expect(() => binaryCrossEntropy('median' as never)).toThrow(
      'binaryCrossEntropy: reduction must be one of sum, mean',
    )
  })

  it('takes soft targets, and refuses what is no probability before it writes', () => {
    const e = tensor([1, 1])
    expect(binaryCrossEntropy().evaluateInto(e, fromRows([[0]]), fromRows([[0.25]]))).toBeCloseTo(Math.LN2, 15)
    expect(e.data[0]).toBe(0.25)
    for (const bad of [-0.1, 1.5, NaN]) {
      expect(() => binaryCrossEntropy().evaluateInto(e, fromRows([[0]]), fromRows([[bad]]))).toThrow(
        /^binaryCrossEntropy: target\[0\] must be between 0 and 1, got /,
      )
    }
    expect(e.data[0]).toBe(0.25)
    expect(() => binaryCrossEntropy().evaluateInto(e, tensor([1, 1, 1]), tensor([1, 1, 1]))).toThrow(
      'binaryCrossEntropy: output must have shape [B, K], got [1, 1, 1]',
    )
  })
})
