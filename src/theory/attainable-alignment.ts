// How well any convolution could align with the target F_l F_{l−1}ᵀ of weak weight alignment: the length of the
// target's projection on the space of block-Toeplitz matrices. No training is needed to see that it is short.

import { innerProduct, type Matrix, matrix, multiply, normalized, transpose } from '../tensor/index.ts'
import { type ConvolutionGeometry, convolutionOutput } from './convolution-as-matrix.ts'

/** Best cosines with a target over all matrices of a kind. */
export interface AttainableAlignment {
  /** Local and sharing weights: φ(C) for any C. */
  readonly convolution: number
  /** Local only: any matrix that is zero outside the receptive fields. */
  readonly locallyConnected: number
}

/**
 * max over C of cos∠(φ(C), F_l F_{l−1}ᵀ), and the same over locally connected matrices.
 * Equation: theory (4.3), (4.4), (4.5). The maximum over a subspace is ‖P T‖/‖T‖ with
 *   ‖T‖² = tr(F_lᵀF_l F_{l−1}ᵀF_{l−1}). For convolutions ‖P T‖² = Σ S²/(H'W'),
 *   S[o, i, ky, kx] = Σ_{y, x} T[(o, y, x), (i, y + ky, x + kx)]; for locally connected matrices it is the sum of the
 *   squares of T in the receptive fields.
 * Shapes: left = F_l [O·H'·W', K], right = F_{l−1} [I·H·W, K]. Cost: 2·O·I·kH·kW·H'·W'·K flops; T is never formed.
 * Throws: RangeError when shapes do not fit. NaN for a target of zeros.
 */
export function attainableAlignment(left: Matrix, right: Matrix, g: ConvolutionGeometry): AttainableAlignment {
  left = normalized(left)
  right = normalized(right)
  const { sums, squares } = projection(left, right, g)
  const [outHeight, outWidth] = convolutionOutput(g)
  const target = targetNorm(left, right)
  let shared = 0
  for (const s of sums) shared += s * s
  return {
    convolution: Math.sqrt(shared / (outHeight * outWidth)) / target,
    locallyConnected: Math.sqrt(squares) / target,
  }
}

/**
 * WA = cos∠(φ(C), F_l F_{l−1}ᵀ) of a convolutional layer. Equation: theory (4.6).
 * Shapes: c [O, I, kH, kW], left [O·H'·W', K], right [I·H·W, K]. NaN for zero weights. Throws: RangeError.
 */
export function convolutionWeightAlignment(c: ArrayLike<number>, left: Matrix, right: Matrix,
  g: ConvolutionGeometry): number
{
  left = normalized(left)
  right = normalized(right)
  const { sums } = projection(left, right, g)
  if (c.length !== sums.length) {
    throw new RangeError(`convolutionWeightAlignment: c must have ${sums.length} elements, got ${c.length}`)
  }
  const [outHeight, outWidth] = convolutionOutput(g)
  const { data: kernel } = normalized(matrix(1, c.length, Float64Array.from(c)))
  let product = 0, squares = 0
  for (let at = 0; at < sums.length; at++) {
    product += kernel[at] * sums[at]
    squares += kernel[at] * kernel[at]
  }
  return product / (Math.sqrt(squares * outHeight * outWidth) * targetNorm(left, right))
}

/**
 * Root mean square of the attainable alignment over F with independent entries, by counting dimensions: entries of
 * F_l F_{l−1}ᵀ are pairwise uncorrelated, so a subspace holds its share of the squares. k/(d·d') for convolutions,
 * k/d for locally connected layers; k/d for both, exactly and in every draw, where F is constant over each channel.
 * Equation: theory (4.7), (4.8).
 */
export function expectedAttainableAlignment(
  g: ConvolutionGeometry,
): AttainableAlignment & { readonly repeated: number } {
  const [outHeight, outWidth] = convolutionOutput(g)
  const local = Math.sqrt(g.kernel[0] * g.kernel[1] / (g.height * g.width))
  return { convolution: local / Math.sqrt(outHeight * outWidth), locallyConnected: local, repeated: local }
}

/** S, and the sum of the squares of T inside the receptive fields. */
function projection(left: Matrix, right: Matrix, g: ConvolutionGeometry): { sums: Float64Array; squares: number } {
  const [outHeight, outWidth] = convolutionOutput(g)
  const { inputChannels, outputChannels, height, width, kernel: [kH, kW] } = g
  const n = left.columns
  const fits = left.rows === outputChannels * outHeight * outWidth && right.rows === inputChannels * height * width
  if (!fits || right.columns !== n) {
    throw new RangeError(
      `attainableAlignment: left and right must have shapes [${outputChannels * outHeight * outWidth}, K] and `
        + `[${inputChannels * height * width}, K], got [${left.rows}, ${n}] and [${right.rows}, ${right.columns}]`,
    )
  }
  const sums = new Float64Array(outputChannels * inputChannels * kH * kW)
  let squares = 0
  for (let at = 0; at < sums.length; at++) {
    const kx = at % kW, ky = Math.floor(at / kW) % kH, i = Math.floor(at / (kW * kH)) % inputChannels
    const o = Math.floor(at / (kW * kH * inputChannels))
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        const a = ((o * outHeight + y) * outWidth + x) * n
        const b = ((i * height + y + ky) * width + x + kx) * n
        let entry = 0
        for (let k = 0; k < n; k++) entry += left.data[a + k] * right.data[b + k]
        sums[at] += entry
        squares += entry * entry
      }
    }
  }
  return { sums, squares }
}

function targetNorm(left: Matrix, right: Matrix): number {
  return Math.sqrt(innerProduct(multiply(transpose(left), left), multiply(transpose(right), right)))
}
