// The fixed random matrices F_l that carry the error.

import { checkSize, normal, normalInto, permutation, randomOrthogonal, type RandomStream, randomStream, show,
  type Tensor, tensor, uniformInto } from '../tensor/index.ts'
import type { Pair } from '../nn/index.ts'
import { drawnRows, FEEDBACK_MAPS, type FeedbackMaps, spreadOverMap } from './feedback-maps.ts'

/**
 * Distribution before normalization: `gaussian` N(0, 1); `uniform` U[−1, 1); `orthogonal` √n_l times a Haar-distributed
 * matrix with orthonormal columns (rows, when n_l < K); `sparse` k entries N(0, K/k) per row at random places, zeros
 * elsewhere; `low-rank` U Vᵀ/√r with Gaussian U [n_l, r] and V [K, r]. So every kind has entries of order one.
 */
export type FeedbackKind = 'gaussian' | 'uniform' | 'orthogonal' | 'sparse' | 'low-rank'

/**
 * Factor applied to F_l: `width` 1/√n_l (refinetti2021 section 1: F_lᵀF_l ≈ I), `width-outputs` 1/√(n_l·K)
 * (launay2019), `widest` 1/√F_max with F_max the widest point (launay2020), `none` 1.
 */
export type FeedbackNormalization = 'width' | 'width-outputs' | 'widest' | 'none'

/** How feedback matrices are drawn. */
export interface FeedbackOptions {
  readonly kind?: FeedbackKind
  readonly normalization?: FeedbackNormalization
  /**
   * One matrix per point, or the first n_l rows of one matrix for all points; at maps that are not dense, the first
   * rows of what is drawn.
   */
  readonly sharing?: 'independent' | 'shared'
  /** Own seed, so that runs with different initial weights can share their feedback, as the papers' code does. */
  readonly seed?: number
  /** k of the sparse kind: outputs that reach one hidden unit; 1 unless given. */
  readonly nonZero?: number
  /** r of the low-rank kind; 1 unless given. */
  readonly rank?: number
  /** Shape of F_l at points whose features are maps; `dense` unless given. */
  readonly maps?: FeedbackMaps
  /** kH and kW of the kernel-shaped maps; 3 unless given. */
  readonly mapKernel?: Pair
}

/** The known kinds. */
export const FEEDBACK_KINDS: readonly FeedbackKind[] = ['gaussian', 'uniform', 'orthogonal', 'sparse', 'low-rank']
const NORMALIZATIONS: readonly FeedbackNormalization[] = ['width', 'width-outputs', 'widest', 'none']

/** A point that wants a matrix: its name (for the random stream), its width n_l, and [C, H, W] where it has maps. */
export interface FeedbackTarget {
  readonly name: string
  readonly width: number
  readonly shape?: readonly number[]
}

/**
 * F_l for every target, in order. Shapes: [n_l, K], whatever `maps` says: structure is in the entries.
 * Throws: RangeError for unknown options or sizes below 1.
 */
export function feedbackMatrices(
  targets: readonly FeedbackTarget[],
  outputs: number,
  options: FeedbackOptions = {},
): readonly Tensor[] {
  const { kind = 'gaussian', normalization = 'width', sharing = 'independent', seed = 0 } = options
  checkOption('kind', kind, FEEDBACK_KINDS)
  checkOption('normalization', normalization, NORMALIZATIONS)
  checkOption('sharing', sharing, ['independent', 'shared'])
  checkOption('maps', options.maps ?? 'dense', FEEDBACK_MAPS)
  checkSize('feedbackMatrices', 'outputs', outputs, 1)
  for (const { name, width } of targets) checkSize('feedbackMatrices', `width of ${name}`, width, 1)
  const widest = targets.reduce((most, { width }) => Math.max(most, width), 0)
  const stream = (name: string): RandomStream => randomStream(seed, `feedback/${name}`)
  const rows = targets.map((target) => drawnRows(target, options))
  const most = rows.reduce((largest, count) => Math.max(largest, count), 0)
  const shared = sharing === 'shared' ? unitFeedback(kind, most, outputs, stream('shared'), options) : undefined
  return targets.map((target, index) => {
    const { name, width } = target
    const drawn = shared?.subarray(0, rows[index] * outputs)
      ?? unitFeedback(kind, rows[index], outputs, stream(name), options)
    const unit = spreadOverMap(drawn, target, outputs, options)
    const factor = {
      width: 1 / Math.sqrt(width),
      'width-outputs': 1 / Math.sqrt(width * outputs),
      widest: 1 / Math.sqrt(widest),
      none: 1,
    }
    return tensor([width, outputs], Float32Array.from(unit, (x) => factor[normalization] * x))
  })
}

/**
 * One matrix before normalization, its rows the hidden units. Shapes: [width, outputs].
 * Throws: RangeError for k or r below 1 or above `outputs`.
 */
export function unitFeedback(
  kind: FeedbackKind,
  width: number,
  outputs: number,
  stream: RandomStream,
  options: FeedbackOptions = {},
): Float64Array {
  const { nonZero = 1, rank = 1 } = options
  if (kind === 'uniform') return uniformInto(new Float64Array(width * outputs), stream, -1, 1)
  if (kind === 'orthogonal') return randomOrthogonal(stream, width, outputs).data.map((x) => Math.sqrt(width) * x)
  if (kind === 'sparse') return sparse(width, outputs, stream, checkAtMost('nonZero', nonZero, outputs))
  if (kind === 'low-rank') return lowRank(width, outputs, stream, checkAtMost('rank', rank, outputs))
  return normalInto(new Float64Array(width * outputs), stream)
}

/** Equation: crafton2019 (a fixed number of connections per hidden unit). */
function sparse(width: number, outputs: number, stream: RandomStream, count: number): Float64Array {
  const f = new Float64Array(width * outputs)
  const deviation = Math.sqrt(outputs / count)
  for (let i = 0; i < width; i++) {
    // The first `count` places of a random order. The rest is drawn too: row i begins at the same draw for any k.
    const order = permutation(stream, outputs)
    for (let at = 0; at < outputs; at++) {
      const value = deviation * normal(stream)
      if (at < count) f[i * outputs + order[at]] = value
    }
  }
  return f
}

function lowRank(width: number, outputs: number, stream: RandomStream, rank: number): Float64Array {
  // V first: the rows of a shared matrix are then the same for any width.
  const v = normalInto(new Float64Array(outputs * rank), stream, 1 / Math.sqrt(rank))
  const u = normalInto(new Float64Array(width * rank), stream)
  return Float64Array.from({ length: width * outputs }, (_, at) => {
    const i = Math.floor(at / outputs) * rank, j = (at % outputs) * rank
    let sum = 0
    for (let p = 0; p < rank; p++) sum += u[i + p] * v[j + p]
    return sum
  })
}

function checkAtMost(name: string, value: number, most: number): number {
  if (checkSize('feedbackMatrices', name, value, 1) <= most) return value
  throw new RangeError(`feedbackMatrices: ${name} must be at most ${most}, the number of outputs, got ${value}`)
}

function checkOption<T extends string>(name: string, value: T, known: readonly T[]): void {
  if (known.includes(value)) return
  throw new RangeError(`feedbackMatrices: ${name} must be one of ${known.join(', ')}, got ${show(value)}`)
}
