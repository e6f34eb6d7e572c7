import { describe, expect, it } from 'vitest'
import type { PatchGeometry } from '../../../src/tensor/patches.ts'
import { vectorSetup } from '../wasm/vector-kernels.ts'

const G: PatchGeometry = {
  channels: 2,
  height: 4,
  width: 5,
  window: [2, 2],
  stride: [1, 1],
  padding: [0, 0],
  outputHeight: 3,
  outputWidth: 4,
}

describe('maxima on vectors', () => {
  const setup = vectorSetup(true, 4)
  const array = (at: number, length: number): Float32Array => new Float32Array(setup.buffer, at, length)
  const image = array(8192, 40)
  const maxima = (g: PatchGeometry): Float32Array => {
    const length = 2 * g.outputHeight * g.outputWidth
    return setup.kernels.windowMaximaInto(array(12288, length), new Int32Array(setup.buffer, 16384, length), image, 1,
      g)
  }

  it('leave windows beyond the image, and other lengths, to the errors of the definition', () => {
    const before = setup.calls()
    for (const wrong of [{ outputHeight: 4 }, { outputWidth: 5 }, { height: 5 }, { window: [3, 2] }, { channels: 3 }]) {
      expect(() => maxima({ ...G, ...wrong } as PatchGeometry), JSON.stringify(wrong)).toThrow(/^windowMaximaInto: /)
    }
    expect(setup.calls()).toBe(before)
    maxima(G)
    expect(setup.calls()).toBe(before + 1)
  })

  it('do rows of fewer than four maxima in TypeScript', () => {
    const before = setup.calls()
    maxima({ ...G, window: [2, 3], outputWidth: 3 })
    expect(setup.calls()).toBe(before)
  })
})
