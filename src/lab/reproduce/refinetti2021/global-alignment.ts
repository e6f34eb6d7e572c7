// GA and WA of whole networks over time: up while the network aligns, down while it memorises.

import { atLeast, type Claim } from '../../claim.ts'
import { lineFigure, type LineFigure } from '../../report/figure.ts'
import { panels } from '../../report/panels.ts'
import { experiment, type Experiment, type Judgement, type Run, type Scale } from '../experiment.ts'
import { alignmentSetting, imageSets } from './deep-plan.ts'
import { trainDeep, type DeepConfiguration, type DeepCurves } from './deep-run.ts'
import {
  argmax,
  around,
  claimHead,
  DATASET_TITLES,
  EPOCHS,
  epochsOf,
  finals,
  GA,
  grouped,
  IMAGE_FILES,
  LOSS,
  meanCurve,
  noiseOf,
  openAtQuick,
  percent,
  seedsFrom,
  TEST_ERROR,
  timeSeries,
  TRAIN_ERROR,
  TRAINING_ERROR_AXIS,
  WA,
} from './deep-summary.ts'

type Trained = Run<DeepConfiguration, DeepCurves>

const SEEDS: Readonly<Record<Scale, number>> = { quick: 2, default: 3, paper: 10 }
const NOISES: Readonly<Record<Scale, readonly number[]>> = {
  quick: [0, 0.5],
  default: [0, 0.5],
  paper: [0, 0.1, 0.5, 0.9],
}
const SOURCE = 'refinetti2021 section 4.1'

function label(c: DeepConfiguration): string {
  return `${DATASET_TITLES[c.data.dataset]}, p = ${noiseOf(c)}`
}

function claimsOf(name: string, id: string, curves: readonly DeepCurves[]): readonly Claim[] {
  const ga = meanCurve(curves, GA)
  const error = meanCurve(curves, TRAIN_ERROR)
  const loss = meanCurve(curves, LOSS)
  const epochs = epochsOf(curves[0])
  const peak = argmax(ga)
  const last = ga.length - 1
  const head = claimHead(SOURCE, 'ga', id, name)
  return [
    atLeast(head('rise', 'GA(max) − GA(0) > 0.1'), ga[peak] - ga[0], 0.1, '> 0.1'),
    {
      ...atLeast(
        head('peak', 'argmax of GA at an interior time (epoch)'),
        epochs[peak],
        0,
        `0 < t < ${epochs[last].toFixed(0)}`,
      ),
      tolerance: 0,
      holds: peak > 0 && peak < last,
    },
    {
      ...atLeast(head('fall', 'GA(max) − GA(end) > 0 when the net keeps fitting'), ga[peak] - ga[last], 0, '> 0'),
      holds: ga[peak] - ga[last] > 0,
    },
    {
      ...atLeast(
        head('fit', 'the training loss keeps falling after argmax of GA: loss at argmax − loss at the end'),
        loss[peak] - loss[last],
        0,
        '> 0',
      ),
      holds: loss[peak] - loss[last] > 0,
      note: `training error ${percent(error[peak])} → ${percent(error[last])}`,
    },
  ]
}

