// Statics and dynamics by width: wider networks align better.

import { meanAndDeviation } from '../../../dfa/index.ts'
import { ordered, type Claim } from '../../claim.ts'
import type { LineFigure, Series } from '../../report/figure.ts'
import { panels } from '../../report/panels.ts'
import { FILES } from '../../training/datasets.ts'
import { experiment, type Experiment, type Judgement, type Run, type Scale } from '../experiment.ts'
import { meanSeries } from '../series.ts'
import { cosineSeries } from './degeneracy-deep.ts'
import { shallowSetting } from './deep-plan.ts'
import { trainGroup, type GroupConfiguration, type GroupResult } from './deep-run.ts'
import {
  around,
  claimHead,
  EPOCHS,
  finals,
  GA,
  gaOf,
  grouped,
  meanCurve,
  openAtQuick,
  percent,
  seedsFrom,
  timeSeries,
  TRAIN_ERROR,
  WA,
  type Quantity,
} from './deep-summary.ts'

type Group = Run<GroupConfiguration, GroupResult>

const SEEDS: Readonly<Record<Scale, number>> = { quick: 2, default: 4, paper: 10 }
const WIDTHS: Readonly<Record<Scale, readonly number[]>> = {
  quick: [8, 32],
  default: [16, 32, 64, 128, 256],
  paper: [16, 32, 64, 128, 256, 512],
}
const SOURCE = 'refinetti2021 sections 3.3, 4.3'

/** The theory has no initial weights: the second DFA has a tenth of the usual ones. */
const VARIANTS = [{ rule: 'DFA' }, { rule: 'DFA', initialScale: 0.1 }, { rule: 'BP' }] as const

/** Rule and initial weights. */
function variantOf({ rule, initialScale }: GroupConfiguration): string {
  return initialScale === undefined ? rule : `${rule}, initial weights × ${initialScale}`
}

function judge(runs: readonly Group[], scale: Scale): Judgement {
  const variants = [...grouped(runs, ({ configuration }) => variantOf(configuration))]
  const widths = [...new Set(runs.map(({ configuration }) => configuration.hidden[0]))]
  const aligned = variants.filter(([, groups]) => groups[0].configuration.rule === 'DFA')
  const dfa = aligned[0][1]
  const claims = aligned.flatMap(([variant, groups]): Claim[] => {
    const id = groups[0].configuration.initialScale === undefined ? '' : 'small'
    const head = claimHead(SOURCE, 'width', id, `${variant}, widths ${widths.join(', ')}`)
    return (
      [
        ['ga', 'global GA', GA],
        ['ga-1', 'GA of layer 1', gaOf(1)],
        ['ga-2', 'GA of layer 2', gaOf(2)],
      ] as const
    ).map(([part, what, quantity]) =>
      ordered(
        head(part, `${what} at the end rises with the width`),
        'rising',
        groups.map(({ result }) => meanAndDeviation(finals(result.curves, quantity)).mean),
      ),
    )
  })
  const WIDTH = { label: 'width', scale: 'log' } as const
  const against = (name: string, groups: readonly Group[], quantity: Quantity, look: Partial<Series>): Series =>
    meanSeries(
      name,
      widths,
      groups[0].configuration.seeds.map((_, seed) =>
        groups.map((group) => finals(group.result.curves, quantity)[seed]),
      ),
      { draw: 'both', ...look },
    )
  const lastOf = (values: readonly number[]): number => values[values.length - 1]
  const statics: readonly LineFigure[] = [
    {
      title: 'Training error',
      x: WIDTH,
      y: { label: 'training error' },
      series: variants.map(([variant, groups], index) => against(variant, groups, TRAIN_ERROR, { colour: index })),
    },
    {
      title: 'Global GA',
      x: WIDTH,
      y: { label: 'global GA' },
      series: variants.map(([variant, groups], index) => against(variant, groups, GA, { colour: index })),
    },
    {
      title: 'Likeness of seeds, DFA',
      x: WIDTH,
      y: { label: 'mean cosine of weights' },
      series: dfa[0].result.cosineLayers.map((_, l) => ({
        name: `weights ${l + 1}`,
        draw: 'both' as const,
        colour: 3 + l,
        points: dfa.map(({ result }, index): [number, number] => [widths[index], lastOf(result.cosineLayers[l])]),
      })),
    },
  ]
  const dynamics: readonly LineFigure[] = [
    ...(
      [
        ['Global GA', 'global GA', GA],
        ['Training error', 'training error', TRAIN_ERROR],
      ] as const
    ).map(([title, label, quantity]): LineFigure => ({
      title: `DFA: ${title}`,
      x: EPOCHS,
      y: { label },
      series: dfa.map(({ result }, index) =>
        timeSeries(`width ${widths[index]}`, result.curves, quantity, { colour: index }),
      ),
    })),
    {
      title: 'DFA: likeness of seeds',
      x: EPOCHS,
      y: { label: 'mean cosine of weights' },
      series: dfa.map(({ result }, index) => cosineSeries(`width ${widths[index]}`, result, { colour: index })),
    },
  ]
  return {
    claims: openAtQuick(claims, scale),
    figures: [
      {
        svg: panels({ figures: statics, share: 'x' }),
        wide: true,
        caption:
          `At the end of training: means over ${SEEDS[scale]} seeds with one standard deviation; likeness: over ` +
          'pairs of seeds.',
      },
      { svg: panels({ figures: dynamics, share: 'x' }), wide: true, caption: 'Over time, by width.' },
    ],
    tables: [
      {
        caption: 'At the end of training: means over seeds ± one standard deviation',
        table: {
          columns: [
            { name: 'training' },
            { name: 'width' },
            { name: 'training error' },
            { name: 'GA layer 1' },
            { name: 'GA layer 2' },
            { name: 'global GA' },
            { name: 'global WA' },
            { name: 'cosine of layers 1 … L' },
          ],
          rows: variants.flatMap(([variant, groups]) =>
            groups.map(({ result: { curves, cosineLayers } }, index) => [
              variant,
              widths[index],
              percent(meanCurve(curves, TRAIN_ERROR)[curves[0].steps.length - 1], 2),
              ...[gaOf(1), gaOf(2), GA, WA].map((quantity) => around(finals(curves, quantity))),
              cosineLayers.map((layer) => lastOf(layer).toFixed(3)).join(', '),
            ]),
          ),
        },
      },
    ],
    paragraphs: PARAGRAPHS,
  }
}

const PARAGRAPHS: readonly string[] = []

/** Section 4.3, by width. */
export const width: Experiment = experiment<GroupConfiguration, GroupResult>({
  name: 'refinetti2021/width',
  title: 'Alignment and likeness of seeds by width',
  source: SOURCE,
  about:
    'Theory has the feedback close to orthogonal when layers are wide, FᵀF ≈ c·I, and alignment then better. ' +
    'Networks with two hidden layers of equal width on MNIST pictures of 14×14, under DFA and BP: at the end of ' +
    'training (statics) and over time (dynamics).',
  data: FILES.mnist,
  minutes: { quick: 0.1, default: 3, paper: 20000 },
  revision: 1,
  plan: (scale, seed) =>
    VARIANTS.flatMap((variant) =>
      WIDTHS[scale].map((units) => {
        const dataset = scale === 'quick' ? 'clusters' : 'mnist'
        const setting = shallowSetting(scale, dataset, 'tanh', variant.rule, {
          samples: 2000,
          epochs: 250,
          width: units,
        })
        return { ...setting, ...variant, seeds: seedsFrom(seed, SEEDS[scale]) }
      }),
    ),
  run: (configuration, tools) => trainGroup(configuration, tools),
  judge,
})
