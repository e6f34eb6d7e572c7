// Feedback around one convolution, and the best alignment that the convolution could have with it.

import { meanAndDeviation } from '../../../dfa/index.ts'
import { conv2d, initialize } from '../../../nn/index.ts'
import { type Matrix, matrix, normalInto, randomStream, tensor } from '../../../tensor/index.ts'
import { attainableAlignment, type ConvolutionGeometry, convolutionMatrix, convolutionOutput,
  expectedAttainableAlignment, relativeDifference, sparseTimes } from '../../../theory/index.ts'
import { type Claim } from '../../claims/claim.ts'
import { atMost } from '../../claims/legacy.ts'
import { lineFigure, type Series } from '../../report/figure.ts'
import type { ReportFigure } from '../../report/html.ts'
import type { Judgment, Run, Scale } from '../experiment.ts'
import { spread } from '../series.ts'
import { convolutionFeedback } from './convolution-feedback.ts'

/** Draws of feedback around one convolution of c channels on d×d maps with a k×k kernel. */
export interface BoundRun {
  readonly part: 'bound'
  readonly channels: number
  readonly side: number
  readonly kernel: number
  readonly outputs: number
  readonly draws: number
  readonly seed: number
}

/** Best cosines, one value per draw. */
export interface BoundResult {
  readonly part: 'bound'
  readonly convolution: readonly number[]
  readonly locallyConnected: readonly number[]
  readonly repeated: readonly number[]
  /** ‖conv2d(h) − φ(C)h‖/‖φ(C)h‖. */
  readonly matrixError: number
}

const GEOMETRIES: Readonly<Record<Scale, readonly (readonly [channels: number, side: number, kernel: number])[]>> = {
  quick: [[4, 14, 4], [8, 10, 3]],
  default: [[4, 14, 4], [8, 10, 3], [4, 25, 4], [8, 20, 5], [16, 32, 3]],
  paper: [[4, 14, 4], [8, 10, 3], [4, 25, 4], [8, 20, 5], [16, 32, 3], [64, 29, 4]],
}
const DRAWS: Readonly<Record<Scale, number>> = { quick: 25, default: 50, paper: 100 }

/** The draws of one scale. */
export function boundPlan(scale: Scale, seed: number): readonly BoundRun[] {
  return GEOMETRIES[scale].map(([channels, side, kernel]) => ({
    part: 'bound',
    channels,
    side,
    kernel,
    outputs: 10,
    draws: DRAWS[scale],
    seed,
  }))
}

/** One geometry, all draws. */
export function runBound(c: BoundRun): BoundResult {
  const g: ConvolutionGeometry = {
    inputChannels: c.channels,
    outputChannels: c.channels,
    height: c.side,
    width: c.side,
    kernel: [c.kernel, c.kernel],
  }
  const [outSide] = convolutionOutput(g)
  const gaussian = (rows: number, name: string): Matrix => {
    const out = matrix(rows, c.outputs)
    normalInto(out.data, randomStream(c.seed, `bound/${name}`))
    return out
  }
  const below: ConvolutionGeometry = { ...g, height: c.side + c.kernel - 1, width: c.side + c.kernel - 1 }
  const draws = Array.from({ length: c.draws },
    (_, draw) =>
      attainableAlignment(gaussian(c.channels * outSide * outSide, `left/${draw}`),
        gaussian(c.channels * c.side * c.side, `right/${draw}`), g))
  const repeated = Array.from({ length: c.draws }, (_, draw) => {
    const [right, left] = convolutionFeedback('repeated', [below, g], [], c.outputs, c.seed + draw)
    return attainableAlignment(left, right, g).convolution
  })
  return {
    part: 'bound',
    convolution: draws.map(({ convolution }) => convolution),
    locallyConnected: draws.map(({ locallyConnected }) => locallyConnected),
    repeated,
    matrixError: matrixError(g, c.seed),
  }
}

/** The layer and its matrix on the same maps. */
function matrixError(g: ConvolutionGeometry, seed: number): number {
  const layer = conv2d({ name: 'conv', ...g, kernelSize: g.kernel, bias: false })
  initialize(layer, 'uniform', seed)
  const h = tensor([1, g.inputChannels, g.height, g.width])
  normalInto(h.data, randomStream(seed, 'bound/maps'))
  const a = convolutionMatrix(layer.weight.value.data, g)
  const expected = sparseTimes(a, matrix(a.columns, 1, Float64Array.from(h.data)))
  return relativeDifference(matrix(a.rows, 1, Float64Array.from(layer.forward(h).data)), expected)
}

