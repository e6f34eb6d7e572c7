// Feedback for networks of convolutions, plain and structured as in refinetti2021.

import { type FeedbackMaps, feedbackMatrices } from '../../../dfa/index.ts'
import { choose, type Matrix, matrix, randomStream } from '../../../tensor/index.ts'
import { type ConvolutionGeometry, convolutionMatrix, convolutionOutput, leadingSingularVectors, nonNegativeFactors,
  receptiveFields } from '../../../theory/index.ts'
import { toMatrix } from '../../check/matrices.ts'

/**
 * `random` U[−1, 1); `repeated` one number per channel and output; `nmf` from a non-negative factorization of the
 * receptive fields; `svd` from the strongest singular vectors of the layers' own initial matrices φ(C).
 */
export type ConvolutionFeedback = 'random' | 'repeated' | 'nmf' | 'svd'

const SWEEPS = 200

/**
 * F_l [n_l, K] after each convolution l, columns (one per network output) of unit length. Structured kinds factorize
 * layer l ≥ 2 as U Vᵀ with K components: F_l gets U, F_{l−1} gets V, and a layer that receives both their mean.
 * `weights` are the initial C of each layer. Equation: theory (4.8), (4.11), (4.12).
 */
export function convolutionFeedback(kind: ConvolutionFeedback, layers: readonly ConvolutionGeometry[],
  weights: readonly ArrayLike<number>[], outputs: number, seed: number): readonly Matrix[]
{
  const targets = layers.map((g, l) => {
    const shape = [g.outputChannels, ...convolutionOutput(g)]
    return { name: `point${l + 1}`, width: shape[0] * shape[1] * shape[2], shape }
  })
  const { maps, factorize } = choose('convolutionFeedback', 'kind', kind, WAYS)
  const drawn = (): readonly Matrix[] =>
    feedbackMatrices(targets, outputs, { kind: 'uniform', normalization: 'none', maps, seed }).map(toMatrix)
  if (factorize === undefined || layers.length < 2) return drawn().map(unitColumns)
  const parts: Matrix[][] = layers.map(() => [])
  for (let l = 1; l < layers.length; l++) {
    const { left, right } = factorize(layers[l], outputs, seed, l, weights[l])
    parts[l].push(unitColumns(left))
    parts[l - 1].push(unitColumns(right))
  }
  return parts.map((list) =>
    unitColumns(
      matrix(list[0].rows, outputs, list[0].data.map((_, at) => list.reduce((total, { data }) => total + data[at], 0))),
    )
  )
}

interface Factors {
  readonly left: Matrix
  readonly right: Matrix
}

function fields(g: ConvolutionGeometry, outputs: number, seed: number, layer: number): Factors {
  return nonNegativeFactors(receptiveFields(g), outputs, SWEEPS, randomStream(seed, `feedback/nmf/${layer}`))
}

/** √S belongs to both factors, and leaves with the lengths of their columns. */
function spectrum(g: ConvolutionGeometry, outputs: number, seed: number, layer: number, c: ArrayLike<number>): Factors {
  const { u, v } = leadingSingularVectors(convolutionMatrix(c, g), outputs, randomStream(seed, `feedback/svd/${layer}`))
  return { left: u, right: v }
}

/** How a kind draws its matrices, and what it factorizes for them. */
const WAYS: Readonly<
  Record<ConvolutionFeedback, { readonly maps: FeedbackMaps; readonly factorize?: typeof spectrum }>
> = {
  random: { maps: 'dense' },
  repeated: { maps: 'channel-shared' },
  nmf: { maps: 'dense', factorize: fields },
  svd: { maps: 'dense', factorize: spectrum },
}

/** Every column divided by its length; columns of zeros stay. */
export function unitColumns(a: Matrix): Matrix {
  const squares = new Float64Array(a.columns)
  a.data.forEach((x, at) => {
    squares[at % a.columns] += x * x
  })
  return matrix(a.rows, a.columns, a.data.map((x, at) => (x === 0 ? 0 : x / Math.sqrt(squares[at % a.columns]))))
}
