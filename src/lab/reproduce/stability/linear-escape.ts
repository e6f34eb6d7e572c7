// Minima of linear networks that are unstable under chosen feedback, in a mode well apart from the others, and the path
// from there.

import { addScaled, frobenius, identity, type Matrix, matrix, matrixCosine, multiply, normalInto, pseudoInverse,
  randomOrthogonal, randomStream, scaled, transpose } from '../../../tensor/index.ts'
import { alignmentInvariant, errorOperator, exactFeedback, type Feedback, feedbackFlow, flattened, flowDerivative,
  forwardMaps, integrateFixed, layerTerms, restored, stabilityOf, type Weights } from '../../../theory/index.ts'
import { last, slope } from '../../statistics.ts'

/** A minimum that is unstable in one mode of the first layer, or in one pair of modes. */
export interface Escape {
  /** n_0, …, n_L. */
  readonly sizes: readonly number[]
  /** All singular values of W_1. */
  readonly first: number
  /** Imaginary part of the unstable pair; 0 for one real mode. */
  readonly oscillation: number
  /** Last recorded time. */
  readonly records: number
  readonly seed: number
}

/** What is recorded of a path, and measured at its end. */
export interface EscapePath {
  readonly times: readonly number[]
  /** ‖D‖/‖T‖, whole-gradient cosine, cos∠(first layer's gradient, update), cos∠((W_L ⋯ W_2)ᵀ, F_1) at the times. */
  readonly errors: readonly number[]
  readonly whole: readonly number[]
  readonly hidden: readonly number[]
  readonly weight: readonly number[]
  /** Growth rate by a fit of log ‖D‖, and by the operator. */
  readonly fitted: number
  readonly rate: number
  /** ‖D‖/‖T‖ and time at the end. */
  readonly errorAtEnd: number
  readonly end: number
  /** Least rate at the end, ‖ΔW‖/‖W‖, largest change of ⟨F_{L−1}ᵀ, W_L⟩ − ½‖W_{L−1}‖² over its terms. */
  readonly leastAtEnd: number
  readonly displacement: number
  readonly drift: number
  /** Largest ‖D‖ over the first one under backpropagation from the same point. */
  readonly control: number
}

/** The growth rate of the unstable mode where nothing passes the first layer. */
const GROWTH = 0.6
/** So small that, when the fit begins, what decays has gone: at 10⁻⁶ one path in 25 began inside of the fit. */
const DISTURBANCE = 1e-8
/** ‖D‖/‖T‖ at which a path has arrived, and the time at which it is given up. */
const GONE = 1e-12
const LATEST = 3000
/** ‖D‖/‖T‖ between which the growth is fitted: what decays has gone, what is not linear has not come. */
export const FIT = [1e-5, 1e-2] as const

function gaussian(rows: number, columns: number, seed: number, name: string, deviation = 1): Matrix {
  const out = matrix(rows, columns)
  normalInto(out.data, randomStream(seed, `escape/${name}`), deviation)
  return out
}

/** Weights with all singular values of W_1 alike, and F_1 with W_L ⋯ W_2 F_1 = Q B Qᵀ, B normal with chosen eigenvalues. */
export function unstableMinimum({ sizes, first, oscillation, seed }: Escape): { weights: Weights; feedback: Feedback } {
  const outputs = last(sizes)
  const [n0, n1] = sizes
  const orthonormal = randomOrthogonal(randomStream(seed, 'escape/first'), Math.max(n0, n1), Math.min(n0, n1))
  const weights = [scaled(first, n1 > n0 ? orthonormal : transpose(orthonormal)),
    ...sizes.slice(2).map((rows, l) =>
      gaussian(rows, sizes[l + 1], seed, `weight${l + 2}`, 1 / Math.sqrt(sizes[l + 1]))
    )]
  const gains = matrix(outputs, outputs)
  for (let i = 0; i < outputs; i++) gains.data[i * outputs + i] = i === 0 ? -GROWTH : 0.2 + 0.3 * i
  if (oscillation !== 0) {
    gains.data[outputs + 1] = -GROWTH
    gains.data[1] = -oscillation
    gains.data[outputs] = oscillation
  }
  const q = randomOrthogonal(randomStream(seed, 'escape/basis'), outputs, outputs)
  const above = transpose(exactFeedback(weights)[0])
  const inverse = pseudoInverse(above)
  const unseen = addScaled(identity(n1), -1, multiply(inverse, above))
  const pinned = addScaled(multiply(inverse, multiply(multiply(q, gains), transpose(q))), 1,
    multiply(unseen, gaussian(n1, outputs, seed, 'unseen')))
  return { weights, feedback: [pinned, ...exactFeedback(weights).slice(1)] }
}

