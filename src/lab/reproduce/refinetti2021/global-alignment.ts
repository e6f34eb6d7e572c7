// GA and WA of whole networks over time: up while the network aligns, down while it memorizes.

import { type DeepScale, settingOf, THREE_HIDDEN } from '../deep/plan.ts'
import { argmax, around, DATASET_TITLES, epochsOf, GA, gaOf, grouped, LOSS, meanCurve, noiseOf, ON_IMAGES, overTime,
  percent, sampleAt, TEST_ERROR, TRAINING_ERROR, trainings, valuesAt, WA } from '../deep/summary.ts'
import { type DeepConfiguration, type DeepCurves, trainDeep } from '../deep/training.ts'
import { type Claim, type ClaimBuilder, count, declared, mean, pairedDifference, perSeed, type Sample, sideBySide,
  tableOf } from '../index.ts'

interface Level {
  readonly name: string
  readonly noise: number
  readonly curves: readonly DeepCurves[]
  /** Where the seed average of GA is largest. */
  readonly peak: number
}

/** A quantity at its first time less that at its second, seed by seed. */
function change(curves: readonly DeepCurves[], quantity: typeof GA, from: number, to: number): Sample {
  return pairedDifference(valuesAt(curves, quantity, from), valuesAt(curves, quantity, to))
}

function claimsOf(claim: ClaimBuilder, dataset: string, { noise, curves, peak }: Level): readonly Claim[] {
  const epochs = epochsOf(curves[0])
  const id = `${dataset}-${noise}`
  const about = `${DATASET_TITLES[dataset as keyof typeof DATASET_TITLES]}, p = ${noise}: `
  const loss = (time: number): string => sampleAt(curves, LOSS, time).mean.toPrecision(2)
  return [
    claim.above(`ga-rise-${id}`, `${about}GA(max) − GA(0)`, change(curves, GA, peak, 0), 0.1, 'a rise that counts'),
    claim.between(`ga-peak-${id}`, `${about}argmax of GA at an interior time (epoch)`, epochs[peak], epochs[1],
      epochs[epochs.length - 2], 'times of measurement'),
    claim.above(`ga-fall-${id}`, `${about}GA(max) − GA(end) when the net keeps fitting`, change(curves, GA, peak, -1),
      0, 'sign'),
    claim.above(`ga-fit-${id}`,
      `${about}the training error keeps falling after argmax of GA: error there − error at the end`,
      change(curves, TRAINING_ERROR, peak, -1), 0, 'sign', { note: `loss ${loss(peak)} → ${loss(-1)}` }),
  ]
}

type Setting = DeepScale & { readonly seeds: number; readonly noises: readonly number[] }

/** Global alignment of deep networks over time. */
export const globalAlignment = declared<Setting, DeepConfiguration, DeepCurves>({
  name: 'refinetti2021/global-alignment',
  title: 'Align, then memorize: global alignment of deep networks',
  source: 'refinetti2021; theory (1.13)',
  about:
    'Under direct feedback alignment the gradient alignment (GA) of a deep network rises quickly to a maximum, then declines while the network goes on fitting its training set. Networks with three hidden layers are trained on images whose labels are right or, with probability p, drawn anew; GA is the mean over samples of the cosine between the errors that DFA and the exact gradient deliver to all hidden layers, WA the cosine between all weights above the first and the products of feedback matrices that they align with.',
  ...ON_IMAGES,
  scales: {
    quick: { minutes: 0.01, seeds: 2, noises: [0, 0.5], ...THREE_HIDDEN.quick },
    default: { minutes: 4, seeds: 3, noises: [0, 0.5], ...THREE_HIDDEN.default },
    paper: { minutes: 500, seeds: 10, noises: [0, 0.1, 0.5, 0.9], ...THREE_HIDDEN.paper },
  },
  decidedAtQuick: ['ga-rise'],
  plan: (setting, first) =>
    setting.datasets.flatMap((dataset) =>
      setting.noises.flatMap((noise) =>
        perSeed(first, setting.seeds, (seed) => ({ ...settingOf(setting, dataset, 'tanh', 'DFA', noise), seed }))
      )
    ),
  resumes: true,
  run: (c, tools) => trainDeep(c, tools),
  judge({ runs, claim, setting: { seeds, hidden } }) {
    const sets = grouped(trainings(runs), ({ configuration: { data } }) => data.dataset).map(([dataset, groups]) => ({
      dataset,
      title: DATASET_TITLES[dataset],
      levels: groups.map(({ configuration, curves }): Level => ({ name: `p = ${noiseOf(configuration)}`,
        noise: noiseOf(configuration), curves, peak: argmax(meanCurve(curves, GA)) })
      ),
    }))
    const layersAt = (curves: readonly DeepCurves[], time: number): string =>
      curves[0].gaLayers.map((_, l) => mean(valuesAt(curves, gaOf(l + 1), time)).toFixed(3)).join(', ')
    // From where the seed average reaches 93 % of its maximum: there the decline can be seen.
    const nearMaximum = (levels: readonly Level[]) => {
      const figure = overTime('Global GA near its maximum', GA, levels)
      return {
        ...figure,
        series: figure.series.map((series, index) => {
          const { curves, peak } = levels[index]
          const ga = meanCurve(curves, GA)
          const from = epochsOf(curves[0])[Math.max(1, ga.findIndex((value) => value >= 0.93 * ga[peak]))]
          const near = <P extends readonly [number, ...number[]]>(points: readonly P[]) =>
            points.filter(([x]) => x >= from)
          return { ...series, points: near(series.points), band: near(series.band ?? []) }
        }),
      }
    }
    const network = `${count(seeds, 'seed')} with the range over them, networks of ${hidden.join('-')} tanh units`
    return {
      claims: [...sets.flatMap(({ dataset, levels }) => levels.flatMap((level) => claimsOf(claim, dataset, level))),
        ...sets.map(({ dataset, title, levels }) =>
          claim.ordered(`ga-harder-${dataset}`,
            `${title}: GA(max) − GA(end) rises with the share of wrong labels, p = ` + levels.map(({ noise }) =>
              noise
            ).join(', '), levels.map(({ curves, peak }) => change(curves, GA, peak, -1)), 'rising', 0, 'order')
        )],
      figures: [
        ...sets.map(({ title, levels }) =>
          sideBySide(`${title}: means over ${network}.`, [overTime(`${title}: global GA`, GA, levels),
            nearMaximum(levels), overTime('Training error', TRAINING_ERROR, levels)], 'none')
        ),
        sideBySide('Global WA of the same networks.', sets.map(({ title, levels }) =>
          overTime(`${title}: global WA`, WA, levels)
        ), 'both'),
      ],
      tables: [
        tableOf(
          'Global alignment: means over seeds ± one standard deviation; GA of the layers from the bottom to the top; test labels are as wrong as training labels',
          ['training', 'GA(0)', 'GA(max)', { name: 'at epoch', digits: 3 }, 'GA(end)', 'layers at max', 'layers at end',
            'WA(end)', 'training error', 'test error'],
          sets.flatMap(({ title, levels }) =>
            levels.map((
              { name, curves, peak },
            ) => [`${title}, ${name}`, around(curves, GA, 0), around(curves, GA, peak), epochsOf(curves[0])[peak],
              around(curves, GA), layersAt(curves, peak), layersAt(curves, -1), around(curves, WA),
              percent(curves, TRAINING_ERROR), percent(curves, TEST_ERROR)]
            )
          ),
        ),
      ],
    }
  },
})
