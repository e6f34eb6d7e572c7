// A convolution (stride 1, no padding) is a dense layer whose matrix φ(C) is block-Toeplitz: zeros outside receptive
// fields (locality) and the same k² numbers in every row of a block (weight sharing).

import { checkSize } from '../tensor/index.ts'
import type { SparseRows } from './sparse-rows.ts'

/** Sizes of a convolution with stride 1 and without padding; height and width are those of the input. */
export interface ConvolutionGeometry {
  readonly inputChannels: number
  readonly outputChannels: number
  readonly height: number
  readonly width: number
  /** kH and kW. */
  readonly kernel: readonly [number, number]
}

/**
 * d' = d − k + 1 in both directions. Equation: theory (4.1).
 * Throws: TypeError, RangeError for sizes below 1 and windows beyond the image.
 */
export function convolutionOutput(g: ConvolutionGeometry): readonly [height: number, width: number] {
  for (const name of ['inputChannels', 'outputChannels', 'height', 'width'] as const) {
    checkSize('convolutionOutput', name, g[name], 1)
  }
  g.kernel.forEach((size, axis) => checkSize('convolutionOutput', `kernel[${axis}]`, size, 1))
  const [kH, kW] = g.kernel
  if (kH > g.height || kW > g.width) {
    throw new RangeError(
      `convolutionOutput: kernel must fit into the image [${g.height}, ${g.width}], got [${kH}, ${kW}]`,
    )
  }
  return [g.height - kH + 1, g.width - kW + 1]
}

/**
 * φ(C)[(o, y, x), (i, y + ky, x + kx)] = C[o, i, ky, kx], zero elsewhere, so that φ(C)·vec h = vec(C ∗ h) for maps
 * h [I, H, W]. Equation: theory (4.2).
 * Shapes: C [O, I, kH, kW] → [O·H'·W', I·H·W]. Throws: RangeError when C has not O·I·kH·kW elements.
 */
export function convolutionMatrix(c: ArrayLike<number>, g: ConvolutionGeometry): SparseRows {
  const [outHeight, outWidth] = convolutionOutput(g)
  const { inputChannels, outputChannels, height, width, kernel: [kH, kW] } = g
  const perRow = inputChannels * kH * kW
  if (c.length !== outputChannels * perRow) {
    throw new RangeError(`convolutionMatrix: c must have ${outputChannels * perRow} elements, got ${c.length}`)
  }
  const rows = outputChannels * outHeight * outWidth
  const places = new Uint32Array(rows * perRow)
  const values = new Float64Array(rows * perRow)
  let at = 0
  for (let o = 0; o < outputChannels; o++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        for (let tap = 0; tap < perRow; tap++) {
          const i = Math.floor(tap / (kH * kW)), ky = Math.floor(tap / kW) % kH, kx = tap % kW
          places[at] = (i * height + y + ky) * width + x + kx
          values[at++] = c[o * perRow + tap]
        }
      }
    }
  }
  const starts = Uint32Array.from({ length: rows + 1 }, (_, row) => row * perRow)
  return { rows, columns: inputChannels * height * width, starts, places, values }
}

/**
 * The indicator of the receptive fields: 1 where φ(C) may be other than zero. What ALIGNED_NMF factorizes.
 * Equation: theory (4.2).
 */
export function receptiveFields(g: ConvolutionGeometry): SparseRows {
  const { inputChannels, outputChannels, kernel: [kH, kW] } = g
  return convolutionMatrix(new Float64Array(outputChannels * inputChannels * kH * kW).fill(1), g)
}
