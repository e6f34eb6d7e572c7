// The fixed random matrices F_l that carry the error.

import {
  checkSize, normalInto, randomOrthogonal, randomStream, show, tensor, uniformInto, type RandomStream, type Tensor,
} from '../tensor/index.ts'

/**
 * Distribution before normalisation: `gaussian` N(0, 1); `uniform` U[−1, 1); `orthogonal` √n_l times a Haar-distributed
 * matrix with orthonormal columns (rows, when n_l < K), so that every kind has entries of order one.
 */
export type FeedbackKind = 'gaussian' | 'uniform' | 'orthogonal'

/**
 * Factor applied to F_l: `width` 1/√n_l (refinetti2021 section 1: F_lᵀF_l ≈ I), `width-outputs` 1/√(n_l·K)
 * (launay2019), `widest` 1/√F_max with F_max the widest point (launay2020), `none` 1.
 */
export type FeedbackNormalisation = 'width' | 'width-outputs' | 'widest' | 'none'

/** How feedback matrices are drawn. */
export interface FeedbackOptions {
  readonly kind?: FeedbackKind
  readonly normalisation?: FeedbackNormalisation
  /** One matrix per point, or the first n_l rows of one matrix for all points. */
  readonly sharing?: 'independent' | 'shared'
  /** Own seed, so that runs with different initial weights can share their feedback, as the papers' code does. */
  readonly seed?: number
}

const KINDS: readonly FeedbackKind[] = ['gaussian', 'uniform', 'orthogonal']
const NORMALISATIONS: readonly FeedbackNormalisation[] = ['width', 'width-outputs', 'widest', 'none']

/** A point that wants a matrix: its name (for the random stream) and its width n_l. */
export interface FeedbackTarget {
  readonly name: string
  readonly width: number
}

/**
 * F_l for every target, in order. Shapes: [n_l, K].
 * Throws: RangeError for unknown options or sizes below 1.
 */
export function feedbackMatrices(
  targets: readonly FeedbackTarget[], outputs: number, options: FeedbackOptions = {},
): readonly Tensor[] {
  const { kind = 'gaussian', normalisation = 'width', sharing = 'independent', seed = 0 } = options
  checkOption('kind', kind, KINDS)
  checkOption('normalisation', normalisation, NORMALISATIONS)
  checkOption('sharing', sharing, ['independent', 'shared'])
  checkSize('feedbackMatrices', 'outputs', outputs, 1)
  for (const { name, width } of targets) checkSize('feedbackMatrices', `width of ${name}`, width, 1)
  const widest = targets.reduce((most, { width }) => Math.max(most, width), 0)
  const shared = sharing === 'shared' ? draw(kind, widest, outputs, randomStream(seed, 'feedback/shared')) : undefined
  return targets.map(({ name, width }) => {
    const unit = shared?.subarray(0, width * outputs) ?? draw(kind, width, outputs, randomStream(seed, `feedback/${name}`))
    const factor = { width: 1 / Math.sqrt(width), 'width-outputs': 1 / Math.sqrt(width * outputs), widest: 1 / Math.sqrt(widest), none: 1 }
    return tensor([width, outputs], Float32Array.from(unit, (x) => factor[normalisation] * x))
  })
}

function draw(kind: FeedbackKind, width: number, outputs: number, stream: RandomStream): Float64Array {
  if (kind === 'gaussian') return normalInto(new Float64Array(width * outputs), stream)
  if (kind === 'uniform') return uniformInto(new Float64Array(width * outputs), stream, -1, 1)
  return randomOrthogonal(stream, width, outputs).data.map((x) => Math.sqrt(width) * x)
}

function checkOption<T extends string>(name: string, value: T, known: readonly T[]): void {
  if (known.includes(value)) return
  throw new RangeError(`feedbackMatrices: ${name} must be one of ${known.join(', ')}, got ${show(value)}`)
}
