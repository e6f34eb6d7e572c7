import { describe, expect, it } from 'vitest'
import { hostile, xorshift } from '../bits.ts'
import { drawPatches, imageSize, patchSources } from '../patch-cases.ts'
import { type Case, difference, vectorSetup } from './vector-kernels.ts'

const SEEDS = Array.from({ length: 500 }, (_, i) => i + 1)

describe.each([false, true])('patches in lanes (shared: %s)', (shared) => {
  const setup = vectorSetup(shared, 4)

  it('are gathered and scattered with the scalar bits, whatever the memory held', () => {
    for (const seed of SEEDS) {
      const drawn = drawPatches(seed)
      const { batch, g } = drawn
      const random = xorshift(seed)
      const contents = [hostile(random, patchSources(drawn).length, 20), hostile(random, imageSize(drawn), 20)] as const
      const gather: Case = {
        name: `gather, seed ${seed}`,
        arrays: 2,
        aliases: [],
        run: (kernels, [patches, image]) => kernels.gatherPatchesInto(patches, image, batch, g),
      }
      expect(difference(setup, gather, contents)).toBe('')
      // Only the gradient counts: the scalar function may clear patches beside the image.
      const scatter: Case = {
        name: `scatter, seed ${seed}`,
        arrays: 2,
        aliases: [],
        run: (kernels, [patches, image]) => {
          kernels.scatterPatchesInto(image, patches, batch, g)
          patches.fill(0)
          return image
        },
      }
      expect(difference(setup, scatter, contents)).toBe('')
    }
  })

  it('change places with the channels as the scalar planes do', () => {
    for (const seed of SEEDS) {
      const random = xorshift(seed)
      const [n, m, inner] = [0, 1, 2].map((axis) => Math.floor((random() + 1) * (axis === 2 ? 20 : 3)))
      const swap: Case = {
        name: `swap [${n}, ${m}, ${inner}]`,
        arrays: 2,
        aliases: [],
        run: (kernels, [out, x]) => kernels.swapLeadingInto(out, x, n, m, inner),
      }
      expect(difference(setup, swap, [hostile(random, n * m * inner, 20), hostile(random, n * m * inner, 20)])).toBe('')
    }
  })
})
