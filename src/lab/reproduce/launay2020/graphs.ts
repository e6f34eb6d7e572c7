// Node classification on citation graphs: five convolutions, three ways of training, and no graph at all.

import { barFigure } from '../../report/bars.ts'
import type { ReportFigure } from '../../report/html.ts'
import { last, mean, pairedDifference, type Sample, sample } from '../../statistics.ts'
import { declared } from '../experiment.ts'
import { graphFiles, type GraphName } from '../../training/citation-graphs.ts'
import { GRAPH_TITLES, type GraphBudget, type GraphRow, graphRows, MODEL_TITLES, planGraphs, SHALLOW_RATES,
  tests } from '../graphs/settings.ts'
import { type GraphConfiguration, type GraphResult, trainGraph } from '../graphs/training.ts'
import { type Gap, hasGap, shareClaim, shareClosed } from '../graphs/share.ts'
import { spread, tableOf } from '../series.ts'
import type { GraphModelName } from '../../training/graph-models.ts'

const BOTH: readonly GraphName[] = ['cora', 'citeseer']

/** Everything but DNAConv, whose epoch costs a hundred times that of GraphConv. */
const MODELS: readonly GraphModelName[] = ['gcn', 'cheb', 'spline', 'gat', 'mlp']

function budgets(datasets: readonly GraphName[],
  sizes: Pick<GraphBudget, 'epochs' | 'every' | 'seeds'>): readonly GraphBudget[]
{
  return MODELS.map((model) => ({ model, datasets, ...sizes }))
}

const SCALES = {
  quick: {
    minutes: 0.3,
    budgets: (['gcn', 'mlp'] as const).map((model): GraphBudget => ({
      model,
      datasets: ['cora'],
      epochs: 60,
      every: 5,
      seeds: 2,
    })),
  },
  default: {
    minutes: 13,
    budgets: [...budgets(BOTH, { epochs: 250, every: 5, seeds: 10 }), {
      model: 'dna',
      datasets: ['cora'],
      epochs: 40,
      every: 5,
      seeds: 2,
      width: 16,
    }],
  },
  paper: {
    minutes: 400,
    budgets: [...budgets(BOTH, { epochs: 250, every: 1, seeds: 10 }), {
      model: 'dna',
      datasets: BOTH,
      epochs: 250,
      every: 1,
      seeds: 3,
    }],
  },
} as const satisfies Readonly<Record<string, { readonly minutes: number; readonly budgets: readonly GraphBudget[] }>>

/** Test accuracies of the same settings in PyTorch, ten seeds: mean of BP and DFA. */
const ELSEWHERE: readonly (readonly [GraphModelName, GraphName, bp: number, dfa: number])[] = [['gcn', 'cora', 0.81,
  0.78], ['cheb', 'cora', 0.789, 0.751], ['gcn', 'citeseer', 0.709, 0.692], ['cheb', 'citeseer', 0.697, 0.681], ['mlp',
  'cora', 0.567, 0.581]]

/** Networks of which the paper says that DFA comes close to BP. */
const CLOSE: readonly GraphModelName[] = ['gcn', 'spline', 'gat']

const gapOf = ({ BP, DFA, shallow }: GraphRow): Gap => ({ BP: tests(BP), DFA: tests(DFA), shallow: tests(shallow) })

/** The share in words. */
const shareText = (row: GraphRow): string => (hasGap(gapOf(row)) ? plusMinus(shareClosed(gapOf(row))) : '–')

const titleOf = ({ model, dataset }: GraphRow): string => `${MODEL_TITLES[model]}, ${GRAPH_TITLES[dataset]}`

/** Cosines at the end: mean over points and seeds of the delivered signal. */
const signalOf = ({ DFA }: GraphRow): Sample => sample(DFA.map(({ signal }) => mean(signal)))

