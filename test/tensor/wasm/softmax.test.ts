import { describe, expect, it } from 'vitest'
import { hostile, xorshift } from '../bits.ts'
import { type Case, difference, pagesFor, specials, SPECIAL, sweep, vectorSetup } from './vector-kernels.ts'

function softmax(rows: number, classes: number): Case {
  return {
    name: `softmaxRowsInto [${rows}, ${classes}]`, arrays: 2, aliases: [[0, 1]],
    run: (kernels, [out, x]) => kernels.softmaxRowsInto(out, x, rows, classes),
  }
}

describe('softmax in lanes', () => {
  it.each([false, true])('has the bits of the scalar softmax at special values in every position (shared: %s)', (shared) => {
    const setup = vectorSetup(shared, 4)
    for (let classes = 1; classes <= 17; classes++) {
      for (let start = 0; start < SPECIAL.length; start++) {
        const x = specials(3 * classes, start)
        // Mostly finite rows: one special value among ordinary ones.
        const mild = sweep(-3, 90, 3 * classes).map((v, i) => (i % classes === start % classes ? SPECIAL[start] : v))
        for (const contents of [x, mild]) {
          expect(difference(setup, softmax(3, classes), [x, contents])).toBe('')
          expect(difference(setup, softmax(3, classes), [contents, contents], [0, 1])).toBe('')
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
      expect(difference(setup, softmax(rows, classes), [normal, normal])).toBe('')
      expect(difference(setup, softmax(rows, classes), [normal, hostile(random, length, 1e4)])).toBe('')
    }
  })
})
