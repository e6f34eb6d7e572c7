// Feedback for feature maps: the matrix F_l [n_l, K] of a point, from fewer random numbers than it has entries.

import { choose } from '../tensor/index.ts'
import { type Pair, pairOf } from '../nn/index.ts'

/**
 * How F_l looks at a point whose features are maps [C, H, W]; no effect at flat points.
 * `dense`: n_l·K entries, all different.
 * `channel-shared`: F[(c, y, x), k] = F′[c, k], the same at all positions (REPEATED of refinetti2021's code).
 * `kernel-shaped`: the error stands at every position of the map and a kernel R [C, K, kH, kW] carries it with padding
 *   that keeps the size: F[(c, y, x), k] = s·Σ R[c, k, ky, kx] over the taps (ky, kx) that lie inside the map at
 *   (y, x); positions differ at the borders alone.
 */
export type FeedbackMaps = 'dense' | 'channel-shared' | 'kernel-shaped'

/** What feedback to feature maps is made of. */
export interface FeedbackMapOptions {
  /** Shape of F_l at points whose features are maps; `dense` unless given. */
  readonly maps?: FeedbackMaps
  /** kH and kW of the kernel-shaped maps; 3 unless given. */
  readonly mapKernel?: Pair
}

/** A point that wants a matrix: its name (for the random stream), its width n_l, and [C, H, W] where it has maps. */
export interface FeedbackTarget {
  readonly name: string
  readonly width: number
  readonly shape?: readonly number[]
  /** L − l, the weight layers above, for the normalization `backward`; one per target from here on unless given. */
  readonly above?: number
}

/** [C, H, W] of a point with maps, undefined for flat features. */
function mapShape({ shape }: FeedbackTarget): readonly number[] | undefined {
  return shape?.length === 3 ? shape : undefined
}

/** kH and kW of what is drawn for each channel of a map; undefined where every entry is drawn. */
export type MapKernel = readonly [number, number] | undefined

/** Throws: RangeError for unknown maps, and for a bad `mapKernel` whether it is needed or not. */
export function mapKernelOf({ maps = 'dense', mapKernel = 3 }: FeedbackMapOptions): MapKernel {
  const where = 'feedbackMatrices'
  const kernels: Readonly<Record<FeedbackMaps, MapKernel>> = {
    dense: undefined,
    'channel-shared': [1, 1],
    'kernel-shaped': pairOf(where, 'mapKernel', mapKernel, 1),
  }
  return choose(where, 'maps', maps, kernels)
}

/** Rows of K random numbers that a target draws: n_l, C, or C·kH·kW. */
export function drawnRows(target: FeedbackTarget, kernel: MapKernel): number {
  const shape = mapShape(target)
  return shape === undefined || kernel === undefined ? target.width : shape[0] * kernel[0] * kernel[1]
}

/**
 * F_l before normalization from the rows drawn. Equation: theory (4.9), (4.10).
 * Shapes: drawn [C, K] or [C·kH·kW, K], row (c, ky, kx) = R[c, ·, ky, kx]; result [n_l, K].
 * s = 1/√(mean number of taps inside the map), so that the mean square of F over all positions is that of R, as for a
 * dense matrix.
 */
export function spreadOverMap(drawn: Float64Array, target: FeedbackTarget, outputs: number,
  kernel: MapKernel): Float64Array
{
  const shape = mapShape(target)
  if (shape === undefined || kernel === undefined) return drawn
  const [, height, width] = shape
  const [kH, kW] = kernel
  const rows = tapsInside(height, kH), columns = tapsInside(width, kW)
  const mean = (taps: readonly (readonly number[])[]): number =>
    taps.reduce((total, { length }) => total + length, 0) / taps.length
  const scale = 1 / Math.sqrt(mean(rows) * mean(columns))
  return Float64Array.from({ length: target.width * outputs }, (_, at) => {
    const unit = Math.floor(at / outputs)
    const c = Math.floor(unit / (height * width))
    let sum = 0
    for (const ky of rows[Math.floor(unit / width) % height]) {
      for (const kx of columns[unit % width]) sum += drawn[((c * kH + ky) * kW + kx) * outputs + at % outputs]
    }
    return scale * sum
  })
}

/** For each position of an axis the taps that lie inside it, ⌊(k − 1)/2⌋ of them before the middle. */
function tapsInside(size: number, taps: number): readonly (readonly number[])[] {
  const before = Math.floor((taps - 1) / 2)
  return Array.from({ length: size },
    (_, at) =>
      Array.from({ length: taps }, (_tap, k) => k).filter((k) => at + k - before >= 0 && at + k - before < size))
}
