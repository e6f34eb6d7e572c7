import { describe, expect, it } from 'vitest'
import { hostile, ordinary, xorshift } from '../bits.ts'
import { type Case, difference, pagesFor, randomBits, specialDifference, vectorSetup } from './vector-kernels.ts'

const SUM: Case = { name: 'sum', arrays: 1, aliases: [], run: (kernels, [x]) => kernels.sum(x) }
const DOT: Case = { name: 'dot', arrays: 2, aliases: [[0, 1]], run: (kernels, [x, y]) => kernels.dot(x, y) }
const FIRST: Case = { name: 'firstNonFinite', arrays: 1, aliases: [], run: (kernels, [x]) => kernels.firstNonFinite(x) }

function sumRows(rows: number, columns: number, accumulate: boolean): Case {
  return {
    name: `sumRowsInto [${rows}, ${columns}] ${accumulate}`,
    arrays: 2,
    aliases: [],
    run: (kernels, [out, x]) => kernels.sumRowsInto(out, x, rows, columns, accumulate),
  }
}

describe('reductions in lanes', () => {
  it.each([false, true])('have the scalar bits at special values in every position (shared: %s)', (shared) => {
    const setup = vectorSetup(shared, 4)
    for (const test of [SUM, DOT, FIRST]) expect(specialDifference(setup, test)).toBe('')
  })

  it('have the bits of the scalar reductions at every length up to 100 and on long arrays', () => {
    const setup = vectorSetup(true, pagesFor(2 << 20))
    const random = xorshift(12)
    for (const length of [...Array.from({ length: 101 }, (_, i) => i), 4095, 65_537, 1 << 20]) {
      const contents = [ordinary(random, length), ordinary(random, length)]
      for (const test of [SUM, DOT, FIRST]) expect(difference(setup, test, contents)).toBe('')
    }
    const contents = [randomBits(13, 1 << 20), randomBits(14, 1 << 20)]
    for (const test of [SUM, DOT, FIRST]) expect(difference(setup, test, contents)).toBe('')
  })

  it('find the first value that is not finite wherever it stands', () => {
    const setup = vectorSetup(false, 4)
    for (let at = 0; at < 70; at++) {
      for (const value of [NaN, Infinity, -Infinity]) {
        const x = new Float32Array(70).fill(3.4e38)
        x[at] = value
        x[69] = NaN
        expect(difference(setup, FIRST, [x])).toBe('')
      }
    }
  })

  it('sum the rows of matrices of every width, on top of what is there or not', () => {
    for (const shared of [false, true]) {
      const setup = vectorSetup(shared, 8)
      const random = xorshift(15)
      for (let columns = 0; columns <= 41; columns++) {
        for (const rows of [0, 1, 2, 17]) {
          for (const accumulate of [false, true]) {
            for (const x of [ordinary(random, rows * columns), hostile(random, rows * columns, 20)]) {
              expect(difference(setup, sumRows(rows, columns, accumulate), [hostile(random, columns, 20), x])).toBe('')
            }
          }
        }
      }
    }
  })
})
