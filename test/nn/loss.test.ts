import { describe, expect, it } from 'vitest'
import { countCorrect, crossEntropy, type Reduction, squaredError } from '../../src/nn/index.ts'
import { fromRows, tensor } from '../../src/tensor/index.ts'
import { firstDifference, xorshift } from '../tensor/bits.ts'

const REDUCTIONS: readonly Reduction[] = ['sum', 'mean']

describe('squaredError', () => {
  it('is half the squared distance, summed or divided by the batch', () => {
    const y = fromRows([[1, 2], [3, 4]]), t = fromRows([[0, 4], [3, 1]])
    const e = tensor([2, 2])
    expect(squaredError('sum').evaluateInto(e, y, t)).toBe(7)
    expect(e).toEqual(fromRows([[1, -2], [0, 3]]))
    expect(squaredError('mean').evaluateInto(e, y, t)).toBe(3.5)
    expect(e).toEqual(fromRows([[0.5, -1], [0, 1.5]]))
    expect(squaredError().reduction).toBe('mean')
    expect(squaredError('sum').name).toBe('squared-error')
  })

  it('subtracts in float64 and rounds the error once', () => {
    const e = tensor([3, 1])
    squaredError('mean').evaluateInto(e, fromRows([[1], [1e38], [-3e38]]), fromRows([[2 ** -40], [-3e38], [3e38]]))
    const f = Math.fround
    expect(
      firstDifference(e.data,
        Float32Array.of((1 - 2 ** -40) * (1 / 3), (f(1e38) + f(3e38)) * (1 / 3), -2 * f(3e38) * (1 / 3))),
    ).toBe('')
    expect(e.data.every(Number.isFinite)).toBe(true)
  })
})

describe('crossEntropy', () => {
  it('is −log p of the class, and p − t', () => {
    const e = tensor([1, 2])
    expect(crossEntropy('sum').evaluateInto(e, fromRows([[0, 0]]), fromRows([[1, 0]]))).toBeCloseTo(Math.LN2, 15)
    expect(e).toEqual(fromRows([[-0.5, 0.5]]))
    expect([crossEntropy().reduction, crossEntropy().name]).toEqual(['mean', 'cross-entropy'])
  })

  it('neither overflows nor loses the difference for logits of ±10⁴', () => {
    const e = tensor([3, 3])
    const y = fromRows([[1e4, -1e4, 0], [-1e4, -1e4, -1e4], [1e4, 1e4, 9999]])
    const t = fromRows([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    const third = Math.log(2 + Math.exp(-1)) + 1
    expect(crossEntropy('sum').evaluateInto(e, y, t)).toBeCloseTo(2e4 + Math.log(3) + third, 10)
    const p = 1 / (2 + Math.exp(-1))
    const want = [1, -1, 0, -2 / 3, 1 / 3, 1 / 3, p, p, p * Math.exp(-1) - 1]
    e.data.forEach((v, i) => expect(Math.abs(v - want[i]), String(i)).toBeLessThan(1e-7))
    // The largest difference of two float32 numbers is far inside float64.
    expect(crossEntropy('sum').evaluateInto(tensor([1, 2]), fromRows([[3e38, -3e38]]), fromRows([[0, 1]]))).toBe(
      2 * Math.fround(3e38),
    )
  })

  it('does not change when a constant is added to all logits of a row', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = xorshift(seed)
      // Multiples of 2⁻¹⁰, so that adding 1024 is exact.
      const y = tensor([2, 5], Float32Array.from({ length: 10 }, () => Math.round(random() * 4096) / 1024))
      const t = fromRows([[0, 0, 1, 0, 0], [0.25, 0, 0, 0.75, 0]])
      const [e, shifted] = [tensor([2, 5]), tensor([2, 5])]
      const value = crossEntropy().evaluateInto(e, y, t)
      expect(crossEntropy().evaluateInto(shifted, tensor([2, 5], y.data.map((v) => v + 1024)), t), `seed ${seed}`).toBe(
        value,
      )
      expect(firstDifference(e.data, shifted.data), `seed ${seed}`).toBe('')
    }
  })

  it('gives a class without weight no part of the loss, even when its probability is 0', () => {
    const e = tensor([1, 2])
    expect(crossEntropy('sum').evaluateInto(e, fromRows([[0, -Infinity]]), fromRows([[1, 0]]))).toBe(0)
    expect([...e.data].map(Math.abs)).toEqual([0, 0])
  })
})

describe('the errors of losses', () => {
  it('name the shapes, and write nothing', () => {
    for (const [name, make] of [['squaredError', squaredError], ['crossEntropy', crossEntropy]] as const) {
      for (const reduction of REDUCTIONS) {
        const { evaluateInto } = make(reduction)
        const e = fromRows([[5, 5]])
        expect(() => evaluateInto(e, tensor([1, 2]), tensor([2, 2]))).toThrow(
          new RangeError(`${name}: target must have the shape of output [1, 2], got [2, 2]`),
        )
        expect(() => evaluateInto(e, tensor([1, 3]), tensor([1, 3]))).toThrow(
          new RangeError(`${name}: error must have the shape of output [1, 3], got [1, 2]`),
        )
        expect(() => evaluateInto(e, tensor([2]), tensor([2]))).toThrow(
          new RangeError(`${name}: output must have shape [B, K], got [2]`),
        )
        for (const [error, output, target, what] of [[e, tensor([1, 2]), { shape: [1, 2], data: new Float32Array(1) },
          'target'], [e, { shape: [1, 2], data: new Float32Array(3) }, tensor([1, 2]), 'output'], [{
          shape: [1, 2],
          data: new Float32Array(1),
        }, tensor([1, 2]), tensor([1, 2]), 'error']] as const) {
          expect(() => evaluateInto(error, output, target)).toThrow(
            `${name}: ${what} must have 2 elements for shape [1, 2], got ${what === 'output' ? 3 : 1}`,
          )
        }
        expect(e).toEqual(fromRows([[5, 5]]))
      }
      expect(() => make('average' as never)).toThrow(
        new RangeError(`${name}: reduction must be one of sum, mean, got "average"`),
      )
      expect(() => make(null as never)).toThrow(RangeError)
    }
  })
})

describe('countCorrect', () => {
  it('counts rows whose largest elements stand in the same place', () => {
    const t = fromRows([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    expect(countCorrect(fromRows([[3, 1, 2], [3, 1, 2], [-3, -2, -1]]), t)).toBe(2)
    expect(countCorrect(t, t)).toBe(3)
    expect(countCorrect(tensor([0, 3]), tensor([0, 3]))).toBe(0)
  })

  it('lets the first win a tie', () => {
    expect(countCorrect(fromRows([[1, 1]]), fromRows([[1, 0]]))).toBe(1)
    expect(countCorrect(fromRows([[1, 1]]), fromRows([[0, 1]]))).toBe(0)
    expect(countCorrect(fromRows([[0, 1, 1]]), fromRows([[0, 5, 5]]))).toBe(1)
    expect(countCorrect(fromRows([[-0, 0]]), fromRows([[1, 0]]))).toBe(1)
  })

  it('names both shapes', () => {
    expect(() => countCorrect(tensor([2, 3]), tensor([3, 2]))).toThrow(
      new RangeError('countCorrect: target must have the shape of output [2, 3], got [3, 2]'),
    )
  })
})
