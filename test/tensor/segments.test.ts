import { describe, expect, it } from 'vitest'
import { edgeSoftmaxBackwardInto, edgeSoftmaxInto, segmentSumInto } from '../../src/tensor/index.ts'
import { softmaxRowsInto } from '../../src/tensor/softmax.ts'
import { firstDifference, xorshift } from './bits.ts'

const STARTS = Int32Array.of(0, 3, 3, 4, 8)
const draw = (seed: number, length: number): Float32Array => {
  const random = xorshift(seed)
  return Float32Array.from({ length }, () => 3 * random())
}
const column = (x: Float32Array, width: number, h: number): Float32Array => x.filter((_, at) => at % width === h)

describe('segmentSumInto', () => {
  it('adds the rows of each segment in float64 and rounds once; an empty one gives 0', () => {
    expect([...segmentSumInto(new Float32Array(4), STARTS, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), 1)]).toEqual([6, 0,
      4, 26])
    expect([...segmentSumInto(new Float32Array(2), Int32Array.of(0, 2), Float32Array.of(1, 10, 2, 20), 2)]).toEqual([3,
      30])
    // 1 would be lost next to 2³⁰ in float32.
    expect([...segmentSumInto(new Float32Array(1), Int32Array.of(0, 3), Float32Array.of(2 ** 30, 1, -(2 ** 30)), 1)])
      .toEqual([1])
  })
})

describe('edgeSoftmaxInto', () => {
  it('is the softmax of each segment and head', () => {
    for (const width of [1, 3]) {
      const x = draw(width, 8 * width)
      const p = edgeSoftmaxInto(new Float32Array(8 * width), STARTS, x, width)
      for (let h = 0; h < width; h++) {
        for (const [from, end] of [[0, 3], [3, 4], [4, 8]]) {
          const own = column(x, width, h).slice(from, end)
          const want = softmaxRowsInto(new Float32Array(own.length), own, 1, own.length)
          expect(firstDifference(column(p, width, h).slice(from, end), want)).toBe('')
        }
      }
    }
    const huge = Float32Array.of(1e38, 1e38, -1e38, -Infinity, 0, 0, 0, 0)
    expect([...edgeSoftmaxInto(huge, STARTS, huge, 1)]).toEqual([0.5, 0.5, 0, NaN, 0.25, 0.25, 0.25, 0.25])
  })

  it('has the gradient of central differences', () => {
    const width = 2
    const x = draw(1, 8 * width), dp = draw(2, 8 * width)
    const softmax = (v: readonly number[]): number[] => {
      const out = v.map(() => 0)
      for (const [from, end] of [[0, 3], [3, 4], [4, 8]]) {
        for (let h = 0; h < width; h++) {
          let whole = 0
          for (let e = from; e < end; e++) whole += Math.exp(v[e * width + h])
          for (let e = from; e < end; e++) out[e * width + h] = Math.exp(v[e * width + h]) / whole
        }
      }
      return out
    }
    const objective = (v: readonly number[]): number => softmax(v).reduce((sum, p, at) => sum + p * dp[at], 0)
    const p = edgeSoftmaxInto(new Float32Array(8 * width), STARTS, x, width)
    const dx = edgeSoftmaxBackwardInto(new Float32Array(8 * width), STARTS, p, dp, width)
    dx.forEach((got, at) => {
      const moved = (by: number): number[] => [...x].map((v, i) => (i === at ? v + by : v))
      expect(got).toBeCloseTo((objective(moved(1e-5)) - objective(moved(-1e-5))) / 2e-5, 5)
    })
    expect(edgeSoftmaxBackwardInto(dp, STARTS, p, dp, width)).toEqual(dx)
  })

  it('names what does not fit', () => {
    const x = new Float32Array(8)
    expect(() => edgeSoftmaxInto(x, STARTS, x, 2)).toThrow(
      new RangeError('edgeSoftmaxInto: x must have 16 elements, got 8'),
    )
    expect(() => segmentSumInto(x, STARTS, x, 1)).toThrow(
      new RangeError('segmentSumInto: out must have 4 elements, got 8'),
    )
    expect(() => segmentSumInto(x, Int32Array.of(0, 3, 2), x, 1)).toThrow(
      new RangeError('segmentSumInto: starts must ascend, got 3 before 2 at 2'),
    )
    expect(() => segmentSumInto(x, Int32Array.of(1, 3), x, 1)).toThrow(
      new RangeError('segmentSumInto: starts must begin with 0, got 1'),
    )
    expect(() => edgeSoftmaxBackwardInto(x, STARTS, [] as unknown as Float32Array, x, 1)).toThrow(
      new TypeError('edgeSoftmaxBackwardInto: p must be a Float32Array, got []'),
    )
    expect(() => segmentSumInto(x, STARTS, x, 0)).toThrow(RangeError)
  })
})
