import { describe, expect, it } from 'vitest'
import { pairOf, patchGeometry } from '../../src/nn/patches.ts'

type Two = readonly [number, number]

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
      new RangeError('t: stride must be a whole number of at least 1, got 0'),
    )
    expect(() => pairOf('t', 'stride', [1, 1.5], 1)).toThrow(
      new RangeError('t: stride[1] must be a whole number of at least 1, got 1.5'),
    )
    expect(() => pairOf('t', 'stride', [1, 2, 3] as never, 1)).toThrow(
      new RangeError('t: stride must be one size or two, got [1, 2, 3]'),
    )
    expect(() => pairOf('t', 'stride', '2' as never, 1)).toThrow(TypeError)
    expect(() => patchGeometry('t', [2, 3, 4], 3, [1, 1], [1, 1], [0, 0])).toThrow(
      new RangeError('t: input must have shape [B, 3, H, W], got [2, 3, 4]'),
    )
    expect(() => patchGeometry('t', [1, 1, 2, 9], 1, [5, 5], [1, 1], [1, 1])).toThrow(
      new RangeError(
        't: input with its padding must be at least as large as the window [5, 5], got [1, 1, 2, 9] with padding [1, 1]',
      ),
    )
  })
})
