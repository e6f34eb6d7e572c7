// Structured feedback around one convolution: how much better could the convolution align with it?

import { meanAndDeviation } from '../../../dfa/index.ts'
import { conv2d, initialize } from '../../../nn/index.ts'
import { attainableAlignment, type ConvolutionGeometry, expectedAttainableAlignment } from '../../../theory/index.ts'
import { type Claim } from '../../claims/claim.ts'
import { atLeast, atMost, relative } from '../../claims/legacy.ts'
import { barFigure } from '../../report/bars.ts'
import type { ReportFigure } from '../../report/html.ts'
import type { Run, Scale } from '../experiment.ts'
import { type ConvolutionFeedback, convolutionFeedback } from './convolution-feedback.ts'

/** Draws of one kind of feedback around one convolution of c channels on d×d maps with a k×k kernel. */
export interface AttainableRun {
  readonly part: 'attainable'
  readonly feedback: ConvolutionFeedback
  readonly channels: number
  readonly side: number
  readonly kernel: number
  readonly outputs: number
  readonly draws: number
  readonly seed: number
}

/** Best cosines, one value per draw. */
export interface AttainableResult {
  readonly part: 'attainable'
  readonly convolution: readonly number[]
  readonly locallyConnected: readonly number[]
}

const KINDS: readonly ConvolutionFeedback[] = ['random', 'repeated', 'nmf', 'svd']
const KIND_NAMES: Readonly<Record<ConvolutionFeedback, string>> = {
  random: 'random',
  repeated: 'REPEATED',
  nmf: 'ALIGNED_NMF',
  svd: 'ALIGNED_SVD',
}
/** (c, d, k) of the page. */
const GEOMETRIES: readonly (readonly [channels: number, side: number, kernel: number])[] = [[4, 14, 4], [8, 10, 3]]

/** The draws of one scale. */
export function attainablePlan(scale: Scale, seed: number): readonly AttainableRun[] {
  const quick = scale === 'quick'
  return GEOMETRIES.slice(0, quick ? 1 : 2).flatMap(([channels, side, kernel]) =>
    KINDS.map((feedback): AttainableRun => ({
      part: 'attainable',
      feedback,
      channels,
      side,
      kernel,
      outputs: 10,
      draws: quick ? 2 : 25,
      seed,
    }))
  )
}

/** One kind and geometry, all draws; svd takes the weights of an initial convolution. */
export function runAttainable(c: AttainableRun): AttainableResult {
  const g: ConvolutionGeometry = {
    inputChannels: c.channels,
    outputChannels: c.channels,
    height: c.side,
    width: c.side,
    kernel: [c.kernel, c.kernel],
  }
  const below: ConvolutionGeometry = { ...g, height: c.side + c.kernel - 1, width: c.side + c.kernel - 1 }
  const draws = Array.from({ length: c.draws }, (_, draw) => {
    const seed = c.seed + draw
    const layer = conv2d({ name: 'conv2d2', ...g, kernelSize: g.kernel, bias: false })
    initialize(layer, 'uniform', seed)
    const { data } = layer.weight.value
    const [right, left] = convolutionFeedback(c.feedback, [below, g], [data, data], c.outputs, seed)
    return attainableAlignment(left, right, g)
  })
  return {
    part: 'attainable',
    convolution: draws.map((draw) => draw.convolution),
    locallyConnected: draws.map((draw) => draw.locallyConnected),
  }
}

const average = (values: readonly number[]): number => meanAndDeviation(values).mean

function geometryOf({ channels, side, kernel }: AttainableRun): ConvolutionGeometry {
  return { inputChannels: channels, outputChannels: channels, height: side, width: side, kernel: [kernel, kernel] }
}

/** Structure helps, and is still not enough. */
export function attainableClaims(runs: readonly Run<AttainableRun, AttainableResult>[]): readonly Claim[] {
  const head = { source: 'refinetti2021 §6', method: 'random draws' as const }
  const of = (kind: ConvolutionFeedback): readonly Run<AttainableRun, AttainableResult>[] =>
    runs.filter(({ configuration }) => configuration.feedback === kind)
  const names = of('random').map(({ configuration: c }) => `(${c.channels}, ${c.side}, ${c.kernel})`).join(', ')
  const { draws } = runs[0].configuration
  const means = (kind: ConvolutionFeedback): readonly number[] =>
    of(kind).map(({ result }) => average(result.convolution))
  const structured = KINDS.filter((kind) => kind !== 'random')
  const gains = structured.map((kind) => Math.min(...means(kind).map((x, i) => x / means('random')[i])))
  return [
    relative({
      ...head,
      id: 'structured-repeated',
      statement: `REPEATED: best cosine of a convolution with F_l F_{l−1}ᵀ = k/d, (c, d, k) = ${names}, ${draws} `
        + 'draws',
    }, of('repeated').map(({ configuration }) => expectedAttainableAlignment(geometryOf(configuration)).repeated),
      means('repeated'), 1e-6),
    atLeast({
      ...head,
      id: 'structured-higher',
      statement:
        `attainable weight alignment of structured feedback over that of random F, least over ${names}, ${draws} `
        + 'draws each: '
        + structured.map((kind, i) => `${KIND_NAMES[kind]} ${gains[i].toFixed(1)}×`).join(', '),
    }, Math.min(...gains), 1, '> 1'),
    atMost({
      ...head,
      id: 'structured-limited',
      note: 'limit set here: section 6 gives no number',
      statement: `still limited by locality: largest attainable weight alignment over kinds and ${names}: `
        + KINDS.map((kind) => `${KIND_NAMES[kind]} ${Math.max(...means(kind)).toFixed(3)}`).join(', '),
    }, Math.max(...KINDS.flatMap((kind) => means(kind))), 0.9, '< 1'),
  ]
}

/** Best cosines by kind. */
export function attainableFigure(runs: readonly Run<AttainableRun, AttainableResult>[]): ReportFigure {
  const geometries = runs.filter(({ configuration }) => configuration.feedback === 'random').map(({ configuration }) =>
    configuration
  )
  return {
    svg: barFigure({
      title: 'Attainable weight alignment',
      categories: KINDS.map((kind) => KIND_NAMES[kind]),
      value: { label: 'best cosine of a convolution', domain: [0, 1] },
      series: geometries.map(({ channels, side, kernel }) => ({
        name: `c = ${channels}, d = ${side}, k = ${kernel}`,
        values: KINDS.map((kind) => {
          const own = runs.filter(({ configuration: c }) =>
            c.feedback === kind && c.channels === channels && c.side === side && c.kernel === kernel
          )
          const { mean, deviation } = meanAndDeviation(own.flatMap(({ result }) => result.convolution))
          return { value: mean, low: mean - deviation, high: mean + deviation }
        }),
      })),
    }),
    caption: 'Best cosine between any convolution and F_l F_{l−1}ᵀ by kind of feedback, mean ± standard deviation '
      + `over ${runs[0].configuration.draws} draws (ten outputs).`,
  }
}
