// Statics and dynamics by width: wider networks align better.

import { FILES } from '../../training/datasets.ts'
import { type DeepScale, settingOf, TWO_HIDDEN } from '../deep/plan.ts'
import { around, endsAgainst, GA, gaOf, grouped, layerCosines, likenessOverTime, overTime, percent, type Quantity,
  sampleAt, TRAINING_ERROR, WA } from '../deep/summary.ts'
import { type GroupConfiguration, type GroupResult, trainGroup } from '../deep/training.ts'
import { count, declared, last, type LineFigure, perSeed, sideBySide, tableOf } from '../index.ts'

/** The theory has no initial weights: the second DFA has a tenth of the usual ones. */
const VARIANTS = [{ rule: 'DFA' }, { rule: 'DFA', initialScale: 0.1 }, { rule: 'BP' }] as const

/** Rule and initial weights. */
function variantOf({ rule, initialScale }: GroupConfiguration): string {
  return initialScale === undefined ? rule : `${rule}, initial weights × ${initialScale}`
}

type Setting = DeepScale & { readonly seeds: number; readonly widths: readonly number[] }

/** Alignment and degeneracy breaking by width. */
export const width = declared<Setting, GroupConfiguration, GroupResult>({
  name: 'refinetti2021/width',
  title: 'Alignment and likeness of seeds by width',
  source: 'refinetti2021; theory (1.18), (2.44)',
  method: 'training',
  about:
    'Theory has the feedback close to orthogonal when layers are wide, FᵀF ≈ c·I, and alignment then better. Networks with two hidden layers of equal width, under DFA and BP: at the end of training (statics) and over time (dynamics).',
  data: FILES.mnist,
  quickData: [],
  scales: {
    quick: { minutes: 0.01, seeds: 2, widths: [8, 32], ...TWO_HIDDEN.quick },
    default: { minutes: 2.5, seeds: 4, widths: [16, 32, 64, 128, 256], ...TWO_HIDDEN.default },
    paper: { minutes: 1000, seeds: 10, widths: [16, 32, 64, 128, 256, 512], ...TWO_HIDDEN.paper },
  },
  decidedAtQuick: [],
  // The first of the data sets alone.
  plan: ({ datasets: [dataset], widths, seeds, ...setting }, first) =>
    VARIANTS.flatMap((variant) =>
      widths.map((units) => ({
        ...settingOf({ ...setting, datasets: [dataset], hidden: [units, units] }, dataset, 'tanh', variant.rule),
        ...variant,
        seeds: perSeed(first, seeds, (seed) => seed),
      }))
    ),
  run: (c, tools) => trainGroup(c, tools),
  judge({ runs, claim, setting: { seeds } }) {
    const variants = grouped(runs, ({ configuration }) => variantOf(configuration)).map(([name, group]) => ({
      name,
      configuration: group[0].configuration,
      groups: group.map(({ configuration: { hidden: [units] }, result }) => ({ name: `width ${units}`, units, result,
        curves: result.curves })
      ),
    }))
    const aligned = variants.filter(({ configuration }) => configuration.rule === 'DFA')
    const [{ groups: dfa }] = aligned
    const widths = dfa.map(({ units }) => units)
    const against = (title: string, quantity: Quantity): LineFigure => ({
      title,
      x: { label: 'width', scale: 'log' },
      y: { label: quantity.name },
      series: variants.map(({ name, groups }) => endsAgainst(name, widths, groups, quantity)),
    })
    const likeness: LineFigure = {
      ...against('Likeness of seeds, DFA', GA),
      y: { label: 'mean cosine of weights' },
      series: dfa[0].result.cosineLayers.map((_, l) => ({ name: `weights ${l + 1}`, draw: 'both',
        color: variants.length + l,
        points: dfa.map(({ units, result }) => [units, last(result.cosineLayers[l])] as const) })
      ),
    }
    return {
      claims: aligned.flatMap(({ name, configuration, groups }) =>
        ([['ga', 'global GA', GA], ['ga-1', 'GA of layer 1', gaOf(1)], ['ga-2', 'GA of layer 2', gaOf(2)]] as const)
          .map(([part, what, quantity]) =>
            claim.ordered(`width-${part}${configuration.initialScale === undefined ? '' : '-small'}`,
              `${name}, widths ${widths.join(', ')}: ${what} at the end rises with the width`,
              groups.map(({ curves }) => sampleAt(curves, quantity)), 'rising', 0, 'order')
          )
      ),
      figures: [
        sideBySide(
          `At the end of training: means over ${count(seeds, 'seed')} with the range over them; likeness: means over `
            + 'pairs of seeds.',
          [against('Training error', TRAINING_ERROR), against('Global GA', GA), likeness],
        ),
        sideBySide('Over time, by width.', [overTime('DFA: global GA', GA, dfa),
          overTime('DFA: training error', TRAINING_ERROR, dfa), likenessOverTime('DFA: likeness of seeds', dfa)]),
      ],
      tables: [
        tableOf('At the end of training: means over seeds ± one standard deviation', ['training', 'width',
          'training error', 'GA layer 1', 'GA layer 2', 'global GA', 'global WA', 'cosine of layers 1 … L'],
          variants.flatMap(({ name, groups }) =>
            groups.map((
              { units, result, curves },
            ) => [name, units, percent(curves, TRAINING_ERROR, 2), ...[gaOf(1), gaOf(2), GA, WA].map((quantity) =>
              around(curves, quantity)
            ), layerCosines(result)])
          )),
      ],
    }
  },
})
