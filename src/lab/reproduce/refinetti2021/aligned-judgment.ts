// What the linear networks that begin aligned say: gradients align from the first step, and
// training undoes a part of it.

import { meanAndDeviation } from '../../../dfa/index.ts'
import { type Claim } from '../../claims/claim.ts'
import { atLeast, atMost } from '../../claims/legacy.ts'
import type { LineFigure } from '../../report/figure.ts'
import type { ReportFigure } from '../../report/html.ts'
import { panels } from '../../report/panels.ts'
import type { Run, Scale } from '../experiment.ts'
import { meanSeries } from '../series.ts'
import type { AlignedResult, AlignedRun } from './aligned-weights.ts'
import { DATASET_NAMES } from './convolution-plan.ts'
import type { ConvolutionTraining } from './convolution-training.ts'

/** Sizes of the aligned linear networks. The rate is common to both beginnings and was set by training loss. */
export const ALIGNED: Readonly<
  Record<Scale, Omit<AlignedRun, 'part' | 'dataset' | 'initial' | 'seed'> & { readonly seeds: number }>
> = {
  quick: { trainingSamples: 400, depth: 4, width: 100, rate: 0.01, batch: 20, epochs: 3, points: 6, seeds: 2 },
  default: { trainingSamples: 4000, depth: 4, width: 100, rate: 0.01, batch: 32, epochs: 10, points: 20, seeds: 5 },
  paper: { trainingSamples: 0, depth: 4, width: 100, rate: 0.01, batch: 32, epochs: 100, points: 40, seeds: 10 },
}

/** The trainings of one scale: both beginnings, all seeds. */
export function alignedPlan(
  scale: Scale,
  dataset: ConvolutionTraining['dataset'],
  seed: number,
): readonly AlignedRun[] {
  const { seeds, ...sizes } = ALIGNED[scale]
  return (['aligned', 'uniform'] as const).flatMap((initial) =>
    Array.from({ length: seeds },
      (_, k): AlignedRun => ({ part: 'aligned', dataset, initial, ...sizes, seed: seed + k }))
  )
}

const average = (values: readonly number[]): number => meanAndDeviation(values).mean

/** The alignment before training, of drawn weights, and what is left of it. */
export function alignedClaims(
  runs: readonly Run<AlignedRun, AlignedResult>[],
  quick: (claim: Claim) => Claim,
): readonly Claim[] {
  const head = { source: 'refinetti2021 §6', method: 'training' as const }
  const of = (initial: AlignedRun['initial']): readonly AlignedResult[] =>
    runs.filter(({ configuration }) => configuration.initial === initial).map(({ result }) => result)
  const at = (result: AlignedResult, index: number): readonly number[] =>
    result.gradientAlignment.map((list) => list[index < 0 ? list.length + index : index] ?? NaN)
  const aligned = of('aligned')
  const layers = aligned[0].gradientAlignment.length
  const decay = meanAndDeviation(aligned.map((result) => average(at(result, 0)) - average(at(result, -1))))
  const error = aligned.length > 1 ? decay.deviation / Math.sqrt(aligned.length) : 0
  const byLayer = at(aligned[0], -1).map((_, l) => average(aligned.map((result) => at(result, -1)[l])).toFixed(3))
  return [
    atLeast({
      ...head,
      id: 'aligned-start',
      statement: 'linear networks with W_l = F_l F_{l−1}ᵀ (rows of unit length): least GA_l before training over '
        + `layers 1 … ${layers} and ${aligned.length} seeds`,
    }, Math.min(...aligned.flatMap((result) => at(result, 0))), 0.95, '≈ 1'),
    // The signals pass ten outputs: the cosine of one draw scatters by about 1/√10.
    quick(
      atMost({
        ...head,
        id: 'aligned-control',
        statement: 'the same with drawn weights: |mean GA_l| before training, largest over layers, '
          + `${of('uniform').length} seeds`,
      }, Math.max(...Array.from({ length: layers }, (_, l) =>
        Math.abs(average(of('uniform').map((result) =>
          at(result, 0)[l]
        ))))), 0.3, '≈ 0'),
    ),
    quick(
      atLeast({
        ...head,
        id: 'aligned-decay',
        statement: 'aligned networks: GA before training less GA at the end, mean over layers (then '
          + `${byLayer.join(', ')}), less two standard errors of ${aligned.length} seeds`,
      }, decay.mean - 2 * error, 0, '> 0'),
    ),
  ]
}

/** Alignments over training from both beginnings. */
export function alignedFigure(runs: readonly Run<AlignedRun, AlignedResult>[]): ReportFigure {
  const of = (initial: AlignedRun['initial']): readonly AlignedResult[] =>
    runs.filter(({ configuration }) => configuration.initial === initial).map(({ result }) => result)
  const panel = (
    title: string,
    label: string,
    first: number,
    results: readonly AlignedResult[],
    lists: (r: AlignedResult) => AlignedResult['weightAlignment'],
  ): LineFigure => {
    const epochs = results[0].steps.slice(1).map((step) => step / results[0].stepsPerEpoch)
    return {
      title,
      x: { label: 'epoch', scale: 'log' },
      y: { label: 'cosine', domain: [-0.1, 1.05] },
      series: lists(results[0]).map((_, l) =>
        meanSeries(`${label}, layer ${l + first}`, epochs, results.map((r) => lists(r)[l].slice(1)), { draw: 'line' })
      ),
    }
  }
  return {
    svg: panels({
      figures: (['aligned', 'uniform'] as const).flatMap((
        initial,
      ) => [panel(`${initial === 'aligned' ? 'aligned' : 'drawn'} weights: gradients`, 'GA', 1, of(initial), (r) =>
        r.gradientAlignment),
        panel(`${initial === 'aligned' ? 'aligned' : 'drawn'} weights: weights`, 'WA', 2, of(initial), (r) =>
          r.weightAlignment)]
      ),
    }),
    wide: true,
    caption: `Linear networks on ${DATASET_NAMES[runs[0].configuration.dataset]}, beginning aligned with the `
      + `feedback or drawn; mean ± standard deviation over ${of('aligned').length} seeds.`,
  }
}
