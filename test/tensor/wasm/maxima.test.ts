import { describe, expect, it } from 'vitest'
import { hostile, xorshift } from '../bits.ts'
import { drawPatches, imageSize } from '../patch-cases.ts'
import { type Case, difference, specials, vectorSetup } from './vector-kernels.ts'

describe('window maxima in lanes', () => {
  it.each([false, true])('have the scalar bits and winners (shared: %s)', (shared) => {
    const setup = vectorSetup(shared, 4)
    let wide = 0
    for (let seed = 1; seed <= 1000; seed++) {
      const { batch, g: { padding: [pY, pX], ...rest } } = drawPatches(seed)
      const g = { ...rest, height: rest.height + 2 * pY, width: rest.width + 2 * pX, padding: [0, 0] } as const
      if (g.outputWidth < 4) continue
      wide++
      const outputs = batch * g.channels * g.outputHeight * g.outputWidth
      const random = xorshift(seed), size = imageSize({ batch, g })
      const maxima: Case = {
        name: `maxima, seed ${seed}`,
        arrays: 3,
        aliases: [],
        run: (kernels, [y, winners, x]) =>
          kernels.windowMaximaInto(y, new Int32Array(winners.buffer, winners.byteOffset, winners.length), x, batch, g),
      }
      const dirty = new Float32Array(outputs).fill(7)
      // Few values, many ties; every kind of zero, infinity and NaN.
      const ties = Float32Array.from({ length: size }, () => Math.round(2 * random()))
      for (const x of [ties, hostile(random, size, 20), specials(size, seed), new Float32Array(size).fill(-Infinity)]) {
        expect(difference(setup, maxima, [dirty, dirty, x])).toBe('')
      }
    }
    expect(wide).toBeGreaterThan(100)
  })
})
