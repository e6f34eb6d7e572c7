// GA layer by layer: the bottom aligns first.

import { type Claim } from '../../claims/claim.ts'
import { notCovered } from '../../claims/legacy.ts'
import type { LineFigure } from '../../report/figure.ts'
import { panels } from '../../report/panels.ts'
import { type Experiment, experiment, type Judgment, type Run, type Scale } from '../experiment.ts'
import { alignmentSetting, imageSets } from './deep-plan.ts'
import { type DeepConfiguration, type DeepCurves, trainDeep } from './deep-run.ts'
import { argmax, claimHead, DATASET_TITLES, EPOCHS, epochsOf, gaOf, grouped, IMAGE_FILES, meanCurve, monotone,
  openAtQuick, reaches, seedsFrom, timeSeries, waOf } from './deep-summary.ts'

type Trained = Run<DeepConfiguration, DeepCurves>

const SEEDS: Readonly<Record<Scale, number>> = { quick: 2, default: 3, paper: 10 }
const SOURCE = 'refinetti2021 section 4.2'

/** Epochs at which GA_l of the seed average reaches `part` of its maximum, l = 1 … L−1; part 1 is the maximum. */
export function alignmentTimes(curves: readonly DeepCurves[], part: number): readonly number[] {
  const epochs = epochsOf(curves[0])
  return curves[0].gaLayers.map((_, l) => {
    const ga = meanCurve(curves, gaOf(l + 1))
    const peak = argmax(ga)
    return peak < 0 ? NaN : part === 1 ? epochs[peak] : reaches(epochs, ga, part * ga[peak])
  })
}

function judge(runs: readonly Trained[], scale: Scale): Judgment {
  const groups = [...grouped(runs, ({ configuration }) => configuration.data.dataset)].map(([dataset, group]) => ({
    dataset,
    title: DATASET_TITLES[dataset],
    curves: group.map(({ result }) => result),
  }))
  const claims = groups.flatMap(({ dataset, title, curves }): Claim[] => {
    const layers = `l = 1 … ${curves[0].gaLayers.length}`
    const head = claimHead(SOURCE, 'layerwise', dataset, title)
    const peaks = alignmentTimes(curves, 1)
    const peak = monotone(head('peak', `epoch of the maximum of GA_l, ${layers}`), 'rising', peaks)
    const end = epochsOf(curves[0])[curves[0].steps.length - 1]
    return [
      monotone(head('80', `epoch at which GA_l reaches 80 % of its maximum, ${layers}`), 'rising',
        alignmentTimes(curves, 0.8)),
      peaks.every((time) => time === end)
        ? notCovered(peak, 'all layers align until the end: no order of maxima')
        : peak,
    ]
  })
  const gradients = groups.map(({ title, curves }): LineFigure => ({
    title: `${title}: GA by layer`,
    x: EPOCHS,
    y: { label: 'GA_l' },
    series: curves[0].gaLayers.map((_, l) => timeSeries(`layer ${l + 1}`, curves, gaOf(l + 1), { color: l })),
    marks: alignmentTimes(curves, 0.8).map((time, l) => ({ x: time, label: `${l + 1}` })),
  }))
  const weights = groups.map(({ title, curves }): LineFigure => ({
    title: `${title}: WA by layer`,
    x: EPOCHS,
    y: { label: 'WA_l' },
    series: curves[0].waLayers.map((_, l) => timeSeries(`layer ${l + 2}`, curves, waOf(l + 2), { color: l + 1 })),
  }))
  const shown = (values: readonly number[]): readonly (number | null)[] =>
    values.map((value) => (Number.isFinite(value) ? value : null))
  return {
    claims: openAtQuick(claims, scale),
    figures: [{
      svg: panels({ figures: gradients }),
      wide: true,
      caption: `GA of each hidden layer, means over ${SEEDS[scale]} seeds with one standard deviation. Dotted lines: `
        + 'where GA of layers 1, 2, 3 reaches 80 % of its maximum.',
    }, { svg: panels({ figures: weights }), wide: true, caption: 'WA of the layers above the first, same networks.' }],
    tables: [{
      caption: 'Epochs at which the seed average of GA_l reaches parts of its maximum',
      table: {
        columns: [{ name: 'data' }, { name: 'part' },
          ...groups[0].curves[0].gaLayers.map((_, l) => ({ name: `layer ${l + 1}`, digits: 3 }))],
        rows: groups.flatMap(({ title, curves }) =>
          [0.2, 0.5, 0.8, 1].map((part) => [title, part, ...shown(alignmentTimes(curves, part))])
        ),
      },
    }],
    findings: scale === 'default' ? PARAGRAPHS : [],
  }
}

const PARAGRAPHS: readonly string[] = [
  'What differs from the paper: as for global alignment, here for 200 epochs. GA reaches any given part of its '
  + 'maximum later from layer to layer, from the bottom to the top and on both data sets; at 80 % by factors of '
  + '1.7 to 2.8. Weight alignment too begins at the lowest layer that has a target, as in the linear theory, '
  + 'where the alignment matrices follow each other, A_{l+1} ≈ ½ A_l A_l; the last layer overtakes later.',
  'The maximum itself does not order the layers: no layer’s GA has begun to fall when training ends, and all '
  + 'maxima are at the last epoch.',
]

/** Section 4.2. */
export const layerwise: Experiment = experiment<DeepConfiguration, DeepCurves>({
  name: 'refinetti2021/layerwise',
  title: 'Layers align from the bottom to the top',
  source: SOURCE,
  about: 'The gradient alignment of the layers does not rise at the same time: it begins at the bottom. Networks as '
    + 'in the experiment on global alignment, with right labels; the time of a layer is the epoch at which its GA, '
    + 'averaged over seeds, reaches 80 % of its maximum, and the epoch of the maximum itself.',
  data: IMAGE_FILES,
  quickData: [],
  minutes: { quick: 0.01, default: 1.4, paper: 100 },
  revision: 1,
  plan: (scale, seed) =>
    imageSets(scale).flatMap((dataset) =>
      seedsFrom(seed, SEEDS[scale]).map((one) => ({ ...layerwiseSetting(scale, dataset), seed: one }))
    ),
  run: (configuration, tools) => trainDeep(configuration, tools),
  judge,
})

function layerwiseSetting(
  scale: Scale,
  dataset: Parameters<typeof alignmentSetting>[1],
): ReturnType<typeof alignmentSetting> {
  const setting = alignmentSetting(scale, dataset, 0)
  return scale === 'default' ? { ...setting, epochs: 200 } : setting
}
