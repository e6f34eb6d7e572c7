import { describe, expect, it } from 'vitest'
import { binaryCrossEntropy } from '../../src/nn/index.ts'
import { fromRows, tensor } from '../../src/tensor/index.ts'

describe('binaryCrossEntropy', () => {
  it('is the log loss of the logistic function, summed or divided by the batch', () => {
    const y = fromRows([[0], [Math.log(3)]]), t = fromRows([[1], [0]])
    const e = tensor([2, 1])
    expect(binaryCrossEntropy('sum').evaluateInto(e, y, t)).toBeCloseTo(Math.log(2) + Math.log(4), 7)
    expect([...e.data]).toEqual([-0.5, 0.75])
    expect(binaryCrossEntropy().evaluateInto(e, y, t)).toBeCloseTo(Math.log(8) / 2, 7)
    expect([...e.data]).toEqual([-0.25, 0.375])
    expect([binaryCrossEntropy().name, binaryCrossEntropy().reduction]).toEqual(['binary-cross-entropy', 'mean'])
  })

  it('neither overflows nor loses the difference for logits of ±10⁴', () => {
    const e = tensor([4, 1])
    const y = fromRows([[1e4], [-1e4], [1e4], [-1e4]]), t = fromRows([[0], [1], [1], [0]])
    expect(binaryCrossEntropy('sum').evaluateInto(e, y, t)).toBe(2e4)
    expect([...e.data]).toEqual([1, -1, 0, 0])
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
