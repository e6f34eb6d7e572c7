// The fixed random matrices F_l that carry the error.

import { checkPositive, checkSize, choose, type Matrix, normal, normalInto, permutation, randomOrthogonal,
  type RandomStream, randomStream, type Tensor, tensor, uniformInto } from '../tensor/index.ts'
import { type FeedbackShapes, shapedRows } from './feedback-shape.ts'
import { drawnRows, type FeedbackMapOptions, type FeedbackTarget, mapKernelOf, spreadOverMap } from './feedback-maps.ts'

/**
 * Distribution before normalization: `gaussian` N(0, 1); `uniform` U[−1, 1), of mean square 1/3, as refinetti2021 and the
 * code of launay2020 draw it; `unit-uniform` U[−√3, √3), of mean square 1; `orthogonal` √n_l times a Haar-distributed
 * matrix with orthonormal columns (rows, when n_l < K); `sparse` k entries N(0, K/k) per row at random places, zeros
 * elsewhere; `low-rank` U Vᵀ/√r with Gaussian U [n_l, r] and V [K, r]; `shaped` the orthogonal kind times
 * given matrices S_l, see `spectrumPowers`. So every kind has entries of order one.
 */
export type FeedbackKind = 'gaussian' | 'uniform' | 'unit-uniform' | 'orthogonal' | 'sparse' | 'low-rank' | 'shaped'

/**
 * Factor applied to F_l: `width` 1/√n_l (refinetti2021: F_lᵀF_l ≈ I, for the uniform kind I/3), `width-outputs` 1/√(n_l·K)
 * (launay2019), `widest` 1/√F_max with F_max the widest point (launay2020), `backward` √(v·(vγ)^(L−l−1)/n_l), as large as
 * backpropagation's errors are at the start (theory (8.20)), `none` 1.
 */
export type FeedbackNormalization = 'width' | 'width-outputs' | 'widest' | 'backward' | 'none'

/** How feedback matrices are drawn. */
export interface FeedbackOptions extends FeedbackMapOptions {
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
  /** S_l of the shaped kind, which must have them. */
  readonly shapes?: FeedbackShapes
  /** v = n_{l−1} Var W_l at the start, for `backward`; 1/3 unless given, as of `uniform` initial weights. */
  readonly weightGain?: number
  /** γ = mean of g′(a)² at the start, for `backward`; 1/2 unless given, as of relu. */
  readonly slopeGain?: number
}

/**
 * F_l for every target, in order. Shapes: [n_l, K], whatever `maps` says: structure is in the entries.
 * Equation: theory (1.18); with `shared` and `width-outputs` theory (8.1); `backward`: theory (8.20); shaped: theory (7.1).
 * Throws: RangeError for unknown options, sizes below 1 or gains that are no numbers above 0; shaped: without one shape [K, K] per point, or as these.
 */
export function feedbackMatrices(targets: readonly FeedbackTarget[], outputs: number,
  options: FeedbackOptions = {}): readonly Tensor[]
{
  const { kind = 'gaussian', normalization = 'width', sharing = 'independent', seed = 0 } = options
  const where = 'feedbackMatrices'
  const draw = choose(where, 'kind', kind, FEEDBACK_DRAWS)
  const normalizer = choose(where, 'normalization', normalization, NORMALIZERS)
  const isShared = choose(where, 'sharing', sharing, IS_SHARED)
  const kernel = mapKernelOf(options)
  checkSize(where, 'outputs', outputs, 1)
  for (const { name, width } of targets) checkSize(where, `width of ${name}`, width, 1)
  const gains = gainsOf(where, options)
  const shapes = choose(where, 'kind', kind, IS_SHAPED) ? shapesOf(where, options, targets.length, outputs) : undefined
  const widest = targets.reduce((most, { width }) => Math.max(most, width), 0)
  const stream = (name: string): RandomStream => randomStream(seed, `feedback/${name}`)
  const rows = targets.map((target) => drawnRows(target, kernel))
  const most = rows.reduce((largest, count) => Math.max(largest, count), 0)
  const shared = isShared ? draw(most, outputs, stream('shared'), options) : undefined
  return targets.map((target, index) => {
    const { name, width } = target
    const drawn = shared?.subarray(0, rows[index] * outputs) ?? draw(rows[index], outputs, stream(name), options)
    const spread = spreadOverMap(drawn, target, outputs, kernel)
    const unit = shapes === undefined ? spread : shapedRows(spread, shapes[index])
    const factor = normalizer(width, outputs, widest, target.above ?? targets.length - index, gains)
    return tensor([width, outputs], Float32Array.from(unit, (x) => factor * x))
  })
}

