import { describe, expect, it } from 'vitest'
import {
  gatherPatchesInto, pairOf, patchGeometry, scatterPatchesInto, swapLeadingInto, type PatchGeometry,
} from '../../src/nn/patches.ts'
import { xorshift } from '../tensor/bits.ts'

type Two = readonly [number, number]

interface Case {
  readonly shape: readonly number[]
  readonly window: Two
  readonly stride: Two
  readonly padding: Two
}

/** Small random geometries; every third keeps the size of the image. */
function draw(seed: number): Case {
  const random = xorshift(seed)
  const whole = (from: number, to: number): number => from + Math.floor((random() + 1) / 2 * (to - from + 0.999))
  const shape = [whole(0, 3), whole(1, 3), whole(1, 7), whole(1, 7)]
  if (seed % 3 === 0) {
    const padding = [whole(0, 2), whole(0, 3)] as const
    return { shape, window: [2 * padding[0] + 1, 2 * padding[1] + 1], stride: [1, 1], padding }
  }
  const padding = [whole(0, 3), whole(0, 3)] as const
  const [kH, kW] = [0, 1].map((axis) => whole(1, Math.min(5, shape[2 + axis] + 2 * padding[axis])))
  return { shape, window: [kH, kW], stride: [whole(1, 3), whole(1, 3)], padding }
}

/** For every patch element the index of the input element it holds, −1 beside the image; from the definition. */
function sources(g: PatchGeometry, batch: number): number[] {
  const found: number[] = []
  for (let c = 0; c < g.channels; c++) {
    for (let tap = 0; tap < g.window[0] * g.window[1]; tap++) {
      for (let column = 0; column < batch * g.outputHeight * g.outputWidth; column++) {
        const b = Math.floor(column / (g.outputHeight * g.outputWidth))
        const place = column % (g.outputHeight * g.outputWidth)
        const i = Math.floor(place / g.outputWidth) * g.stride[0] - g.padding[0] + Math.floor(tap / g.window[1])
        const j = place % g.outputWidth * g.stride[1] - g.padding[1] + tap % g.window[1]
        const inside = i >= 0 && i < g.height && j >= 0 && j < g.width
        found.push(inside ? ((b * g.channels + c) * g.height + i) * g.width + j : -1)
      }
    }
  }
  return found
}

const SEEDS = Array.from({ length: 300 }, (_, i) => i + 1)

describe('gathering', () => {
  it('puts every element where the definition has it and zeros beside the image, in dirty memory', () => {
    for (const seed of SEEDS) {
      const { shape, window, stride, padding } = draw(seed)
      const g = patchGeometry('t', shape, undefined, window, stride, padding)
      const input = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i + 1)
      const from = sources(g, shape[0])
      const patches = new Float32Array(from.length).fill(NaN)
      gatherPatchesInto(patches, input, shape[0], g)
      expect([...patches], `seed ${seed}`).toEqual(from.map((at) => (at < 0 ? 0 : input[at])))
    }
  })
})

describe('scattering', () => {
  it('is the transpose of gathering: each input element gets the sum over its patch elements', () => {
    for (const seed of SEEDS) {
      const { shape, window, stride, padding } = draw(seed)
      const g = patchGeometry('t', shape, undefined, window, stride, padding)
      const from = sources(g, shape[0])
      const patches = Float32Array.from(from, (_, i) => i % 17 - 3)
      const want = new Array<number>(shape.reduce((a, b) => a * b)).fill(0)
      from.forEach((at, i) => { if (at >= 0) want[at] += patches[i] })
      const gradient = new Float32Array(want.length).fill(NaN)
      scatterPatchesInto(gradient, patches, shape[0], g, new Float64Array(shape[0] * shape[2] * shape[3]).fill(NaN))
      expect([...gradient], `seed ${seed}`).toEqual(want)
    }
  })

  it('sums in float64 and rounds once', () => {
    // One row of three outputs under a window of three: the middle element is seen three times.
    const g = patchGeometry('t', [1, 1, 1, 3], 1, [1, 3], [1, 1], [0, 1])
    const patches = new Float32Array(9)
    patches[0 * 3 + 2] = 1
    patches[1 * 3 + 1] = 2 ** 24
    patches[2 * 3 + 0] = 1
    const gradient = new Float32Array(3)
    scatterPatchesInto(gradient, patches, 1, g, new Float64Array(3))
    expect(gradient[1]).toBe(2 ** 24 + 2)
  })
})

describe('swapLeadingInto', () => {
  it('exchanges the two leading axes and keeps what lies inside', () => {
    const out = new Float32Array(12)
    swapLeadingInto(out, Float32Array.from({ length: 12 }, (_, i) => i), 2, 3, 2)
    expect([...out]).toEqual([0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11])
  })
})

describe('the geometry', () => {
  it('counts the outputs and leaves what does not fill a window', () => {
    const sizes = (shape: readonly number[], window: Two, stride: Two, padding: Two): readonly number[] => {
      const { outputHeight, outputWidth } = patchGeometry('t', shape, undefined, window, stride, padding)
      return [outputHeight, outputWidth]
    }
    expect(sizes([1, 1, 28, 28], [5, 5], [1, 1], [2, 2])).toEqual([28, 28])
    expect(sizes([1, 1, 5, 6], [2, 2], [2, 2], [0, 0])).toEqual([2, 3])
    expect(sizes([1, 1, 4, 4], [3, 1], [2, 3], [1, 0])).toEqual([2, 2])
  })

  it('takes one size or two, and names what does not fit', () => {
    expect(pairOf('t', 'stride', 2, 1)).toEqual([2, 2])
    expect(pairOf('t', 'stride', [2, 3], 1)).toEqual([2, 3])
    expect(() => pairOf('t', 'stride', 0, 1)).toThrow(
      new RangeError('t: stride must be a whole number of at least 1, got 0'))
    expect(() => pairOf('t', 'stride', [1, 1.5], 1)).toThrow(
      new RangeError('t: stride[1] must be a whole number of at least 1, got 1.5'))
    expect(() => pairOf('t', 'stride', [1, 2, 3] as never, 1)).toThrow(
      new RangeError('t: stride must be one size or two, got [1, 2, 3]'))
    expect(() => pairOf('t', 'stride', '2' as never, 1)).toThrow(TypeError)
    expect(() => patchGeometry('t', [2, 3, 4], 3, [1, 1], [1, 1], [0, 0])).toThrow(
      new RangeError('t: input must have shape [B, 3, H, W], got [2, 3, 4]'))
    expect(() => patchGeometry('t', [1, 1, 2, 9], 1, [5, 5], [1, 1], [1, 1])).toThrow(new RangeError(
      't: input with its padding must be at least as large as the window [5, 5], got [1, 1, 2, 9] with padding [1, 1]'))
  })
})
