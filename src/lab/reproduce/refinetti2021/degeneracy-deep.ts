// DFA with shared feedback leads networks from different initial weights to the same region; BP does not.

import { type Matrix, matrix, matrixCosine } from '../../../tensor/index.ts'
import { type DeepScale, settingOf, TWO_HIDDEN } from '../deep/plan.ts'
import { around, GA, grouped, layerCosines, likenessOverTime, meanCurve, networkOf, ON_IMAGES, overTime, percent,
  TRAINING_ERROR, WA } from '../deep/summary.ts'
import { type GroupConfiguration, type GroupResult, trainGroup } from '../deep/training.ts'
import { count, declared, last, mean, perSeed, sideBySide, tableOf } from '../index.ts'

/** Pearson's correlation of two curves. */
export function correlation(x: readonly number[], y: readonly number[]): number {
  const centered = (values: readonly number[]): Matrix => {
    const middle = mean(values)
    return matrix(1, values.length, Float64Array.from(values, (value) => value - middle))
  }
  return matrixCosine(centered(x), centered(y))
}

type Setting = DeepScale & { readonly seeds: number; readonly cifarEpochs: number }

/** Degeneracy breaking in deep networks. */
export const degeneracyDeep = declared<Setting, GroupConfiguration, GroupResult>({
  name: 'refinetti2021/degeneracy-deep',
  title: 'Degeneracy breaking in deep networks',
  source: 'refinetti2021; theory (2.2), (1.15)',
  about:
    'Many weights compute the same function, and networks trained by backpropagation from different initial weights stay as far apart as they started. Direct feedback alignment with the same feedback leads them into one region: the weights align with the feedback, and so with each other. Measured is the mean cosine, over pairs of seeds, of all weights of a network as one vector.',
  ...ON_IMAGES,
  scales: {
    quick: { minutes: 0.01, seeds: 3, cifarEpochs: 40, ...TWO_HIDDEN.quick },
    default: { minutes: 2.5, seeds: 5, cifarEpochs: 150, ...TWO_HIDDEN.default },
    paper: { minutes: 110, seeds: 10, cifarEpochs: 1000, ...TWO_HIDDEN.paper },
  },
  decidedAtQuick: ['cosine-ratio'],
  plan: ({ cifarEpochs, ...setting }, first) =>
    setting.datasets.flatMap((dataset) =>
      (['tanh', 'relu'] as const).flatMap((activation) =>
        (['DFA', 'BP'] as const).map((rule) => ({
          ...settingOf({ ...setting, ...(dataset === 'cifar10' ? { epochs: cifarEpochs } : {}) }, dataset, activation,
            rule),
          seeds: perSeed(first, setting.seeds, (seed) => seed),
        }))
      )
    ),
  run: (c, tools) => trainGroup(c, tools),
  judge({ runs, claim, setting: { seeds } }) {
    const pairs = grouped(runs, ({ configuration }) => networkOf(configuration).id).map(([id, group]) => {
      const of = (rule: string): GroupResult =>
        (group.find(({ configuration }) => configuration.rule === rule) ?? group[0]).result
      const rules = (['DFA', 'BP'] as const).map((name) => ({ name, result: of(name), curves: of(name).curves }))
      return { id, title: networkOf(group[0].configuration).title, rules, dfa: of('DFA'), bp: of('BP') }
    })
    return {
      claims: pairs.flatMap(({ id, title, dfa, bp }) => {
        const [d, b] = [last(dfa.cosine.mean), last(bp.cosine.mean)]
        return [
          claim.above(`cosine-ratio-${id}`, `${title}: mean cosine of weights between seeds at the end, DFA − 5·BP`,
            d - 5 * b, 0, 'sign', { note: `DFA ${d.toFixed(4)}, BP ${b.toFixed(4)}` }),
          claim.above(`cosine-wa-${id}`, `${title}: correlation over time of that cosine under DFA with WA`,
            correlation(dfa.cosine.mean, meanCurve(dfa.curves, WA)), 0, 'sign'),
        ]
      }),
      figures: pairs.map(({ title, rules }) =>
        sideBySide(
          `${title}: means over ${count(seeds, 'seed')} with the range over them (last panel: means over pairs of `
            + 'seeds). Under BP, WA and GA are measured against the feedback that DFA would have used.',
          [overTime(`${title}: training error`, TRAINING_ERROR, rules), overTime('Weight alignment', WA, rules),
            overTime('Gradient alignment', GA, rules), likenessOverTime('Likeness of seeds', rules, 'log')],
        )
      ),
      tables: [
        tableOf('At the end of training: means over seeds (cosine: over pairs of seeds) ± one standard deviation', [
          'networks',
          'rule',
          'training error',
          'WA',
          'GA',
          'cosine',
          'cosine of layers 1 … L',
        ], pairs.flatMap(({ title, rules }) =>
          rules.map((
            { name, result, result: { cosine }, curves },
          ) => [title, name, percent(curves, TRAINING_ERROR), around(curves, WA), around(curves, GA),
            `${last(cosine.mean).toFixed(4)} ± ${last(cosine.deviation).toFixed(4)}`, layerCosines(result)]
          )
        )),
      ],
    }
  },
})
