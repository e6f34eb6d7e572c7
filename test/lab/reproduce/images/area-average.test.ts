import { describe, expect, it } from 'vitest'
import { areaAverage } from '../../../../src/lab/reproduce/images/area-average.ts'
import { normalInto, randomStream, tensor } from '../../../../src/tensor/index.ts'

describe('areaAverage', () => {
  it('is the mean of blocks where the ratio is whole, map by map', () => {
    const image = tensor([1, 32], Float32Array.from({ length: 32 }, (_, i) => i))
    // Blocks of the first map: (0 + 1 + 4 + 5)/4 = 2.5; the second map lies 16 higher.
    expect([...areaAverage(image, 2, 4, 2).data]).toEqual([2.5, 4.5, 10.5, 12.5, 18.5, 20.5, 26.5, 28.5])
  })

  it('shares pixels between new ones where the ratio is not whole', () => {
    // 3 → 2: the middle pixel belongs to both by a half; weights 2/3 and 1/3 along each axis.
    const image = tensor([1, 9], Float32Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0))
    expect([...areaAverage(image, 1, 3, 2).data]).toEqual([4, 0, 0, 0])
    const middle = tensor([1, 9], Float32Array.of(0, 0, 0, 0, 9, 0, 0, 0, 0))
    for (const value of areaAverage(middle, 1, 3, 2).data) expect(value).toBeCloseTo(1, 6)
  })

  it('keeps the mean of every image and leaves images of the same size alone', () => {
    const images = tensor([3, 2 * 32 * 32], normalInto(new Float32Array(3 * 2048), randomStream(4, 'images')))
    const mean = (data: Float32Array, from: number, count: number): number =>
      data.subarray(from, from + count).reduce((sum, x) => sum + x, 0) / count
    const small = areaAverage(images, 2, 32, 14)
    expect(small.shape).toEqual([3, 2 * 14 * 14])
    for (let map = 0; map < 6; map++) {
      expect(mean(small.data, map * 196, 196)).toBeCloseTo(mean(images.data, map * 1024, 1024), 6)
    }
    expect(areaAverage(images, 2, 32, 32).data).toEqual(images.data)
  })

  it.each(
    [[[1, 15], 1, 4, 2, /images must have 1·4·4 features, got 15/], [[1, 16], 1, 4, 5,
      /to must be at most from \(4\), got 5/]] as const,
  )('refuses %j', (shape, channels, from, to, message) => {
    expect(() => areaAverage(tensor(shape), channels, from, to)).toThrow(message)
  })
})
