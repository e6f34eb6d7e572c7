// Four alignments of one training, and how they disagree.

import type { Measured } from '../../../dfa/index.ts'
import type { LineFigure } from '../../report/figure.ts'
import { pairedDifference, sample } from '../../statistics.ts'
import { declared, perSeed, type Run } from '../experiment.ts'
import { type LinearConfiguration, type LinearResult, runLinear } from '../fixed-points/linear-flow.ts'
import { linearGroups, planLinear } from '../fixed-points/linear-scales.ts'
import { READS, SIZES, type Sizes, trainingText } from '../fixed-points/plan.ts'
import { accuracyCells, overEpochs } from '../fixed-points/summary.ts'
import { type NetworkConfiguration, type NetworkCurves, trainNetwork } from '../fixed-points/training.ts'
import { meanSeries, overSeeds, sideBySide, spread, tableOf } from '../series.ts'

type Training = NetworkConfiguration & { readonly part: 'training' }
type Configuration = Training | LinearConfiguration
type Result = NetworkCurves | LinearResult
interface Setting extends Sizes {
  readonly scales: readonly number[]
  readonly seeds: number
  readonly linearSeeds: number
}
interface Group {
  readonly scale: number
  readonly curves: readonly NetworkCurves[]
}

/** The four at the lowest hidden layer, where they differ most; the whole gradient has no layer. */
const MEASURES = [{
  name: 'signal',
  of: ({ signal }: NetworkCurves, time: number): Measured => signal[0].at(time) ?? null,
}, {
  name: 'gradient of the layer',
  of: ({ gradient }: NetworkCurves, time: number): Measured => gradient[0].at(time) ?? null,
}, { name: 'whole gradient', of: ({ whole }: NetworkCurves, time: number): Measured => whole.at(time) ?? null }, {
  name: 'weight',
  of: ({ weight }: NetworkCurves, time: number): Measured => weight[0].at(time) ?? null,
}] as const
const LINEAR_NAMES = {
  signal: 'signal',
  gradient: 'gradient of the layer',
  whole: 'whole gradient',
  weight: 'weight',
} as const
/** Cosines that differ by so much are no two words for one thing. */
const DISAGREE = 0.2