const product = (weights: Weights): Matrix => last(forwardMaps(weights))
const joined = (weights: Weights): Matrix => {
  const data = flattened(weights)
  return matrix(1, data.length, data)
}

/**
 * The path of feedback alignment from the disturbed minimum until the error is gone, and backpropagation from the same point.
 */
export function followEscape(c: Escape, progress: (fraction: number) => void): EscapePath {
  const { weights, feedback } = unstableMinimum(c)
  const teacher = product(weights)
  const task = { teacher }
  const { leastRate } = stabilityOf(errorOperator(layerTerms(weights, feedback)))
  const state = flattened(weights)
  const noise = normalInto(new Float64Array(state.length), randomStream(c.seed, 'escape/disturbance'), DISTURBANCE)
  const start = state.map((w, i) => w + noise[i])
  const times = Array.from({ length: 2 * c.records + 1 }, (_, i) => i / 2)
  const flow = flowDerivative(weights, feedback, task)
  const { states } = integrateFixed(flow, start, times, { step: 0.02 })
  progress(0.5)
  const size = frobenius(teacher)
  const errorOf = (w: Weights): number => frobenius(addScaled(product(w), -1, teacher)) / size
  const at = states.map((one) => restored(weights, one))
  let end = last(at)
  let time = c.records
  for (; errorOf(end) > GONE && time < LATEST; time += 10) {
    end = restored(weights, integrateFixed(flow, flattened(end), [0, 10], { step: 0.02 }).states[1])
  }
  const errors = at.map(errorOf)
  const peak = errors.indexOf(Math.max(...errors))
  const inside = times.flatMap((_, i) => i < peak && errors[i] >= FIT[0] && errors[i] <= FIT[1] ? [i] : [])
  const cosines = at.map((w) => {
    const exact = exactFeedback(w)
    const gradient = feedbackFlow(w, exact, task)
    const update = feedbackFlow(w, feedback, task)
    return [matrixCosine(joined(gradient), joined(update)), matrixCosine(gradient[0], update[0]),
      matrixCosine(exact[0], feedback[0])]
  })
  const depth = weights.length
  const conserved = at.map((w) => alignmentInvariant(w[depth - 2], w[depth - 1], transpose(feedback[depth - 2])))
  const backpropagated = integrateFixed((_, from, derivative) => {
    const w = restored(weights, from)
    derivative.set(flattened(feedbackFlow(w, exactFeedback(w), task)))
  }, start, [0, 1, 2, 5, 10, 20], { step: 0.02 }).states.map((one) => errorOf(restored(weights, one)))
  return {
    times,
    errors,
    whole: cosines.map(([whole]) => whole),
    hidden: cosines.map(([, hidden]) => hidden),
    weight: cosines.map(([, , weight]) => weight),
    fitted: slope(inside.map((i) => times[i]), inside.map((i) => Math.log(errors[i]))),
    rate: -leastRate,
    errorAtEnd: errorOf(end),
    end: time,
    leastAtEnd: stabilityOf(errorOperator(layerTerms(end, feedback))).leastRate,
    displacement: frobenius(addScaled(joined(end), -1, joined(weights))) / frobenius(joined(weights)),
    drift: Math.max(...conserved.map((value) => Math.abs(value - conserved[0]))) / frobenius(joined(end)),
    control: Math.max(...backpropagated) / backpropagated[0],
  }
}
