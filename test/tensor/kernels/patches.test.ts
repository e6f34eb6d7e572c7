import { describe, expect, it } from 'vitest'
import { scalarElementwise, vectorElementwise } from '../../../src/tensor/kernels/elementwise.ts'
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

describe('patches on vectors', () => {
  const setup = vectorSetup(true, 4)
  const array = (at: number, length: number): Float32Array => new Float32Array(setup.buffer, at, length)
  const patches = array(4096, 96), image = array(8192, 40)

  it('leave windows beyond the image, and other lengths, to the errors of the definitions', () => {
    const wrong: PatchGeometry[] = [{ ...G, outputHeight: 4 }, { ...G, outputWidth: 5 }, { ...G, stride: [2, 1] }, {
      ...G,
      stride: [1, 2],
    }, { ...G, height: 5 }, { ...G, window: [3, 2] }, { ...G, channels: 3 }]
    const before = setup.calls()
    for (const g of wrong) {
      expect(() => setup.kernels.gatherPatchesInto(patches, image, 1, g)).toThrow(/^gatherPatchesInto: /)
      expect(() => setup.kernels.scatterPatchesInto(image, patches, 1, g)).toThrow(/^scatterPatchesInto: /)
    }
    expect(() => setup.kernels.gatherPatchesInto(patches, image, 2, G)).toThrow(RangeError)
    expect(() => setup.kernels.swapLeadingInto(patches, image, 2, 4, 5)).toThrow(RangeError)
    expect(() => setup.kernels.swapLeadingInto(image, image, 2, 4, 6)).toThrow(RangeError)
    expect(() => setup.kernels.swapLeadingInto(image, patches.subarray(0, 40), -2, -4, 5)).toThrow(
      new RangeError('swapLeadingInto: n must be a whole number of at least 0, got -2'),
    )
    expect(() => setup.kernels.gatherPatchesInto(patches, image, -1, { ...G, channels: -2 })).toThrow(RangeError)
    expect(setup.calls()).toBe(before)
  })

  it('do patches in TypeScript where there is no scratch space', () => {
    const fail = (): never => {
      throw new Error('called')
    }
    const exports = new Proxy({}, { get: () => fail }) as Parameters<typeof vectorElementwise>[0]
    const kernels = vectorElementwise(exports, ({ byteOffset }) => byteOffset)
    image.forEach((_, i) => {
      image[i] = i + 1
    })
    const want = scalarElementwise.gatherPatchesInto(new Float32Array(96), image.slice(), 1, G)
    expect([...kernels.gatherPatchesInto(patches, image, 1, G)]).toEqual([...want])
  })
})
