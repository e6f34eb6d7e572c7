// GA layer by layer: the bottom aligns first.

import { type DeepScale, settingOf, THREE_HIDDEN } from '../deep/plan.ts'
import { argmax, DATASET_TITLES, EPOCHS, epochsOf, gaOf, lineOf, meanCurve, ON_IMAGES, type Quantity, reaches,
  trainings, waOf } from '../deep/summary.ts'
import { type DeepConfiguration, type DeepCurves, trainDeep } from '../deep/training.ts'
import { count, declared, last, perSeed, sideBySide, tableOf, undecided } from '../index.ts'

/** Epochs at which GA_l of the seed average reaches `part` of its maximum, l = 1 … L−1; part 1 is the maximum. */
export function alignmentTimes(curves: readonly DeepCurves[], part: number): readonly number[] {
  const epochs = epochsOf(curves[0])
  return curves[0].gaLayers.map((_, l) => {
    const ga = meanCurve(curves, gaOf(l + 1))
    const peak = argmax(ga)
    return peak < 0 ? NaN : part === 1 ? epochs[peak] : reaches(epochs, ga, part * ga[peak])
  })
}

interface Line {
  readonly name: string
  readonly quantity: Quantity
}

/** When each layer aligns. */
export const layerwise = declared<DeepScale & { readonly seeds: number }, DeepConfiguration, DeepCurves>({
  name: 'refinetti2021/layerwise',
  title: 'Layers align from the bottom to the top',
  source: 'refinetti2021; theory (1.9)',
  about:
    'The gradient alignment of the layers does not rise at the same time: it begins at the bottom. Networks as in the experiment on global alignment, with right labels; the time of a layer is the epoch at which its GA, averaged over seeds, reaches 80 % of its maximum, and the epoch of the maximum itself.',
  ...ON_IMAGES,
  scales: {
    quick: { minutes: 0.01, seeds: 2, ...THREE_HIDDEN.quick },
    default: { minutes: 1.4, seeds: 3, ...THREE_HIDDEN.default, epochs: 200 },
    paper: { minutes: 100, seeds: 10, ...THREE_HIDDEN.paper },
  },
  decidedAtQuick: [],
  plan: (setting, first) =>
    setting.datasets.flatMap((dataset) =>
      perSeed(first, setting.seeds, (seed) => ({ ...settingOf(setting, dataset, 'tanh', 'DFA'), seed }))
    ),
  resumes: true,
  run: (c, tools) => trainDeep(c, tools),
  judge({ runs, claim, setting: { seeds } }) {
    const sets = trainings(runs).map(({ configuration: { data: { dataset } }, curves }) => ({ dataset,
      title: DATASET_TITLES[dataset], curves,
      layers: curves[0].gaLayers.map((_, l): Line => ({ name: `layer ${l + 1}`, quantity: gaOf(l + 1) })),
      weights: curves[0].waLayers.map((_, l): Line => ({ name: `layer ${l + 2}`, quantity: waOf(l + 2) })) })
    )
    const byLayer = (title: string, label: string, { curves }: typeof sets[number], lines: readonly Line[]) => ({ title,
      x: EPOCHS, y: { label }, series: lines.map(({ name, quantity }) => lineOf(name, curves, quantity)) })
    return {
      claims: sets.flatMap(({ dataset, title, curves, layers }) => {
        const all = `l = 1 … ${layers.length}`
        const peaks = alignmentTimes(curves, 1)
        const peak = claim.ordered(`layerwise-peak-${dataset}`, `${title}: epoch of the maximum of GA_l, ${all}`, peaks,
          'not falling', 0, 'order')
        return [
          claim.ordered(`layerwise-80-${dataset}`, `${title}: epoch at which GA_l reaches 80 % of its maximum, ${all}`,
            alignmentTimes(curves, 0.8), 'not falling', 0, 'order'),
          // What ends before any maximum has none to compare: times of measurement, not of maxima.
          peaks.every((time) => time === last(epochsOf(curves[0])))
            ? undecided(peak, 'training ends while all layers still align') : peak,
        ]
      }),
      figures: [
        sideBySide(
          `GA of each hidden layer, means over ${count(seeds, 'seed')} with the range over them. Dotted lines: where `
            + 'GA of the layers reaches 80 % of its maximum.',
          sets.map((set) => ({ ...byLayer(`${set.title}: GA by layer`, 'GA_l', set, set.layers),
            marks: alignmentTimes(set.curves, 0.8).map((time, l) => ({ x: time, label: `${l + 1}` })) })
          ),
          'both',
        ),
        sideBySide('WA of the layers above the first, same networks.', sets.map((set) =>
          byLayer(`${set.title}: WA by layer`, 'WA_l', set, set.weights)
        ), 'both'),
      ],
      tables: [
        tableOf('Epochs at which the seed average of GA_l reaches parts of its maximum', ['data', 'part',
          ...sets[0].layers.map(({ name }) => ({ name, digits: 3 }))], sets.flatMap(({ title, curves }) =>
            [0.2, 0.5, 0.8, 1].map((part) => [title, part, ...alignmentTimes(curves, part).map((time) =>
              Number.isFinite(time) ? time : null
            )])
          )),
      ],
    }
  },
})
