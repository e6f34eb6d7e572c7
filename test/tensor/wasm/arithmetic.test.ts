import { describe, expect, it } from 'vitest'
import { binaryCase, type Case, difference, pagesFor, randomBits, specialDifference, unaryCase,
  vectorSetup } from './vector-kernels.ts'

const FACTORS = [1, -1, 0, -0, 0.1, -1e-3, 3e38, 1e-45, 1e39, NaN, -Infinity]

const CASES: readonly Case[] = [...(['addInto', 'subtractInto', 'multiplyInto'] as const).map(binaryCase),
  ...(['reluBackwardInto', 'leakyReluBackwardInto'] as const).map(binaryCase),
  ...(['reluInto', 'leakyReluInto', 'copyInto'] as const).map(unaryCase)]
const WITH_FACTOR: readonly Case[] = FACTORS.flatMap((factor): readonly Case[] => [{
  name: `scaleInto by ${factor}`,
  arrays: 2,
  aliases: [[0, 1]],
  run: (kernels, [out, x]) => kernels.scaleInto(out, factor, x),
}, {
  name: `addScaledInto by ${factor}`,
  arrays: 3,
  aliases: [[0, 1], [0, 2], [0, 1, 2]],
  run: (kernels, [out, x, y]) => kernels.addScaledInto(out, x, factor, y),
}, { name: `fillInto with ${factor}`, arrays: 1, aliases: [], run: (kernels, [out]) => kernels.fillInto(out, factor) }])
const MANY = 1 << 20

describe('float32 arithmetic in lanes', () => {
  it.each([false, true])('has the scalar bits at special values in every position (shared: %s)', (shared) => {
    const setup = vectorSetup(shared, 4)
    for (const test of CASES) expect(specialDifference(setup, test)).toBe('')
  })

  it('has the bits of the scalar kernels for special factors', () => {
    const setup = vectorSetup(true, 4)
    for (const test of WITH_FACTOR) expect(specialDifference(setup, test)).toBe('')
  })

  it('has the bits of the scalar kernels on 2^20 random bit patterns', () => {
    const setup = vectorSetup(true, pagesFor(3 * MANY))
    const contents = [4, 5, 6].map((seed) => randomBits(seed, MANY))
    for (const test of [...CASES, ...WITH_FACTOR.slice(0, 6)]) expect(difference(setup, test, contents)).toBe('')
  })

  it('copies a row into every row of a matrix and writes nothing else', () => {
    for (const shared of [false, true]) {
      const setup = vectorSetup(shared, 4)
      for (let columns = 1; columns <= 37; columns++) {
        for (const rows of [0, 1, 2, 3, 8]) {
          const test: Case = {
            name: `broadcastRowsInto [${rows}, ${columns}]`,
            arrays: 2,
            aliases: [],
            run: (kernels, [out, row]) => kernels.broadcastRowsInto(out, row, rows),
          }
          expect(difference(setup, test, [randomBits(1, rows * columns), randomBits(rows + columns, columns)])).toBe('')
        }
      }
    }
  })
})
