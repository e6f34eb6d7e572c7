// Draws of feedback around one convolution, and the best alignment that the convolution could have with it.

import { conv2d, initialize } from '../../../nn/index.ts'
import { type Matrix, matrix, normalInto, randomStream, tensor } from '../../../tensor/index.ts'
import { attainableAlignment, type ConvolutionGeometry, convolutionMatrix, convolutionOutput,
  expectedAttainableAlignment, relativeDifference, sparseTimes } from '../../../theory/index.ts'
import { type ConvolutionFeedback, convolutionFeedback } from './feedback.ts'

/** Draws around one convolution of c channels to as many, on d×d maps with a k×k kernel. */
export interface Draws {
  readonly channels: number
  readonly side: number
  readonly kernel: number
  readonly outputs: number
  readonly draws: number
  readonly seed: number
}

/** Best cosines of F_l F_{l−1}ᵀ with a matrix of either kind, one value per draw. */
export interface Attainable {
  readonly convolution: readonly number[]
  readonly locallyConnected: readonly number[]
}

/** (c, d, k). */
export type Sizes = readonly [channels: number, side: number, kernel: number]

/** The draws of several geometries, for ten outputs. */
export function drawsOf(sizes: readonly Sizes[], draws: number, seed: number): readonly Draws[] {
  return sizes.map(([channels, side, kernel]) => ({ channels, side, kernel, outputs: 10, draws, seed }))
}

/** `(4, 14, 4), (8, 10, 3)`. */
export function sizesText(list: readonly Draws[]): string {
  return list.map(({ channels, side, kernel }) => `(${channels}, ${side}, ${kernel})`).join(', ')
}

function geometryOf({ channels, side, kernel }: Draws): ConvolutionGeometry {
  return { inputChannels: channels, outputChannels: channels, height: side, width: side, kernel: [kernel, kernel] }
}

/** What counting dimensions predicts: k/(d d′) for convolutions, k/d for locally connected layers or repeated F. */
export function expectedFor(c: Draws): ReturnType<typeof expectedAttainableAlignment> {
  return expectedAttainableAlignment(geometryOf(c))
}

function over({ draws }: Draws, one: (draw: number) => ReturnType<typeof attainableAlignment>): Attainable {
  const found = Array.from({ length: draws }, (_, draw) => one(draw))
  return { convolution: found.map(({ convolution }) => convolution),
    locallyConnected: found.map(({ locallyConnected }) => locallyConnected) }
}

/** Gaussian F_l and F_{l−1}, independent of each other. */
export function gaussianAttainable(c: Draws): Attainable {
  const g = geometryOf(c)
  const [outSide] = convolutionOutput(g)
  const gaussian = (side: number, name: string): Matrix => {
    const out = matrix(c.channels * side * side, c.outputs)
    normalInto(out.data, randomStream(c.seed, `bound/${name}`))
    return out
  }
  return over(c, (draw) => attainableAlignment(gaussian(outSide, `left/${draw}`), gaussian(c.side, `right/${draw}`), g))
}

/** Feedback of a kind at both ends of the convolution; svd takes the weights of an initial one. */
export function attainableWith(kind: ConvolutionFeedback, c: Draws): Attainable {
  const g = geometryOf(c)
  const below = geometryOf({ ...c, side: c.side + c.kernel - 1 })
  return over(c, (draw) => {
    const seed = c.seed + draw
    const layer = conv2d({ name: 'conv2d2', ...g, kernelSize: g.kernel, bias: false })
    if (kind === 'svd') initialize(layer, 'uniform', seed)
    const [right, left] = convolutionFeedback(kind, [below, g], [[], layer.weight.value.data], c.outputs, seed)
    return attainableAlignment(left, right, g)
  })
}

/** ‖conv2d(h) − φ(C)h‖/‖φ(C)h‖ on the same maps: the layer and its block-Toeplitz matrix. */
export function matrixError(c: Draws): number {
  const g = geometryOf(c)
  const layer = conv2d({ name: 'conv', ...g, kernelSize: g.kernel, bias: false })
  initialize(layer, 'uniform', c.seed)
  const h = tensor([1, g.inputChannels, g.height, g.width])
  normalInto(h.data, randomStream(c.seed, 'bound/maps'))
  const a = convolutionMatrix(layer.weight.value.data, g)
  const expected = sparseTimes(a, matrix(a.columns, 1, Float64Array.from(h.data)))
  return relativeDifference(matrix(a.rows, 1, Float64Array.from(layer.forward(h).data)), expected)
}
