import { describe, expect, it } from 'vitest'
import { windowMaximaInto } from '../../src/tensor/maxima.ts'
import { drawPatches, imageSize } from './patch-cases.ts'
import { xorshift } from './bits.ts'

describe('windowMaximaInto', () => {
  it('gives the first of the largest elements of every window, and its place', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const { batch, g: { padding: [pY, pX], ...rest } } = drawPatches(seed)
      // Without padding: the image itself is the larger one.
      const g = { ...rest, height: rest.height + 2 * pY, width: rest.width + 2 * pX, padding: [0, 0] } as const
      const random = xorshift(seed)
      const x = Float32Array.from({ length: imageSize({ batch, g }) }, () => Math.round(3 * random()))
      const outputs = g.outputHeight * g.outputWidth
      const y = new Float32Array(batch * g.channels * outputs), winners = new Int32Array(y.length).fill(-1)
      expect(windowMaximaInto(y, winners, x, batch, g)).toBe(y)
      const want = Array.from(y, (_, at) => {
        const i = Math.floor(at % outputs / g.outputWidth) * g.stride[0]
        const j = at % g.outputWidth * g.stride[1]
        const places = Array.from({ length: g.window[0] * g.window[1] }, (_, tap) =>
          (Math.floor(at / outputs) * g.height + i + Math.floor(tap / g.window[1])) * g.width + j + tap % g.window[1])
        const largest = Math.max(...places.map((place) =>
          x[place]
        ))
        return places.find((place) => x[place] === largest)
      })
      expect([...winners], `seed ${seed}`).toEqual(want)
      expect([...y], `seed ${seed}`).toEqual(want.map((place) => x[place ?? -1]))
    }
  })

  it('names arrays that do not fit, and windows that leave the image', () => {
    const g = {
      channels: 1,
      height: 2,
      width: 2,
      window: [2, 2],
      stride: [2, 2],
      padding: [0, 0],
      outputHeight: 1,
      outputWidth: 1,
    } as const
    const one = new Float32Array(1), four = new Float32Array(4), winners = new Int32Array(1)
    expect(() => windowMaximaInto(one, winners, one, 1, g)).toThrow(
      new RangeError('windowMaximaInto: x must have 4 elements, got 1'),
    )
    expect(() => windowMaximaInto(four, winners, four, 1, g)).toThrow(
      new RangeError('windowMaximaInto: y must have 1 elements, got 4'),
    )
    expect(() => windowMaximaInto(one, new Int32Array(2), four, 1, g)).toThrow(
      new RangeError('windowMaximaInto: winners must have 1 elements, got 2'),
    )
    expect(() => windowMaximaInto(new Float32Array(2), new Int32Array(2), four, 1, { ...g, outputWidth: 2 })).toThrow(
      new RangeError('windowMaximaInto: windows must lie inside the image, got [1, 2] outputs'),
    )
  })
})
