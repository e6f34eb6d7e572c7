// Random geometries of patches, and from the definition which element of the image every patch element is.

import type { PatchGeometry } from '../../src/tensor/patches.ts'
import { xorshift } from './bits.ts'

/** A batch of images under one window. */
export interface PatchCase {
  readonly batch: number
  readonly g: PatchGeometry
}

/** Small random geometries; every third keeps the size of the image, every fifth has wide rows. */
export function drawPatches(seed: number): PatchCase {
  const random = xorshift(seed)
  const whole = (from: number, to: number): number => from + Math.floor((random() + 1) / 2 * (to - from + 0.999))
  const batch = whole(0, 3), channels = whole(1, 3), height = whole(1, 7), width = whole(1, seed % 5 === 0 ? 23 : 7)
  let padding = [whole(0, 3), whole(0, 3)] as const
  let window = [whole(1, Math.min(5, height + 2 * padding[0])), whole(1, Math.min(5, width + 2 * padding[1]))] as const
  let stride = [whole(1, 3), whole(1, 3)] as const
  if (seed % 3 === 0) {
    padding = [whole(0, 2), whole(0, 3)]
    window = [2 * padding[0] + 1, 2 * padding[1] + 1]
    stride = [1, 1]
  }
  const outputHeight = Math.floor((height + 2 * padding[0] - window[0]) / stride[0]) + 1
  const outputWidth = Math.floor((width + 2 * padding[1] - window[1]) / stride[1]) + 1
  return { batch, g: { channels, height, width, window, stride, padding, outputHeight, outputWidth } }
}

/** For every patch element the index of the input element it holds, −1 beside the image; from the definition. */
export function patchSources({ batch, g }: PatchCase): number[] {
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

/** Elements of the images. */
export function imageSize({ batch, g }: PatchCase): number {
  return batch * g.channels * g.height * g.width
}
