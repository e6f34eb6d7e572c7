// Patches of feature maps and the exchange of axes, in TypeScript and in vector instructions.

import { checkPatches, checkSwapLeading, gatherPatchesInto, type PatchGeometry, scatterPatchesInto,
  swapLeadingInto } from '../patches.ts'
import { type PatchExports, planeBytes } from '../wasm/patches.ts'
import { type Operands, overlap } from './operands.ts'

/** Each is defined by the function of the same name. */
export interface PatchKernels {
  /** Windows of images as rows: a convolution is one product with them. */
  readonly gatherPatchesInto: (patches: Float32Array, input: Float32Array, batch: number,
    g: PatchGeometry) => Float32Array
  /** Its adjoint: rows of windows summed back into images. */
  readonly scatterPatchesInto: (inputGradient: Float32Array, patches: Float32Array, batch: number,
    g: PatchGeometry) => Float32Array
  /** [n, m, inner] ↦ [m, n, inner]. */
  readonly swapLeadingInto: (out: Float32Array, x: Float32Array, n: number, m: number, inner: number) => Float32Array
}

/** The definitions. */
export const scalarPatches: PatchKernels = { gatherPatchesInto, scatterPatchesInto, swapLeadingInto }

/**
 * The same functions on the exports of `emitPatches`. Checks are those of the scalar functions, which also do what is
 * elsewhere, overlaps or finds no scratch space.
 */
export function vectorPatches(wasm: PatchExports, { locate, scratch }: Operands): PatchKernels {
  /** Calls `kernel`; false where an operand is elsewhere, they overlap, or there is no scratch space. */
  const onPlanes = (kernel: PatchExports['gatherPatches'], patches: Float32Array, image: Float32Array, batch: number,
    { channels, height, width, window, stride, padding, outputHeight, outputWidth }: PatchGeometry): boolean =>
  {
    const atPatches = locate(patches), atImage = locate(image)
    if (atPatches < 0 || atImage < 0 || overlap(atPatches, patches.length, atImage, image.length)) return false
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
      if (atOut < 0 || atX < 0 || overlap(atOut, out.length, atX, x.length)) return swapLeadingInto(out, x, n, m, inner)
      wasm.swapLeading(atOut, atX, n, m, inner)
      return out
    },
  }
}
