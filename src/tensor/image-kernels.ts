// What convolution and pooling do with feature maps beside products, in TypeScript and in vector instructions.

import type { AddressOf } from './elementwise-kernels.ts'
import { checkMaxima, windowMaximaInto } from './maxima.ts'
import { checkPatches, checkSwapLeading, gatherPatchesInto, type PatchGeometry, scatterPatchesInto,
  swapLeadingInto } from './patches.ts'
import type { ElementwiseExports } from './wasm/elementwise.ts'
import { planeBytes } from './wasm/patches.ts'

/** Kernels on feature maps; each is defined by the function of the same name. */
export interface ImageKernels {
  readonly gatherPatchesInto: (
    patches: Float32Array,
    input: Float32Array,
    batch: number,
    g: PatchGeometry,
  ) => Float32Array
  readonly scatterPatchesInto: (
    inputGradient: Float32Array,
    patches: Float32Array,
    batch: number,
    g: PatchGeometry,
  ) => Float32Array
  readonly swapLeadingInto: (out: Float32Array, x: Float32Array, n: number, m: number, inner: number) => Float32Array
  readonly windowMaximaInto: (
    y: Float32Array,
    winners: Int32Array,
    x: Float32Array,
    batch: number,
    g: PatchGeometry,
  ) => Float32Array
}

/** The definitions: TypeScript, for any runtime. */
export const scalarImages: ImageKernels = { gatherPatchesInto, scatterPatchesInto, swapLeadingInto, windowMaximaInto }

/** Address of at least so many bytes of scratch space, whose content any later call may overwrite; −1 for none. */
export type ScratchSpace = (bytes: number) => number

/**
 * The same functions on the exports of `emitPatches` and `emitMaxima`. Checks are those of the scalar functions, which
 * also do what is elsewhere, overlaps or finds no scratch space. `locate` is `addressOf` for Float32Arrays alone.
 */
export function vectorImages(
  wasm: ElementwiseExports,
  addressOf: AddressOf,
  locate: AddressOf,
  scratch: ScratchSpace,
): ImageKernels {
  /** Calls `kernel`; false where an operand is elsewhere, they overlap, or there is no scratch space. */
  const onPlanes = (
    kernel: ElementwiseExports['gatherPatches'],
    patches: Float32Array,
    image: Float32Array,
    batch: number,
    { channels, height, width, window, stride, padding, outputHeight, outputWidth }: PatchGeometry,
  ): boolean => {
    const atPatches = locate(patches), atImage = locate(image)
    if (atPatches < 0 || atImage < 0 || !apart(atPatches, patches.length, atImage, image.length)) return false
    const plane = scratch(planeBytes(height + 2 * padding[0], width + 2 * padding[1]))
    if (plane < 0) return false
    kernel(atPatches, atImage, batch, channels, height, width, window[0], window[1], stride[0], stride[1], padding[0],
      padding[1], outputHeight, outputWidth, plane)
    return true
  }
  return {
    gatherPatchesInto(patches, input, batch, g) {
      checkPatches('gatherPatchesInto', patches, 'input', input, batch, g)
      if (onPlanes(wasm.gatherPatches, patches, input, batch, g)) return patches
      return gatherPatchesInto(patches, input, batch, g)
    },
    scatterPatchesInto(inputGradient, patches, batch, g) {
      checkPatches('scatterPatchesInto', patches, 'inputGradient', inputGradient, batch, g)
      if (onPlanes(wasm.scatterPatches, patches, inputGradient, batch, g)) return inputGradient
      return scatterPatchesInto(inputGradient, patches, batch, g)
    },
    swapLeadingInto(out, x, n, m, inner) {
      checkSwapLeading(out, x, n, m, inner)
      const atOut = locate(out), atX = locate(x)
      if (atOut < 0 || atX < 0 || !apart(atOut, out.length, atX, x.length)) return swapLeadingInto(out, x, n, m, inner)
      wasm.swapLeading(atOut, atX, n, m, inner)
      return out
    },
    windowMaximaInto(y, winners, x, batch, g) {
      checkMaxima(y, winners, x, batch, g)
      const { channels, height, width, window, stride, outputHeight, outputWidth } = g
      const atY = locate(y),
        atX = locate(x)
      // An address does not depend on what the four bytes of an element mean.
      const atWinners = winners instanceof Int32Array ? addressOf(winners as unknown as Float32Array) : -1
      if (atY < 0 || atWinners < 0 || atX < 0 || outputWidth < 4 || !apart(atY, y.length, atX, x.length)
        || !apart(atY, y.length, atWinners, y.length) || !apart(atX, x.length, atWinners, y.length))
      {
        return windowMaximaInto(y, winners, x, batch, g)
      }
      wasm.windowMaxima(atY, atWinners, atX, batch * channels, height, width, window[0], window[1], stride[0],
        stride[1], outputHeight, outputWidth)
      return y
    },
  }
}

/** Whether two stretches share no element. */
function apart(at: number, length: number, other: number, otherLength: number): boolean {
  return at >= other + 4 * otherLength || other >= at + 4 * length
}