/** Signal, gradient, whole-gradient and weight alignment side by side. */
export const fourMeasures = declared<Setting, Configuration, Result>({
  name: 'chu2023/four-measures',
  title: 'Four measures of alignment disagree',
  source: 'chu2023; theory (1.8), (1.11), (1.12), (1.16), (6.46)',
  method: 'training',
  about:
    '"Alignment" is said of the signal at a hidden layer, of the gradient of its weights, of the whole gradient and of '
    + 'weights with feedback. All four are measured in the same trainings by FA, from initial weights of three sizes: three '
    + 'hidden layers of tanh, and a linear network in float64. Only the whole gradient decides whether the loss falls.',
  ...READS,
  revision: 1,
  scales: {
    quick: { minutes: 0.05, ...SIZES.quick, scales: [0.1, 1], seeds: 2, linearSeeds: 4 },
    default: { minutes: 0.1, ...SIZES.default, scales: [0.1, 1, 2], seeds: 3, linearSeeds: 10 },
    paper: { minutes: 20, ...SIZES.paper, scales: [0.1, 1, 2], seeds: 5, linearSeeds: 50 },
  },
  decidedAtQuick: ['four-linear'],
  plan: ({ dataset, trainingSamples, epochs, batch, rate, width, scales, seeds, linearSeeds },
    first) => [...scales.flatMap((initialScale) =>
      perSeed(first, seeds, (seed): Training => ({
        part: 'training',
        dataset,
        trainingSamples,
        epochs,
        batch,
        rate,
        hidden: [width, width, width],
        activation: 'tanh',
        loss: 'cross-entropy',
        rule: 'FA',
        initialScale,
        records: 30,
        seed,
      }))
    ), ...planLinear(first, linearSeeds)],
  run: (c, tools) => (c.part === 'linear' ? runLinear(c) : trainNetwork(c, tools)),
  judge({ runs, claim, setting }) {
    const groups = setting.scales.map((scale): Group => ({
      scale,
      curves: runs.filter(({ configuration: c }) => c.part === 'training' && c.initialScale === scale).map((
        { result },
      ) => result as NetworkCurves),
    }))
    const linear = linearGroups(runs as readonly Run<object, unknown>[])
    const ordinary = groups.find(({ scale }) => scale === 1)?.curves ?? []
    const { results: large } = linear[linear.length - 1]
    const atOne = (of: 'signal' | 'weight' | 'gradient'): readonly number[] =>
      large.map((one) => one[of][one.times.findIndex((t) => t >= 1)] ?? NaN)
    // Before any weight has moved from zero the gradient of FA has no direction in common with anything.
    const instants = linear.flatMap(({ results }) => results).flatMap(({ whole, falls, loss }) =>
      whole.flatMap((cosine, time) =>
        cosine === null || loss[time] < 1e-20 * loss[0] ? [] : [(cosine > 0) === falls[time]]
      )
    )
    const ends = (curves: NetworkCurves): readonly number[] =>
      MEASURES.map(({ of }) => curves.stopped === null ? of(curves, -1) ?? NaN : NaN)
    const float64 = { method: 'float64 network' } as const
    return {
      claims: [
        claim.above('four-linear-weight',
          'linear network from scale 1 at t ≥ 1: weight alignment less that of the signal',
          pairedDifference(atOne('weight'), atOne('signal')), 0, 'sign alone', float64),
        claim.atLeast('four-linear-whole',
          'linear networks: share of the measured instants at which the loss falls if and only if the whole gradient is aligned',
          instants.filter(Boolean).length / instants.length, 0.99, 'steps of finite length', {
          ...float64,
          source: 'theory (6.46)',
        }),
        claim.atLeast('four-spread',
          'three hidden layers from scale 1, at the end: largest less least of the four at the lowest layer',
          sample(ordinary.map((curves) => Math.max(...ends(curves)) - Math.min(...ends(curves)))), DISAGREE,
          'chosen before'),
        claim.above('four-whole', 'the same: whole gradient less weight alignment of the lowest layer',
          sample(ordinary.map((curves) => ends(curves)[2] - ends(curves)[3])), 0, 'sign alone'),
      ],
      figures: [
        sideBySide(
          `Three hidden layers under FA, lowest layer, ${overSeeds(setting.seeds)}; signal: local, Wᵀδ against Rδ.`,
          groups.map(({ scale, curves }) => ({
            ...overEpochs(`Initial scale ${scale}`, { label: 'cosine', domain: [-0.3, 1] }, [], () => null),
            series: MEASURES.flatMap(({ name, of }) => overEpochs('', { label: '' }, [{ name, curves }], of).series),
          })),
          'both',
        ),
        sideBySide(`A linear network in float64, ${overSeeds(setting.linearSeeds)}.`, linear.map(({ scale, results }) =>
          linearFigure(`Initial scale ${scale}`, results)
        ), 'both'),
      ],
      tables: [
        tableOf('At the end of training: means over seeds ± one standard deviation', ['initial scale',
          'training accuracy (%)', 'test accuracy (%)', ...MEASURES.map(({ name }) => name)],
          groups.map(({ scale, curves }) => [scale, ...accuracyCells(curves), ...MEASURES.map(({ of }) =>
            spread(curves.map((one) =>
              of(one, -1)
            ), 2)
          )])),
      ],
      findings: [trainingText(setting)],
    }
  },
})

function linearFigure(title: string, results: readonly LinearResult[]): LineFigure {
  return {
    title,
    x: { label: 'time', scale: 'log' },
    y: { label: 'cosine', domain: [-0.3, 1] },
    series: (['signal', 'gradient', 'whole', 'weight'] as const).map((of) =>
      meanSeries(LINEAR_NAMES[of], results[0].times.slice(1), results.map((one) => one[of].slice(1)), { draw: 'line' })
    ),
  }
}
