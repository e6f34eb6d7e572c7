// Does DFA want less regularization than backpropagation? GraphConv on Cora, each rule with both rules' settings.

import { lineFigure } from '../../report/figure.ts'
import { mean, pairedDifference, type Sample, sample } from '../../statistics.ts'
import { declared, perSeed } from '../experiment.ts'
import { graphFiles } from '../../training/citation-graphs.ts'
import { configurationOf, type GraphBudget, tests } from '../graphs/settings.ts'
import { type GraphConfiguration, type GraphResult, trainGraph } from '../graphs/training.ts'
import { meanSeries, spread, tableOf } from '../series.ts'

interface Setting {
  readonly seeds: number
  readonly epochs: number
  /** Of DFA with the settings of BP: is it only slower? */
  readonly longer: number
  readonly every: number
}

const DROPOUTS = [0.1, 0.5] as const
const DECAYS = [1e-4, 5e-4] as const
const RULES = ['BP', 'DFA'] as const

/** What DFA loses by the regularization that suits backpropagation. */
export const graphRegularization = declared<Setting, GraphConfiguration, GraphResult>({
  name: 'launay2020/graph-regularization',
  title: 'DFA wants less regularization',
  source: 'launay2020',
  method: 'training',
  about:
    'The paper tunes regularization for each rule and finds that DFA wants less. GraphConv with 16 hidden features '
    + 'on Cora under both rules, with dropout and weight decay of both (0.5 and 5·10⁻⁴ for BP, 0.1 and 10⁻⁴ for DFA) and '
    + 'the two mixtures; DFA with the settings of BP also for longer. Test accuracy at the best validation accuracy.',
  data: graphFiles('cora'),
  revision: 1,
  scales: {
    quick: { minutes: 0.2, seeds: 2, epochs: 50, longer: 100, every: 5 },
    default: { minutes: 1, seeds: 5, epochs: 250, longer: 600, every: 5 },
    paper: { minutes: 6, seeds: 10, epochs: 250, longer: 600, every: 1 },
  },
  decidedAtQuick: [],
  plan({ seeds, epochs, longer, every }, first) {
    const budget: GraphBudget = { model: 'gcn', datasets: ['cora'], epochs, every, seeds }
    const one = (rule: 'BP' | 'DFA', hidden: number, decay: number, length = epochs): readonly GraphConfiguration[] =>
      perSeed(first, seeds,
        (seed) => ({ ...configurationOf({ ...budget, epochs: length }, 'cora', rule, seed, NaN), hidden, decay }))
    return [
      ...RULES.flatMap((rule) => DROPOUTS.flatMap((hidden) => DECAYS.flatMap((decay) => one(rule, hidden, decay)))),
      ...one('DFA', 0.5, 5e-4, longer),
    ]
  },
  run: trainGraph,
  judge({ runs, claim, setting: { epochs, longer } }) {
    const of = (rule: string, hidden: number, decay: number, length = epochs): readonly GraphResult[] =>
      runs.filter(({ configuration: c }) =>
        c.rule === rule && c.hidden === hidden && c.decay === decay && c.epochs === length
      ).map(({ result }) => result)
    const strong = (rule: string, length?: number) => tests(of(rule, 0.5, 5e-4, length))
    const weak = (rule: string) => tests(of(rule, 0.1, 1e-4))
    const lost = pairedDifference(weak('DFA'), strong('DFA'))
    /** Accuracies of DFA seed by seed, in the mean over what is not given. */
    const averaged = ({ hidden, decay }: { readonly hidden?: number; readonly decay?: number }): readonly number[] => {
      const groups = DROPOUTS.filter((own) => hidden === undefined || own === hidden).flatMap((own) =>
        DECAYS.filter((other) => decay === undefined || other === decay).map((other) => tests(of('DFA', own, other)))
      )
      return groups[0].map((_, seed) => mean(groups.map((group) => group[seed])))
    }
    const points = (difference: Sample): string =>
      `${(100 * difference.mean).toFixed(1)} ± ${(100 * difference.standardError).toFixed(1)} points`
    const percent = (values: readonly number[]): readonly number[] => values.map((value) => 100 * value)
    return {
      claims: [
        claim.above('graph-regularization-dfa', 'DFA: accuracy with its own settings less that with those of BP', lost,
          0, 'sign alone'),
        claim.above('graph-regularization-more',
          'what DFA loses by the settings of BP less what BP loses by its own against those of DFA',
          pairedDifference(weak('DFA').map((value, seed) => value - strong('DFA')[seed]),
            weak('BP').map((value, seed) => value - strong('BP')[seed])), 0, 'sign alone'),
        claim.above('graph-regularization-longer',
          `DFA: accuracy with its own settings and ${epochs} epochs less that with those of BP and ${longer}`,
          pairedDifference(weak('DFA'), strong('DFA', longer)), 0, 'sign alone'),
        claim.absolute('graph-regularization-accuracy', `DFA with the settings of BP, ${epochs} and ${longer} epochs`, [
          sample(strong('DFA')),
          sample(strong('DFA', longer)),
        ], [0.747, 0.766], 0.04, 'twice the spread over seeds there, 0.02', {
          source: 'own computation in PyTorch, same settings',
        }),
      ],
      figures: [{
        svg: lineFigure({
          title: 'Test accuracy by dropout and decay',
          x: { label: 'dropout of hidden features' },
          y: { label: 'correct' },
          series: RULES.flatMap((rule, color) =>
            DECAYS.map((decay, which) => ({
              ...meanSeries(`${rule}, decay ${decay}`, DROPOUTS, tests(of(rule, DROPOUTS[0], decay)).map((_, seed) =>
                DROPOUTS.map((hidden) => tests(of(rule, hidden, decay))[seed])
              ), { draw: which === 0 ? 'both' : 'line' }),
              color: 2 * color + which,
            }))
          ),
        }),
        caption: 'Means over seeds with the range over them.',
      }],
      tables: [
        tableOf('Test accuracy in % at the best validation accuracy, mean ± one standard deviation over seeds', ['rule',
          'dropout', 'decay', 'epochs', 'accuracy', 'at the last epoch'], [...RULES.flatMap((rule) =>
            DROPOUTS.flatMap((hidden) =>
              DECAYS.map((decay) => ({ rule, hidden, decay, length: epochs }))
            )
          ), { rule: 'DFA', hidden: 0.5, decay: 5e-4, length: longer }].map(({ rule, hidden, decay, length }) => {
            const results = of(rule, hidden, decay, length)
            return [rule, hidden, decay, length, spread(percent(tests(results))), spread(results.map(({ last }) =>
              100 * last.test
            ))]
          })),
      ],
      findings: [
        `Of DFA, more dropout takes ${
          points(pairedDifference(averaged({ hidden: 0.1 }), averaged({ hidden: 0.5 })))
        } and `
        + `more decay ${
          points(pairedDifference(averaged({ decay: 1e-4 }), averaged({ decay: 5e-4 })))
        }, each in the mean `
        + 'over both values of the other.',
        `With the regularization of BP, DFA loses ${points(lost)}.`,
      ],
    }
  },
})