function judge(runs: readonly Trained[], scale: Scale): Judgement {
  const groups = [...grouped(runs, ({ configuration }) => label(configuration))]
  const curvesOf = (group: readonly Trained[]): readonly DeepCurves[] => group.map(({ result }) => result)
  const claims = groups.flatMap(([name, group]) => {
    const c = group[0].configuration
    return claimsOf(name, `${c.data.dataset}-${noiseOf(c)}`, curvesOf(group))
  })
  const byData = [...grouped(groups, ([, group]) => group[0].configuration.data.dataset)]
  const dynamics = byData.flatMap(([dataset, sets]): LineFigure[] => {
    const line = (quantity: typeof GA) =>
      sets.map(([, group], index) =>
        timeSeries(`p = ${noiseOf(group[0].configuration)}`, curvesOf(group), quantity, { colour: index }),
      )
    const title = DATASET_TITLES[dataset]
    return [
      { title: `${title}: global GA`, x: EPOCHS, y: { label: 'global GA' }, series: line(GA) },
      { title: `${title}: training error`, x: EPOCHS, y: TRAINING_ERROR_AXIS, series: line(TRAIN_ERROR) },
    ]
  })
  const weights: LineFigure[] = byData.map(([dataset, sets]) => ({
    title: `${DATASET_TITLES[dataset]}: global WA`,
    x: EPOCHS,
    y: { label: 'global WA' },
    series: sets.map(([, group], index) =>
      timeSeries(`p = ${noiseOf(group[0].configuration)}`, curvesOf(group), WA, { colour: index }),
    ),
  }))
  const { configuration } = runs[0]
  const rows = groups.map(([name, group]) => {
    const curves = curvesOf(group)
    const ga = meanCurve(curves, GA)
    const peak = argmax(ga)
    return [
      name,
      around(curves.map((one) => one.ga[0] ?? NaN)),
      around(curves.map((one) => one.ga[peak] ?? NaN)),
      epochsOf(curves[0])[peak],
      around(finals(curves, GA)),
      around(finals(curves, WA)),
      percent(meanCurve(curves, TRAIN_ERROR)[ga.length - 1]),
      percent(meanCurve(curves, TEST_ERROR)[ga.length - 1]),
    ]
  })
  return {
    claims: openAtQuick(claims, scale, 'ga-rise'),
    figures: [
      {
        svg: panels({ figures: dynamics, share: 'x' }),
        wide: true,
        caption:
          `Global GA and training error, means over ${SEEDS[scale]} seeds with one standard deviation, networks of ` +
          `${configuration.hidden.join('-')} tanh units.`,
      },
      ...(weights.length === 1
        ? [{ svg: lineFigure(weights[0]), caption: 'Global WA of the same networks.' }]
        : [
            {
              svg: panels({ figures: weights, share: 'both' }),
              wide: true,
              caption: 'Global WA of the same networks.',
            },
          ]),
    ],
    tables: [
      {
        caption: 'Global alignment: means over seeds ± one standard deviation',
        table: {
          columns: [
            { name: 'training' },
            { name: 'GA(0)' },
            { name: 'GA(max)' },
            { name: 'at epoch', digits: 3 },
            { name: 'GA(end)' },
            { name: 'WA(end)' },
            { name: 'training error' },
            { name: 'test error' },
          ],
          rows,
        },
      },
    ],
    paragraphs: [PARAGRAPH],
  }
}

const PARAGRAPH = ''

/** Section 4.1. */
export const globalAlignment: Experiment = experiment<DeepConfiguration, DeepCurves>({
  name: 'refinetti2021/global-alignment',
  title: 'Align, then memorise: global alignment of deep networks',
  source: SOURCE,
  about:
    'Under direct feedback alignment the gradient alignment (GA) of a deep network rises quickly to a maximum, ' +
    'then declines while the network goes on fitting its training set. Networks with three hidden layers are ' +
    'trained on images whose labels are right or, with probability p, drawn anew; GA is the mean over samples of ' +
    'the cosine between the errors that DFA and the exact gradient deliver to all hidden layers, WA the cosine ' +
    'between all weights above the first and the products of feedback matrices that they align with.',
  data: IMAGE_FILES,
  minutes: { quick: 0.1, default: 4, paper: 9000 },
  revision: 1,
  plan: (scale, seed) =>
    imageSets(scale).flatMap((dataset) =>
      NOISES[scale].flatMap((noise) =>
        seedsFrom(seed, SEEDS[scale]).map((one) => ({ ...alignmentSetting(scale, dataset, noise), seed: one })),
      ),
    ),
  run: (configuration, tools) => trainDeep(configuration, tools),
  judge,
})
