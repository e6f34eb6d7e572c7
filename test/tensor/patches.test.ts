import { describe, expect, it, vi } from 'vitest'
import { gatherPatchesInto, type PatchGeometry, scatterPatchesInto, swapLeadingInto } from '../../src/tensor/patches.ts'
import { firstDifference, ordinary, xorshift } from './bits.ts'
import { drawPatches, imageSize, patchSources } from './patch-cases.ts'

const SEEDS = Array.from({ length: 300 }, (_, i) => i + 1)

/** One row of three outputs under a window of three. */
const ROW: PatchGeometry = {
  channels: 1,
  height: 1,
  width: 3,
  window: [1, 3],
  stride: [1, 1],
  padding: [0, 1],
  outputHeight: 1,
  outputWidth: 3,
}

describe('gathering', () => {
  it('puts every element where the definition has it and zeros beside the image, in dirty memory', () => {
    for (const seed of SEEDS) {
      const drawn = drawPatches(seed)
      const input = Float32Array.from({ length: imageSize(drawn) }, (_, i) => i + 1)
      const from = patchSources(drawn)
      const patches = new Float32Array(from.length).fill(NaN)
      expect(gatherPatchesInto(patches, input, drawn.batch, drawn.g)).toBe(patches)
      expect([...patches], `seed ${seed}`).toEqual(from.map((at) => (at < 0 ? 0 : input[at])))
    }
  })
})

describe('scattering', () => {
  it('is the transpose of gathering: each input element gets the sum over its patch elements', () => {
    for (const seed of SEEDS) {
      const drawn = drawPatches(seed)
      const from = patchSources(drawn)
      const patches = Float32Array.from(from, (_, i) => i % 17 - 3)
      const want = new Array<number>(imageSize(drawn)).fill(0)
      from.forEach((at, i) => {
        if (at >= 0) want[at] += patches[i]
      })
      const gradient = new Float32Array(want.length).fill(NaN)
      expect(scatterPatchesInto(gradient, patches, drawn.batch, drawn.g)).toBe(gradient)
      expect([...gradient], `seed ${seed}`).toEqual(want)
    }
  })

  it('sums in float64 and rounds once', () => {
    // The middle element is seen three times.
    const gradient = new Float32Array(3)
    scatterPatchesInto(gradient, Float32Array.of(0, 0, 1, 0, 2 ** 24, 0, 1, 0, 0), 1, ROW)
    expect(gradient[1]).toBe(2 ** 24 + 2)
  })
})

describe('swapLeadingInto', () => {
  it('exchanges the two leading axes and keeps what lies inside', () => {
    const out = new Float32Array(12)
    expect(swapLeadingInto(out, Float32Array.from({ length: 12 }, (_, i) => i), 2, 3, 2)).toBe(out)
    expect([...out]).toEqual([0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11])
  })
})

describe('scattering a batch that is larger than its memory', () => {
  it('has the bits of sample after sample, and holds a fixed number of sums however long the batch', () => {
    const lengths: number[] = []
    const memory = new Proxy(Float64Array, {
      construct(target, args: [number], maker) {
        lengths.push(args[0])
        return Reflect.construct(target, args, maker) as object
      },
    })
    // 64×64 places: 32 samples in one go.
    for (const stride of [1, 2] as const) {
      const outputs = 64 / stride
      const g: PatchGeometry = {
        channels: 1,
        height: 64,
        width: 64,
        window: [3, 3],
        stride: [stride, stride],
        padding: [1, 1],
        outputHeight: outputs,
        outputWidth: outputs,
      }
      const batch = 40, places = outputs * outputs
      const patches = ordinary(xorshift(stride), 9 * batch * places)
      const wanted = new Float32Array(batch * 4096)
      for (let b = 0; b < batch; b++) {
        const own = new Float32Array(9 * places)
        for (let row = 0; row < 9; row++) {
          const from = (row * batch + b) * places
          own.set(patches.subarray(from, from + places), row * places)
        }
        scatterPatchesInto(wanted.subarray(b * 4096, (b + 1) * 4096), own, 1, g)
      }
      const got = new Float32Array(wanted.length)
      vi.stubGlobal('Float64Array', memory)
      try {
        scatterPatchesInto(got, patches, batch, g)
      } finally {
        vi.unstubAllGlobals()
      }
      expect(firstDifference(got, wanted), `stride ${stride}`).toBe('')
    }
    for (const length of lengths) expect(length).toBeLessThanOrEqual(131_072)
  })
})

describe('the errors of patches', () => {
  it('name the array and its length, and windows that leave the image', () => {
    const nine = new Float32Array(9), three = new Float32Array(3)
    expect(() => gatherPatchesInto(three, three, 1, ROW)).toThrow(
      new RangeError('gatherPatchesInto: patches must have 9 elements, got 3'),
    )
    expect(() => gatherPatchesInto(nine, nine, 1, ROW)).toThrow(
      new RangeError('gatherPatchesInto: input must have 3 elements, got 9'),
    )
    expect(() => scatterPatchesInto(nine, nine, 1, ROW)).toThrow(
      new RangeError('scatterPatchesInto: inputGradient must have 3 elements, got 9'),
    )
    expect(() => gatherPatchesInto(new Float32Array(12), three, 1, { ...ROW, outputWidth: 4 })).toThrow(
      new RangeError('gatherPatchesInto: windows must lie inside the padded image, got [1, 4] outputs'),
    )
    expect(() => gatherPatchesInto(new Float32Array(18), three, 1, { ...ROW, outputHeight: 2 })).toThrow(RangeError)
    expect(() => scatterPatchesInto(new Float64Array(3) as never, nine, 1, ROW)).toThrow(TypeError)
    expect(() => swapLeadingInto(nine, three, 1, 3, 1)).toThrow(
      new RangeError('swapLeadingInto: out must have 3 elements, got 9'),
    )
  })
})
