// Maxima of windows, in TypeScript and in vector instructions.

import { checkMaxima, windowMaximaInto } from '../maxima.ts'
import type { PatchGeometry } from '../patches.ts'
import type { MaximaExports } from '../wasm/maxima.ts'
import { type Operands, overlap } from './operands.ts'

/** Defined by the function of the same name. */
export interface MaximaKernels {
  /** Largest element of each window, and where it stands. */
  readonly windowMaximaInto: (y: Float32Array, winners: Int32Array, x: Float32Array, batch: number,
    g: PatchGeometry) => Float32Array
}

/** The definition. */
export const scalarMaxima: MaximaKernels = { windowMaximaInto }

/**
 * The same function on the export of `emitMaxima`. Checks are those of the scalar function, which also does what is
 * elsewhere, overlaps or is narrower than a vector.
 */
export function vectorMaxima(wasm: MaximaExports, { addressOf, locate }: Operands): MaximaKernels {
  return {
    windowMaximaInto(y, winners, x, batch, g) {
      checkMaxima(y, winners, x, batch, g)
      const { channels, height, width, window, stride, outputHeight, outputWidth } = g
      const atY = locate(y),
        atX = locate(x)
      // An address does not depend on what the four bytes of an element mean.
      const atWinners = winners instanceof Int32Array ? addressOf(winners as unknown as Float32Array) : -1
      if (atY < 0 || atWinners < 0 || atX < 0 || outputWidth < 4 || overlap(atY, y.length, atX, x.length)
        || overlap(atY, y.length, atWinners, y.length) || overlap(atX, x.length, atWinners, y.length))
      {
        return windowMaximaInto(y, winners, x, batch, g)
      }
      wasm.windowMaxima(atY, atWinners, atX, batch * channels, height, width, window[0], window[1], stride[0],
        stride[1], outputHeight, outputWidth)
      return y
    },
  }
}
