import { describe, expect, it } from 'vitest'
import { cosine, dot, firstNonFinite, sum, sumRowsInto } from '../../src/tensor/reduce.ts'
import { firstDifference, hostile, ordinary, xorshift } from './bits.ts'

/** The declared order, literally: element i to partial sum i mod 8, then the tree. */
function inOrder(terms: readonly number[]): number {
  const s = [0, 0, 0, 0, 0, 0, 0, 0]
  terms.forEach((term, i) => {
    s[i % 8] += term
  })
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

const LENGTHS = [...Array(33).keys(), 100, 1001, 4096]

describe('sum and dot', () => {
  it('add in the declared order, to the last bit of float64', () => {
    for (const length of LENGTHS) {
      for (let seed = 0; seed < 3; seed++) {
        const random = xorshift(100 * length + seed)
        const x = ordinary(random, length), y = ordinary(random, length)
        expect(sum(x), `length ${length} seed ${seed}`).toBe(inOrder([...x]))
        expect(dot(x, y), `length ${length} seed ${seed}`).toBe(inOrder([...x].map((v, i) => v * y[i])))
      }
    }
  })

  it('differ from a plain running sum: the order is observable', () => {
    const x = ordinary(xorshift(1), 1001)
    expect(sum(x)).not.toBe([...x].reduce((total, v) => total + v, 0))
  })

  it('give 0 for nothing, and pass NaN and infinities on', () => {
    expect([sum(new Float32Array(0)), dot(new Float32Array(0), new Float32Array(0))]).toEqual([0, 0])
    for (let at = 0; at < 16; at++) {
      const x = new Float32Array(16).fill(1)
      x[at] = Infinity
      expect(sum(x)).toBe(Infinity)
      expect(dot(x, x)).toBe(Infinity)
      x[at] = NaN
      expect(sum(x)).toBeNaN()
      expect(dot(x, x)).toBeNaN()
    }
  })

  it('hold products that overflow and underflow float32', () => {
    expect(dot(Float32Array.of(1e38), Float32Array.of(1e38))).toBe(Math.fround(1e38) ** 2)
    expect(dot(Float32Array.of(1e-38), Float32Array.of(1e-38))).toBe(Math.fround(1e-38) ** 2)
  })

  it('refuse other kinds and lengths', () => {
    expect(() => sum([1] as never)).toThrow(new TypeError('sum: x must be a Float32Array, got [1]'))
    expect(() => dot([1] as never, new Float32Array(1))).toThrow(
      new TypeError('dot: x must be a Float32Array, got [1]'),
    )
    expect(() => dot(new Float32Array(1), new Float64Array(1) as never)).toThrow(
      new TypeError('dot: y must be a Float32Array, got Float64Array(1)'),
    )
    expect(() => dot(new Float32Array(2), new Float32Array(3))).toThrow(
      new RangeError('dot: y must have 2 elements, got 3'),
    )
  })
})

describe('cosine', () => {
  it('is ⟨x, y⟩ / (‖x‖‖y‖)', () => {
    expect(cosine(Float32Array.of(3, 4), Float32Array.of(3, 4))).toBe(1)
    expect(cosine(Float32Array.of(3, 4), Float32Array.of(-6, -8))).toBe(-1)
    expect(cosine(Float32Array.of(1, 0), Float32Array.of(0, 5))).toBe(0)
    expect(cosine(Float32Array.of(1, 0), Float32Array.of(1, 1))).toBeCloseTo(Math.SQRT1_2, 15)
    for (let seed = 0; seed < 20; seed++) {
      const random = xorshift(seed)
      const x = ordinary(random, 50), y = ordinary(random, 50)
      const want = [...x].reduce((t, v, i) => t + v * y[i], 0) / Math.hypot(...x) / Math.hypot(...y)
      expect(cosine(x, y), `seed ${seed}`).toBeCloseTo(want, 13)
    }
  })

  it('does not underflow or overflow anywhere in the float32 range', () => {
    const tiny = Float32Array.of(2 ** -149, 2 ** -149), huge = Float32Array.of(3e38, 3e38)
    expect(cosine(tiny, huge)).toBeCloseTo(1, 15)
    expect(cosine(tiny, tiny)).toBeCloseTo(1, 15)
  })

  it('is NaN where a vector has no direction, neither 0 nor 1', () => {
    const zero = new Float32Array(2), x = Float32Array.of(1, 2)
    for (const [a, b] of [[zero, x], [x, zero], [zero, zero], [Float32Array.of(-0, 0), x]]) {
      expect(cosine(a, b)).toBeNaN()
    }
    expect(cosine(new Float32Array(0), new Float32Array(0))).toBeNaN()
    expect(cosine(Float32Array.of(NaN, 1), x)).toBeNaN()
  })

  it('refuses vectors of different lengths', () => {
    expect(() => cosine(new Float32Array(2).fill(1), new Float32Array(3).fill(1))).toThrow(RangeError)
  })
})

describe('sumRowsInto', () => {
  it('adds every column in float64, rows ascending, and rounds once', () => {
    for (const rows of [0, 1, 2, 3, 50]) {
      for (const columns of [0, 1, 2, 5, 6, 7, 11, 12, 13, 40]) {
        const random = xorshift(rows * 100 + columns)
        const x = hostile(random, rows * columns, 40 * rows + 1), old = hostile(random, columns, 40)
        const before = x.slice()
        for (const accumulate of [false, true]) {
          const out = old.slice()
          expect(sumRowsInto(out, x, rows, columns, accumulate)).toBe(out)
          const want = old.map((start, j) => {
            let total = accumulate ? start : 0
            for (let i = 0; i < rows; i++) total += x[i * columns + j]
            return total
          })
          expect(firstDifference(out, want), `[${rows}, ${columns}] accumulate ${accumulate}`).toBe('')
        }
        expect(firstDifference(x, before)).toBe('')
      }
    }
  })

  it('overwrites unless told otherwise, and keeps what float32 sums would lose', () => {
    expect(sumRowsInto(Float32Array.of(7), Float32Array.of(1e8, 1, -1e8), 3, 1)[0]).toBe(1)
  })

  it('refuses lengths that do not fit, and changes nothing then', () => {
    const out = Float32Array.of(5, 6)
    expect(() => sumRowsInto(out, new Float32Array(6), 3, 3)).toThrow(
      new RangeError('sumRowsInto: out must have 3 elements, got 2'),
    )
    expect(() => sumRowsInto(out, new Float32Array(5), 3, 2)).toThrow(
      new RangeError('sumRowsInto: x must have 6 elements, got 5'),
    )
    expect(() => sumRowsInto([1, 2] as never, new Float32Array(2), 1, 2)).toThrow(TypeError)
    expect([...out]).toEqual([5, 6])
  })
})

describe('firstNonFinite', () => {
  it('finds the first NaN or infinity, and nothing among edge values', () => {
    expect(firstNonFinite(new Float32Array(0))).toBe(-1)
    expect(firstNonFinite(Float32Array.of(3.4028234663852886e38, -0, 2 ** -149, -3.4028234663852886e38))).toBe(-1)
    for (const value of [NaN, Infinity, -Infinity]) {
      for (let at = 0; at < 9; at++) {
        const x = new Float32Array(9)
        x[at] = value
        x[8] = NaN
        expect(firstNonFinite(x)).toBe(at)
      }
    }
  })
})
