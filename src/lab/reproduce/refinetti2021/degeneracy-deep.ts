// DFA with shared feedback leads networks from different initial weights to the same region; BP does not.

import { meanAndDeviation } from '../../../dfa/index.ts'
import { type Claim } from '../../claims/claim.ts'
import { atLeast } from '../../claims/legacy.ts'
import type { LineFigure, Series } from '../../report/figure.ts'
import type { Axis } from '../../report/plot.ts'
import { panels } from '../../report/panels.ts'
import { type Experiment, experiment, type Judgment, type Run, type Scale } from '../experiment.ts'
import { imageSets, shallowSetting } from './deep-plan.ts'
import { type GroupConfiguration, type GroupResult, trainGroup } from './deep-run.ts'
import { around, claimHead, EPOCHS, epochsOf, finals, GA, grouped, IMAGE_FILES, meanCurve, networkId, networkTitle,
  openAtQuick, percent, seedsFrom, timeSeries, TRAIN_ERROR, TRAINING_ERROR_AXIS, WA } from './deep-summary.ts'

type Group = Run<GroupConfiguration, GroupResult>

const SEEDS: Readonly<Record<Scale, number>> = { quick: 3, default: 5, paper: 10 }
const SOURCE = 'refinetti2021 section 4.3'

/** Pearson's correlation of two curves. */
export function correlation(x: readonly number[], y: readonly number[]): number {
  const mx = meanAndDeviation(x).mean
  const my = meanAndDeviation(y).mean
  let xy = 0, xx = 0, yy = 0
  x.forEach((value, i) => {
    xy += (value - mx) * (y[i] - my)
    xx += (value - mx) * (value - mx)
    yy += (y[i] - my) * (y[i] - my)
  })
  return xy / Math.sqrt(xx * yy)
}

/** Mean cosine between seeds from the first step on; deviations below zero have no place on the log axis it is for. */
export function cosineSeries(name: string, { curves, cosine }: GroupResult, look: Partial<Series> = {}): Series {
  const epochs = epochsOf(curves[0])
  const from = epochs[0] === 0 ? 1 : 0
  const points = epochs.map((epoch, time): [number, number] => [epoch, cosine.mean[time]])
  return { name, draw: 'line', points: points.slice(from), ...look }
}

function last(values: readonly number[]): number {
  return values[values.length - 1]
}

