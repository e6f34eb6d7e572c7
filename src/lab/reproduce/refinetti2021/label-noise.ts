// Wrong labels: alignment begins later and rises less.

import { type DeepScale, settingOf, TWO_HIDDEN } from '../deep/plan.ts'
import { argmax, around, epochsOf, GA, grouped, meanCurve, networkOf, noiseOf, ON_IMAGES, overTime, percent, reaches,
  sampleAt, TRAINING_ERROR, trainings, WA } from '../deep/summary.ts'
import { type DeepConfiguration, type DeepCurves, trainDeep } from '../deep/training.ts'
import { count, declared, perSeed, sideBySide, tableOf } from '../index.ts'

/** Where GA of the seed average is largest, and the epoch at which it reaches half of that. */
export function halfAndPeak(curves: readonly DeepCurves[]): { readonly half: number; readonly peak: number } {
  const ga = meanCurve(curves, GA)
  const peak = argmax(ga)
  return { half: reaches(epochsOf(curves[0]), ga, ga[peak] / 2), peak }
}

type Setting = DeepScale & { readonly seeds: number; readonly levels: readonly number[] }

/** Alignment with wrong labels. */
export const labelNoise = declared<Setting, DeepConfiguration, DeepCurves>({
  name: 'refinetti2021/label-noise',
  title: 'Wrong labels hamper alignment',
  source: 'refinetti2021; theory (2.41)',
  about:
    'Each label, of training and test samples, is replaced with probability p by one drawn from all classes. The covariance of inputs and targets, which drives alignment, shrinks by 1 − p: alignment begins later and stays lower. Measured on the seed average: the epoch at which global GA reaches half of its own maximum, and the maximum.',
  ...ON_IMAGES,
  scales: {
    quick: { minutes: 0.01, seeds: 2, levels: [0, 0.9], ...TWO_HIDDEN.quick },
    default: { minutes: 4.5, seeds: 3, levels: [0, 0.1, 0.2, 0.5, 0.9], ...TWO_HIDDEN.default, samples: 10000,
      epochs: 40 },
    paper: { minutes: 360, seeds: 10, levels: [0, 0.1, 0.2, 0.5, 0.9], ...TWO_HIDDEN.paper },
  },
  decidedAtQuick: ['noise-half'],
  plan: (setting, first) =>
    setting.datasets.flatMap((dataset) =>
      // Linear networks on MNIST alone.
      (dataset === 'mnist' ? ['tanh', 'relu', 'linear'] as const : ['tanh', 'relu'] as const).flatMap((activation) =>
        setting.levels.flatMap((noise) =>
          perSeed(first, setting.seeds, (seed) => ({ ...settingOf(setting, dataset, activation, 'DFA', noise), seed }))
        )
      )
    ),
  resumes: true,
  run: (c, tools) => trainDeep(c, tools),
  judge({ runs, claim, setting: { seeds } }) {
    const sets = grouped(trainings(runs), ({ configuration }) => networkOf(configuration).id).map(([id, groups]) => ({
      id,
      title: networkOf(groups[0].configuration).title,
      levels: groups.map(({ configuration, curves }) => ({ p: noiseOf(configuration),
        name: `p = ${noiseOf(configuration)}`, curves, ...halfAndPeak(curves) })
      ),
    }))
    const number = count(seeds, 'seed')
    return {
      claims: sets.flatMap(({ id, title, levels }) => {
        const p = `p = ${levels.map((level) => level.p).join(', ')}`
        return [
          claim.ordered(`noise-half-${id}`, `${title}: epoch at which GA reaches half of its maximum, ${p}`,
            levels.map(({ half }) => half), 'not falling', 0, 'order'),
          claim.ordered(`noise-max-${id}`, `${title}: maximum of GA, ${p}`, levels.map(({ curves, peak }) =>
            sampleAt(curves, GA, peak)
          ), 'not rising', 0, 'order'),
        ]
      }),
      figures: sets.map(({ title, levels }) =>
        sideBySide(`${title}: labels drawn anew with probability p, means over ${number} with the range over them.`, [
          overTime(`${title}: global GA`, GA, levels),
          overTime('Weight alignment', WA, levels),
          overTime('Training error', TRAINING_ERROR, levels),
        ])
      ),
      tables: [
        tableOf(
          'Alignment with wrong labels, of the seed average (GA and WA at the end: ± one standard deviation over seeds)',
          ['networks', 'p', { name: 'half of max GA at epoch', digits: 3 }, { name: 'max GA', digits: 3 },
            'GA at the end', 'WA at the end', 'training error'],
          sets.flatMap(({ title, levels }) =>
            levels.map((
              { p, curves, half, peak },
            ) => [title, p, Number.isFinite(half) ? half : null, sampleAt(curves, GA, peak).mean, around(curves, GA),
              around(curves, WA), percent(curves, TRAINING_ERROR)]
            )
          ),
        ),
      ],
    }
  },
})