const IS_SHARED: Readonly<Record<'independent' | 'shared', boolean>> = { independent: false, shared: true }

const IS_SHAPED: Readonly<Record<FeedbackKind, boolean>> = {
  gaussian: false,
  uniform: false,
  'unit-uniform': false,
  orthogonal: false,
  sparse: false,
  'low-rank': false,
  shaped: true,
}

/** S_l of every point, [K, K] each. Throws: RangeError where they are not given, or others. */
function shapesOf(where: string, { shapes }: FeedbackOptions, points: number, outputs: number): readonly Matrix[] {
  if (shapes === undefined) throw new RangeError(`${where}: shapes must be given with shaped feedback, got none`)
  const found = shapes(points, outputs)
  if (found.length !== points) {
    throw new RangeError(`${where}: shapes must be ${points}, one per point, got ${found.length}`)
  }
  found.forEach(({ rows, columns }, index) => {
    if (rows === outputs && columns === outputs) return
    throw new RangeError(
      `${where}: shapes[${index}] must have shape [${outputs}, ${outputs}], got [${rows}, ${columns}]`,
    )
  })
  return found
}

/** v and γ of theory (8.19). */
interface Gains {
  readonly weight: number
  readonly slope: number
}

function gainsOf(where: string, { weightGain = 1 / 3, slopeGain = 1 / 2 }: FeedbackOptions): Gains {
  return { weight: checkPositive(where, 'weightGain', weightGain), slope: checkPositive(where, 'slopeGain', slopeGain) }
}

/** By n_l, K, the widest n_l, the L − l weight layers above, and the gains. */
type Normalizer = (width: number, outputs: number, widest: number, above: number, gains: Gains) => number

const NORMALIZERS: Readonly<Record<FeedbackNormalization, Normalizer>> = {
  width: (width) => 1 / Math.sqrt(width),
  'width-outputs': (width, outputs) => 1 / Math.sqrt(width * outputs),
  widest: (_width, _outputs, widest) => 1 / Math.sqrt(widest),
  backward(width, _outputs, _widest, above, { weight, slope }) {
    let square = weight
    for (let layer = 1; layer < above; layer++) square *= weight * slope
    return Math.sqrt(square / width)
  },
  none: () => 1,
}

/**
 * Draws one matrix before normalization, its rows the hidden units. Shapes: [width, outputs].
 * Throws: RangeError for k or r below 1 or above `outputs`.
 */
export type FeedbackDraw = (width: number, outputs: number, stream: RandomStream,
  options: Pick<FeedbackOptions, 'nonZero' | 'rank'>) => Float64Array

/** √3: U[−√3, √3) has variance 1. */
export const ROOT_3 = 1.7320508075688772

/** The known kinds. */
export const FEEDBACK_DRAWS: Readonly<Record<FeedbackKind, FeedbackDraw>> = {
  gaussian: (width, outputs, stream) => normalInto(new Float64Array(width * outputs), stream),
  uniform: (width, outputs, stream) => uniformInto(new Float64Array(width * outputs), stream, -1, 1),
  'unit-uniform': (width, outputs, stream) => uniformInto(new Float64Array(width * outputs), stream, -ROOT_3, ROOT_3),
  orthogonal,
  sparse: (width, outputs, stream, { nonZero = 1 }) =>
    sparse(width, outputs, stream, checkAtMost('nonZero', nonZero, outputs)),
  'low-rank': (width, outputs, stream, { rank = 1 }) =>
    lowRank(width, outputs, stream, checkAtMost('rank', rank, outputs)),
  // S_l belongs to the point, not to the draw, which all points may share.
  shaped: orthogonal,
}

function orthogonal(width: number, outputs: number, stream: RandomStream): Float64Array {
  return randomOrthogonal(stream, width, outputs).data.map((x) => Math.sqrt(width) * x)
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
