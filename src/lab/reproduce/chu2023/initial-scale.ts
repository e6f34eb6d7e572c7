// Larger initial weights align less; do they perform worse?

import type { Claim, ClaimBuilder } from '../../claims/claim.ts'
import { type LineFigure } from '../../report/figure.ts'
import { last, mean, pairedDifference, sample, spearman } from '../../statistics.ts'
import { declared, perSeed, type Run } from '../experiment.ts'
import { type ControlConfiguration, planControls, tunedControl } from '../fixed-points/control.ts'
import { type LinearConfiguration, type LinearResult, runLinear } from '../fixed-points/linear-flow.ts'
import { linearClaims, linearFigure, linearGroups, planLinear } from '../fixed-points/linear-scales.ts'
import { READS, SIGNAL_TEXT, SIZES, type Sizes, trainingText } from '../fixed-points/plan.ts'
import { accuracyCells, lostBefore, meanSignal, overEpochs, signalOf, signalText,
  testPercent } from '../fixed-points/summary.ts'
import { type NetworkConfiguration, type NetworkCurves, trainNetwork } from '../fixed-points/training.ts'
import { RATE_TEXT } from '../rates/rate-search.ts'
import { meanSeries, overSeeds, sideBySide, spread, tableOf } from '../series.ts'

interface Setting extends Sizes {
  readonly scales: readonly number[]
  /** Scales at which the frozen control is tuned. */
  readonly controls: readonly number[]
  readonly seeds: number
  readonly linearSeeds: number
}
type Part = 'scale' | 'early'
type Training = NetworkConfiguration & { readonly part: Part }
type Configuration = Training | ControlConfiguration | LinearConfiguration
type Result = NetworkCurves | LinearResult
type Runs = readonly Run<Configuration, Result>[]

const FULL = { scales: [0, 0.01, 0.1, 0.5, 1, 2, 5], controls: [0.1, 1, 5], seeds: 3, linearSeeds: 10 }
/** Alignment that counts as little, in any layer. */
const LITTLE = 0.05

const trainingsOf = (runs: Runs, part: Part): readonly Run<Training, NetworkCurves>[] =>
  runs.filter(({ configuration }) => configuration.part === part) as unknown as readonly Run<Training, NetworkCurves>[]
const curvesOf = (runs: readonly Run<Training, NetworkCurves>[], want: Partial<Training>): readonly NetworkCurves[] =>
  runs.filter(({ configuration }) =>
    Object.entries(want).every(([key, value]) => configuration[key as keyof Training] === value)
  ).map(({ result }) => result)