function judge(runs: readonly Group[], scale: Scale): Judgment {
  const pairs = [...grouped(runs, ({ configuration }) => networkTitle(configuration))].map(([name, group]) => {
    const of = (rule: string): Group => group.find(({ configuration }) => configuration.rule === rule) ?? group[0]
    return { name, id: networkId(group[0].configuration), dfa: of('DFA'), bp: of('BP') }
  })
  const claims = pairs.flatMap(({ name, id, dfa, bp }): Claim[] => {
    const head = claimHead(SOURCE, 'cosine', id, name)
    const [d, b] = [last(dfa.result.cosine.mean), last(bp.result.cosine.mean)]
    return [{
      ...atLeast(head('ratio', 'mean cosine of weights between seeds at the end, DFA − 5·BP ≥ 0'), d - 5 * b, 0, '≥ 0'),
      note: `DFA ${d.toFixed(4)}, BP ${b.toFixed(4)}`,
    },
      atLeast(head('wa', 'correlation over time of that cosine under DFA with WA is positive'),
        correlation(dfa.result.cosine.mean, meanCurve(dfa.result.curves, WA)), 0, '> 0')]
  })
  const figures = pairs.map(({ name, dfa, bp }) => {
    const both = (quantity: typeof GA): Series[] =>
      [dfa, bp].map(({ configuration, result }, index) =>
        timeSeries(configuration.rule, result.curves, quantity, { color: index })
      )
    const figure = (title: string, y: Axis, series: readonly Series[]): LineFigure => ({ title, x: EPOCHS, y, series })
    return {
      svg: panels({
        share: 'x',
        figures: [figure(`${name}: training error`, TRAINING_ERROR_AXIS, both(TRAIN_ERROR)),
          figure('Weight alignment', { label: 'global WA' }, both(WA)),
          figure('Gradient alignment', { label: 'global GA' }, both(GA)),
          figure('Likeness of seeds', { label: 'mean cosine of weights', scale: 'log' }, [
            cosineSeries('DFA', dfa.result, { color: 0 }),
            cosineSeries('BP', bp.result, { color: 1 }),
          ])],
      }),
      wide: true,
      caption: `${name}: means over ${dfa.configuration.seeds.length} seeds with one standard deviation (last panel: `
        + 'over pairs of seeds, deviations in the table). Under BP, WA and GA are measured against the feedback '
        + 'that DFA would have used.',
    }
  })
  const row = (
    name: string,
    { configuration: { rule }, result }: Group,
  ): (string | number)[] => [name, rule,
    percent(meanCurve(result.curves, TRAIN_ERROR)[result.curves[0].steps.length - 1]),
    around(finals(result.curves, WA)), around(finals(result.curves, GA)),
    `${last(result.cosine.mean).toFixed(4)} ± ${last(result.cosine.deviation).toFixed(4)}`,
    result.cosineLayers.map((layer) => last(layer).toFixed(3)).join(', ')]
  return {
    claims: openAtQuick(claims, scale, 'cosine-ratio'),
    figures,
    tables: [{
      caption: 'At the end of training: means over seeds (cosine: over pairs of seeds) ± one standard deviation',
      table: {
        columns: [{ name: 'networks' }, { name: 'rule' }, { name: 'training error' }, { name: 'WA' }, { name: 'GA' }, {
          name: 'cosine',
        }, { name: 'cosine of layers 1 … L' }],
        rows: pairs.flatMap(({ name, dfa, bp }) => [row(name, dfa), row(name, bp)]),
      },
    }],
    findings: scale === 'default' ? PARAGRAPHS : [],
  }
}

const PARAGRAPHS: readonly string[] = [
  'What differs from the paper: 2,000 training samples, 250 (MNIST) or 150 (CIFAR-10) epochs at the paper’s '
  + 'rate and five seeds, instead of all samples, 1000 epochs and ten seeds. Training errors end at or near zero '
  + 'under both rules. Both rules start from the same weights, seed by seed, and see the same batches.',
  'Under BP the likeness of seeds stays where unrelated weights are. Under DFA it follows weight alignment: '
  + 'the cosine of two networks that share nothing but their feedback and their data ends between 0.4 and 0.65. '
  + 'The last layer becomes the most alike.',
]

/** Section 4.3. */
export const degeneracyDeep: Experiment = experiment<GroupConfiguration, GroupResult>({
  name: 'refinetti2021/degeneracy-deep',
  title: 'Degeneracy breaking in deep networks',
  source: SOURCE,
  about: 'Many weights compute the same function, and networks trained by backpropagation from different initial '
    + 'weights stay as far apart as they started. Direct feedback alignment with the same feedback leads them into '
    + 'one region: the weights align with the feedback, and so with each other. Measured is the mean cosine, over '
    + 'pairs of seeds, of all weights of a network as one vector.',
  data: IMAGE_FILES,
  quickData: [],
  minutes: { quick: 0.01, default: 2.5, paper: 110 },
  revision: 1,
  plan: (scale, seed) =>
    imageSets(scale).flatMap((dataset) =>
      (['tanh', 'relu'] as const).flatMap((activation) =>
        (['DFA', 'BP'] as const).map((rule) => ({
          ...shallowSetting(scale, dataset, activation, rule, {
            samples: 2000,
            epochs: dataset === 'cifar10' ? 150 : 250,
          }),
          seeds: seedsFrom(seed, SEEDS[scale]),
        }))
      )
    ),
  run: (configuration, tools) => trainGroup(configuration, tools),
  judge,
})
