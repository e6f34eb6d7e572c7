import { describe, expect, it } from 'vitest'
import { hostile, xorshift } from '../bits.ts'
import { type Case, difference, pagesFor, SPECIAL, specials, sweep, vectorSetup } from './vector-kernels.ts'

function softmax(rows: number, classes: number): Case {
  return {
    name: `softmaxRowsInto [${rows}, ${classes}]`,
    arrays: 2,
    aliases: [[0, 1]],
    run: (kernels, [out, x]) => kernels.softmaxRowsInto(out, x, rows, classes),
  }
}

function causal(rows: number, classes: number): Case {
  return {
    name: `causalSoftmaxRowsInto [${rows}, ${classes}]`,
    arrays: 2,
    aliases: [[0, 1]],
    run: (kernels, [out, x]) => kernels.causalSoftmaxRowsInto(out, x, rows, classes),
  }
}

function crossEntropy(rows: number, classes: number): Case {
  return {
    name: `crossEntropyInto [${rows}, ${classes}]`,
    arrays: 3,
    aliases: [[0, 1]],
    run: (kernels, [e, y, t]) => kernels.crossEntropyInto(e, y, t, rows, classes, 1 / 3),
  }
}

describe('cross-entropy in lanes', () => {
  it('has the scalar bits of loss and error, for special values in every position and rows of many lengths', () => {
    const setup = vectorSetup(true, pagesFor(1 << 18))
    const random = xorshift(17)
    for (let classes = 1; classes <= 17; classes++) {
      for (let start = 0; start < SPECIAL.length; start++) {
        const y = sweep(-3, 90, 3 * classes).map((v, i) => (i % classes === start % classes ? SPECIAL[start] : v))
        const t = Float32Array.from({ length: 3 * classes }, (_, i) => (i % classes === (start >> 1) % classes ? 1 : 0))
        expect(difference(setup, crossEntropy(3, classes), [y, y, t])).toBe('')
        expect(difference(setup, crossEntropy(3, classes), [y, y, specials(3 * classes, start)])).toBe('')
        expect(difference(setup, crossEntropy(3, classes), [y, y, t], [0, 1])).toBe('')
      }
    }
    for (const [rows, classes] of [[1, 20_003], [100, 200], [1000, 10]]) {
      const y = Float32Array.from({ length: rows * classes }, () => 9 * random())
      const t = y.map((value) => Math.max(value, 0))
      expect(difference(setup, crossEntropy(rows, classes), [y, y, t])).toBe('')
    }
  })
})

describe('softmax in lanes', () => {
  it.each([false, true])('has the scalar bits at special values in every position (shared: %s)', (shared) => {
    const setup = vectorSetup(shared, 4)
    for (let classes = 1; classes <= 17; classes++) {
      for (let start = 0; start < SPECIAL.length; start++) {
        const x = specials(3 * classes, start)
        // Mostly finite rows: one special value among ordinary ones.
        const mild = sweep(-3, 90, 3 * classes).map((v, i) => (i % classes === start % classes ? SPECIAL[start] : v))
        for (const contents of [x, mild]) {
          for (const one of [softmax, causal]) {
            expect(difference(setup, one(3, classes), [x, contents])).toBe('')
            expect(difference(setup, one(3, classes), [contents, contents], [0, 1])).toBe('')
          }
        }
      }
    }
  })

  it('has the bits of the scalar softmax on rows of many lengths', () => {
    const setup = vectorSetup(true, pagesFor(1 << 18))
    const random = xorshift(16)
    for (const [rows, classes] of [[1, 100_003], [100, 1000], [1000, 10], [5000, 3], [0, 4]]) {
      const length = rows * classes
      const normal = Float32Array.from({ length }, () => 20 * random())
      for (const one of [softmax, causal]) {
        expect(difference(setup, one(rows, classes), [normal, normal])).toBe('')
        expect(difference(setup, one(rows, classes), [normal, hostile(random, length, 1e4)])).toBe('')
      }
    }
  })
})