/** Five graph convolutions under BP, DFA and with all but the last layer frozen. */
export const graphs = declared<{ readonly budgets: readonly GraphBudget[] }, GraphConfiguration, GraphResult>({
  name: 'launay2020/graphs',
  title: 'DFA trains graph convolutions',
  source: 'launay2020',
  method: 'training',
  about: 'Nodes of citation graphs are classified from the words of a document and its citations; few nodes have a '
    + 'label. Two layers of GraphConv, ChebConv, SplineConv or GATConv, or five of DNAConv; a feedback point behind '
    + 'every hidden layer, the error read at the output, and nonzero at labelled nodes alone: DFA delivers nothing to '
    + 'their neighbors, where backpropagation does. Full batches, Adam, regularization as tuned by the paper for each '
    + `rule. The control trains the last layer alone (no decay, no dropout, the rate of ${SHALLOW_RATES.join(', ')} `
    + 'that validates best with the first seed). Test accuracy at the first epoch of the best validation accuracy.',
  data: BOTH.flatMap(graphFiles),
  quickData: graphFiles('cora'),
  revision: 1,
  scales: SCALES,
  decidedAtQuick: ['graphs-trains'],
  plan: ({ budgets: list }, seed, done) => planGraphs(list, seed, done),
  run: trainGraph,
  judge({ runs, claim, setting }) {
    const rows = graphRows(setting.budgets, runs)
    const onGraphs = rows.filter(({ model }) => model !== 'mlp')
    const find = (model: GraphModelName, dataset: GraphName): GraphRow | undefined =>
      rows.find((row) => row.model === model && row.dataset === dataset)
    const id = (what: string, { model, dataset }: GraphRow): string => `graphs-${what}-${model}-${dataset}`
    const independent = { source: 'own computation in PyTorch, same settings' }
    return {
      claims: [
        ...onGraphs.map((row) =>
          claim.above(id('trains', row), `${titleOf(row)}: test accuracy of DFA less that of the control`,
            pairedDifference(tests(row.DFA), tests(row.shallow)), 0, 'sign alone')
        ),
        ...onGraphs.filter(({ model }) => CLOSE.includes(model)).map((row) =>
          shareClaim(claim, id('share', row), `${titleOf(row)}: share of the gap from control to BP that DFA closes`,
            gapOf(row), 0.9, '“nearly matches” read as nine tenths, fixed before the runs')
        ),
        ...onGraphs.map((row) =>
          claim.above(id('aligned', row), `${titleOf(row)}: cosine of delivered and exact signal at labelled nodes`,
            signalOf(row), 0.5, 'an angle below 60°, fixed before the runs')
        ),
        ...onGraphs.flatMap((row) => {
          const alone = find('mlp', row.dataset)
          return alone === undefined || row.model === 'dna' ? []
            : [
              claim.above(id('uses-graph', row), `${titleOf(row)}: DFA less BP without the graph`,
                pairedDifference(tests(row.DFA), tests(alone.BP)), 0, 'sign alone'),
            ]
        }),
        ...ELSEWHERE.flatMap(([model, dataset, bp, dfa]) => {
          const row = find(model, dataset)
          return row === undefined ? []
            : [
              claim.absolute(id('accuracy', row), `${titleOf(row)}: test accuracies of BP and DFA`, [
                sample(tests(row.BP)),
                sample(tests(row.DFA)),
              ], [bp, dfa], 0.03, 'three times the spread over seeds there, 0.01', independent),
            ]
        }),
      ],
      figures: [accuracyFigure(rows)],
      tables: [
        tableOf(
          'Test accuracy in % at the best validation accuracy, mean ± one standard deviation over seeds; share of '
            + 'the gap that DFA closes ± its standard error',
          ['network', 'graph', 'BP', 'DFA', 'control', 'its rate', 'share closed', 'seeds'],
          rows.map((
            row,
          ) => [MODEL_TITLES[row.model], GRAPH_TITLES[row.dataset], ...[row.BP, row.DFA, row.shallow].map((results) =>
            spread(tests(results).map(percent))
          ), row.rate, shareText(row), row.BP.length]),
        ),
        tableOf('At the last epoch in %, epoch of the best validation accuracy of DFA, and cosines of DFA at the end', [
          'network',
          'graph',
          'BP',
          'DFA',
          'best epoch',
          'cosine at labelled nodes',
          'cosine of the first weights',
        ], rows.map((row) => [MODEL_TITLES[row.model], GRAPH_TITLES[row.dataset], ...[row.BP, row.DFA].map((results) =>
          spread(results.map((one) =>
            percent(one.last.test)
          ))
        ), spread(row.DFA.map(({ best }) =>
          best.epoch
        ), 0), spread(row.DFA.map(({ signal }) => mean(signal)), 2), spread(row.DFA.map(({ first }) => first), 2)])),
      ],
      findings: onGraphs.map((row) =>
        hasGap(gapOf(row))
          ? `${titleOf(row)}: DFA closes ${shareText(row)} of the gap between the control `
            + `(${spread(tests(row.shallow).map(percent))} %) and BP (${spread(tests(row.BP).map(percent))} %).`
          : `${titleOf(row)}: BP (${spread(tests(row.BP).map(percent))} %) is not ahead of the control, DFA reaches `
            + `${spread(tests(row.DFA).map(percent))} %.`
      ),
    }
  },
})

const percent = (share: number): number => 100 * share

function plusMinus({ mean: value, standardError }: Sample): string {
  return `${value.toFixed(2)} ± ${standardError.toFixed(2)}`
}

function accuracyFigure(rows: readonly GraphRow[]): ReportFigure {
  const rules = [['BP', 'BP'], ['DFA', 'DFA'], ['shallow', 'control']] as const
  return {
    svg: barFigure({
      title: 'Test accuracy',
      categories: rows.map(titleOf),
      value: { label: 'correct' },
      series: rules.map(([rule, name]) => ({
        name,
        values: rows.map((row) => {
          const values = [...tests(row[rule])].sort((a, b) => a - b)
          return { value: mean(values), low: values[0], high: last(values) }
        }),
      })),
    }),
    caption: 'At the best validation accuracy: means over seeds, with the range over them. The control trains its last '
      + 'layer alone, at its own best rate.',
  }
}