/** The formulas against the mean of the draws. */
export function boundClaims(runs: readonly Run<BoundRun, BoundResult>[]): readonly Claim[] {
  const expected = runs.map(({ configuration: c }) => expectedAttainableAlignment(geometryOf(c)))
  const average = (value: (r: BoundResult) => readonly number[]): readonly number[] =>
    runs.map(({ result }) => meanAndDeviation(value(result)).mean)
  const head = { source: 'refinetti2021 §5', method: 'random draws' as const }
  const names = runs.map(({ configuration: c }) => `(${c.channels}, ${c.side}, ${c.kernel})`).join(', ')
  const draws = runs[0].configuration.draws
  return [
    atMost({
      ...head,
      id: 'conv-bound',
      statement:
        'best cosine of a convolution with F_l F_{l−1}ᵀ against k/(d d′): largest relative deviation of the mean '
        + `of ${draws} draws over (c, d, k) = ${names}`,
    }, deviation(expected.map((e) => e.convolution), average((r) => r.convolution)), 0.05),
    atMost({
      ...head,
      id: 'conv-bound-local',
      statement: `the same for locally connected layers against k/d; mean of ${draws} draws`,
    }, deviation(expected.map((e) => e.locallyConnected), average((r) => r.locallyConnected)), 0.05),
    atMost({
      ...head,
      id: 'conv-bound-repeated',
      statement: `the same for convolutions and F repeated over positions against k/d, exact; mean of ${draws} draws`,
    }, deviation(expected.map((e) => e.repeated), average((r) => r.repeated)), 1e-6),
    atMost({
      ...head,
      id: 'conv-matrix',
      statement:
        'the engine’s convolution against the product with its block-Toeplitz matrix φ(C), relative, all geometries',
    }, Math.max(...runs.map(({ result }) => result.matrixError)), 1e-6),
  ]
}

function geometryOf({ channels, side, kernel }: BoundRun): ConvolutionGeometry {
  return { inputChannels: channels, outputChannels: channels, height: side, width: side, kernel: [kernel, kernel] }
}

/** Largest |measured/predicted − 1|. */
function deviation(predicted: readonly number[], measured: readonly number[]): number {
  return Math.max(...predicted.map((value, i) => Math.abs(measured[i] / value - 1)))
}

/** Measured against predicted. */
export function boundFigure(runs: readonly Run<BoundRun, BoundResult>[]): ReportFigure {
  const series = (
    name: string,
    color: number,
    x: (e: ReturnType<typeof expectedAttainableAlignment>) => number,
    value: (r: BoundResult) => readonly number[],
  ): Series => {
    const points = runs.map(({ configuration, result }) => ({
      at: x(expectedAttainableAlignment(geometryOf(configuration))),
      ...meanAndDeviation(value(result)),
    })).sort((a, b) => a.at - b.at)
    return {
      name,
      color,
      draw: 'markers',
      points: points.map(({ at, mean }) => [at, mean]),
      band: points.map(({ at, mean, deviation }) => [at, mean - deviation, mean + deviation]),
    }
  }
  const shown = [series('convolution', 0, (e) => e.convolution, (r) => r.convolution),
    series('locally connected', 1, (e) => e.locallyConnected, (r) => r.locallyConnected),
    series('convolution, repeated F', 2, (e) => e.repeated, (r) => r.repeated)]
  const all = shown.flatMap(({ points }) => points.map(([x]) => x))
  const ends: readonly number[] = [Math.min(...all), Math.max(...all)]
  return {
    svg: lineFigure({
      title: 'Attainable weight alignment',
      x: { label: 'predicted: k/(d d′) or k/d', scale: 'log' },
      y: { label: 'measured best cosine', scale: 'log' },
      series: [...shown, { name: 'prediction', dashed: true, color: 3, points: ends.map((x) => [x, x]) }],
    }),
    caption: 'Best cosine between F_l F_{l−1}ᵀ and any matrix of a kind, mean ± standard deviation over '
      + `${runs[0].configuration.draws} draws, against the prediction from counting `
      + 'dimensions. Locally connected layers and repeated F coincide. A convolution of usual size can align to some '
      + 'hundredths at most.',
  }
}

/** The same as numbers. */
export function boundTable(runs: readonly Run<BoundRun, BoundResult>[]): NonNullable<Judgment['tables']>[number] {
  return {
    caption: 'Attainable weight alignment: predicted (measured, mean ± standard deviation over draws).',
    table: {
      columns: [{ name: 'channels c' }, { name: 'side d' }, { name: 'kernel k' }, {
        name: 'convolution',
        align: 'right',
      }, { name: 'locally connected', align: 'right' }, { name: 'repeated F', align: 'right' }],
      rows: runs.map(({ configuration: c, result }) => {
        const e = expectedAttainableAlignment(geometryOf(c))
        const cell = (x: number, values: readonly number[]): string => `${x.toFixed(4)} (${spread(values, 4)})`
        return [c.channels, c.side, c.kernel, cell(e.convolution, result.convolution),
          cell(e.locallyConnected, result.locallyConnected), cell(e.repeated, result.repeated)]
      }),
    },
  }
}