/** Alignment and accuracy by the scale of the initial weights. */
export const initialScale = declared<Setting, Configuration, Result>({
  name: 'chu2023/initial-scale',
  title: 'Initial scale: alignment and accuracy',
  source: 'chu2023 abstract',
  method: 'training',
  about:
    'Three hidden layers of tanh under FA and DFA, from weights of seven sizes: alignment at the end and accuracy, '
    + 'against backpropagation and against frozen hidden layers whose rate is tuned; the first epochs from large weights, '
    + 'where the loss falls without alignment; and a linear network in float64, where it falls to nothing.',
  ...READS,
  revision: 1,
  scales: {
    quick: { minutes: 0.05, ...SIZES.quick, ...FULL, scales: [0, 0.1, 1, 5], controls: [5], seeds: 2, linearSeeds: 4 },
    default: { minutes: 0.7, ...SIZES.default, ...FULL },
    paper: { minutes: 110, ...SIZES.paper, ...FULL, seeds: 5, linearSeeds: 50 },
  },
  decidedAtQuick: ['scale-linear'],
  plan(s, first, done) {
    const { dataset, trainingSamples, epochs, batch, width, rate } = s
    const seeds = perSeed(first, s.seeds, (seed) => seed)
    const base = {
      dataset,
      trainingSamples,
      epochs,
      batch,
      hidden: [width, width, width],
      activation: 'tanh',
      loss: 'cross-entropy',
      records: 12,
    } as const
    const trainings = (part: Part, rule: Training['rule'], scales: readonly number[], more: Partial<Training> = {}) =>
      scales.flatMap((initialScale) =>
        seeds.map((seed): Training => ({ part, ...base, rule, initialScale, rate, ...more, seed }))
      )
    return [...trainings('scale', 'FA', s.scales), ...trainings('scale', 'DFA', s.scales),
      ...trainings('scale', 'BP', [1]), ...trainings('scale', 'frozen', s.controls),
      ...trainings('early', 'FA', [last(s.scales)], { rate: rate / 5, epochs: Math.min(12, epochs), records: 24 }),
      ...planControls(base, s.controls, seeds, done), ...planLinear(first, s.linearSeeds)]
  },
  run: (c, tools) => (c.part === 'linear' ? runLinear(c) : trainNetwork(c, tools)),
  judge({ runs, claim, setting }) {
    const main = trainingsOf(runs, 'scale')
    const early = trainingsOf(runs, 'early').map(({ result }) => result)
    const linear = linearGroups(runs)
    const rules = (['FA', 'DFA'] as const).map((rule) => ({
      rule,
      points: setting.scales.map((initial) => ({ initial, curves: curvesOf(main, { rule, initialScale: initial }) })),
    }))
    const controls = setting.controls.map((initial) => ({ initial, curves: tunedControl(runs, initial) }))
    const frozen = setting.controls.map((initial) => ({
      initial,
      curves: curvesOf(main, { rule: 'frozen', initialScale: initial }),
    }))
    const rows = [...rules, { rule: 'frozen', points: frozen }, { rule: 'frozen, tuned', points: controls }, {
      rule: 'BP',
      points: [{ initial: 1, curves: curvesOf(main, { rule: 'BP' }) }],
    }]
    return {
      claims: [...rules.flatMap(({ rule, points }) => scaleClaims(claim, rule, points)),
        claim.between('scale-frozen',
          'test accuracy of FA less that of the frozen control at the same rate, both from the largest scale, points',
          pairedDifference(last(rules[0].points).curves.map(testPercent),
            curvesOf(main, { rule: 'frozen', initialScale: last(setting.controls) }).map(testPercent)), -4, 4,
          'chosen before'),
        claim.atLeast('scale-early',
          `FA from the largest scale: share of the loss lost before any |cos| reaches ${LITTLE}, first epochs`,
          sample(early.map((c) => lostBefore(c, (cosine) => Math.abs(cosine) >= LITTLE))), 0.5, 'chosen before: half'),
        claim.atLeast('scale-early-signed',
          `the same before any cos reaches ${LITTLE}: what is anti-aligned is not aligned`,
          sample(early.map((c) => lostBefore(c, (cosine) => cosine >= LITTLE))), 0.5,
          'as above; added after a first run'), ...linearClaims(claim, linear)],
      figures: [
        sideBySide(
          `By initial scale, at the end of training (0 at the left end), ${overSeeds(setting.seeds)}. ${SIGNAL_TEXT}`,
          [byScale('Alignment', { label: 'cosine, mean of layers', domain: [-0.05, 1] }, rules, meanSignal),
            byScale('Test accuracy', { label: 'right answers (%)', domain: [75, 100] }, [...rules, {
              rule: 'frozen, tuned',
              points: controls,
            }], testPercent)],
        ),
        sideBySide('FA over epochs, by initial scale.', [
          overEpochs('Loss', { label: 'cross-entropy', scale: 'log' }, named(rules[0].points), (c, time) =>
            c.loss[time] ?? null),
          overEpochs('Alignment', { label: 'cosine, mean of layers' }, named(rules[0].points), (c, time) =>
            time < c.steps.length ? meanSignal(c, time) : null),
        ]),
        sideBySide(
          'A linear network in float64 by initial scale, '
            + `${overSeeds(setting.linearSeeds)}: alignment of the hidden gradient, and loss.`,
          [linearFigure('Loss', 'loss', linear), linearFigure('Alignment of W₁', 'gradient', linear)],
        ),
      ],
      tables: [
        tableOf('At the end of training: means over seeds ± one standard deviation', ['rule', 'initial scale',
          'training accuracy (%)', 'test accuracy (%)', 'alignment by layer'], rows.flatMap(({ rule, points }) =>
            points.map((
              { initial, curves },
            ) => [rule, String(initial), ...accuracyCells(curves),
              rule === 'FA' || rule === 'DFA' ? signalText(curves) : '–']
            )
          )),
      ],
      findings: [`${trainingText(setting)} Control: ${RATE_TEXT}`,
        'The control has no biases; its rates at scales s below 1 are those of the ladder over s⁶, because the features of '
        + 'three layers shrink as s³.',
        `Test accuracy of FA, whose rate is not tuned, less that of the tuned control: ${
          controls.map(({ initial, curves }) =>
            `${
              spread(pairs(curvesOf(main, { rule: 'FA', initialScale: initial }), curves), 1)
            } points at scale ${initial}`
          ).join(', ')
        }.`],
    }
  },
})

/** Differences of test accuracy, seed by seed. */
const pairs = (a: readonly NetworkCurves[], b: readonly NetworkCurves[]): readonly number[] =>
  a.map((one, seed) => testPercent(one) - testPercent(b[seed]))

type Points = readonly { readonly initial: number; readonly curves: readonly NetworkCurves[] }[]

function scaleClaims(claim: ClaimBuilder, rule: string, points: Points): readonly Claim[] {
  const at = (scale: number): readonly NetworkCurves[] => points.find(({ initial }) => initial === scale)?.curves ?? []
  const id = rule.toLowerCase()
  // Below a hundredth the order of alignments is noise, as it is between the smallest scales.
  const cosines = points.map(({ curves }) => Number(mean(curves.map((one) => meanSignal(one))).toFixed(2)))
  return [
    claim.atMost(`scale-spearman-${id}`,
      `${rule}: Spearman’s coefficient of initial scale and mean alignment, to two digits`,
      spearman(points.map(({ initial }) => initial), cosines), -0.95, 'chosen before'),
    claim.between(`scale-accuracy-${id}`, `${rule}: test accuracy from weights of scale 0 less from scale 1, points`,
      pairedDifference(at(0).map(testPercent), at(1).map(testPercent)), -1.5, 1.5, 'chosen before'),
    claim.atLeast(`scale-cosine-${id}`, `${rule}: alignment of layer 1 from scale 0 less from scale 1`,
      pairedDifference(at(0).map((c) => signalOf(c, 1)), at(1).map((c) => signalOf(c, 1))), 0.3, 'chosen before'),
  ]
}

const named = (points: Points) => points.map(({ initial, curves }) => ({ name: `scale ${initial}`, curves }))

function byScale(title: string, y: LineFigure['y'],
  rules: readonly { readonly rule: string; readonly points: Points }[],
  pick: (curves: NetworkCurves) => number): LineFigure
{
  return {
    title,
    x: { label: 'initial scale', scale: 'log' },
    y,
    series: rules.map(({ rule, points }) =>
      meanSeries(rule, points.map(({ initial }) => Math.max(initial, 0.001)), points[0].curves.map((_, seed) =>
        points.map(({ curves }) => (seed < curves.length ? pick(curves[seed]) : null))
      ), { draw: 'both' })
    ),
  }
}
