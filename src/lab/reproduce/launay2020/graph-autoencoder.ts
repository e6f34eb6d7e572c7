// Link prediction by a graph autoencoder under BP, DFA and with its first layer frozen.

import { barFigure } from '../../report/bars.ts'
import { last, mean, pairedDifference, type Sample, sample } from '../../statistics.ts'
import { declared, perSeed, type Run } from '../experiment.ts'
import { type AutoencoderConfiguration, type AutoencoderResult, type LinkScore,
  trainAutoencoder } from '../graphs/autoencoder.ts'
import { graphFiles, type GraphName } from '../../training/citation-graphs.ts'
import { GRAPH_TITLES } from '../graphs/settings.ts'
import { type Gap, hasGap, shareClaim, shareClosed } from '../graphs/share.ts'
import { keyOf } from '../records.ts'
import { spread, tableOf } from '../series.ts'

type LinkRun = Run<AutoencoderConfiguration, AutoencoderResult>

interface Setting {
  readonly datasets: readonly GraphName[]
  readonly epochs: number
  readonly seeds: number
}

const RULES = ['BP', 'DFA', 'shallow'] as const
const NAMES = { BP: 'BP', DFA: 'DFA', shallow: 'control' } as const
/** Of the control, by validation AUC of the first seed. */
const RATES: readonly number[] = [0.01, 0.03, 0.1, 0.3]
const BOTH: readonly GraphName[] = ['cora', 'citeseer']

function configurationOf({ epochs }: Setting, dataset: GraphName, rule: AutoencoderConfiguration['rule'], seed: number,
  rate: number, stage: AutoencoderConfiguration['stage'] = 'final'): AutoencoderConfiguration
{
  return { stage, dataset, rule, width: 32, outputs: 16, epochs, rate, seed }
}

/** The paper's rates, and what suits the control: undefined before its sweep. */
function rateOf(s: Setting, dataset: GraphName, rule: string, seed: number, done: readonly LinkRun[]):
  | number
  | undefined
{
  if (rule === 'BP') return 0.01
  if (rule === 'DFA') return dataset === 'citeseer' ? 0.02 : 0.01
  const results = new Map(done.map(({ configuration, result }) => [keyOf(configuration), result]))
  const scores = RATES.map((rate) =>
    results.get(keyOf(configurationOf(s, dataset, 'shallow', seed, rate, 'sweep')))?.validation.auc ?? NaN
  )
  return scores.some(Number.isNaN) ? undefined : RATES[scores.indexOf(Math.max(...scores))]
}

/** AUC and average precision in the same settings in PyTorch, three seeds: Cora. */
const ELSEWHERE = { BP: [0.9, 0.898], DFA: [0.881, 0.873] } as const

/** Which pairs of nodes are joined. */
export const graphAutoencoder = declared<Setting, AutoencoderConfiguration, AutoencoderResult>({
  name: 'launay2020/graph-autoencoder',
  title: 'DFA trains graph autoencoders',
  source: 'launay2020',
  method: 'training',
  about: 'Two layers of GraphConv (32, 16) give each node a vector; the inner product of two vectors says whether the '
    + 'nodes are joined. Trained on 85 % of the edges and as many pairs without one, drawn anew in every epoch; a '
    + 'feedback point behind the first layer, the error read at the vectors, where every node has one. Area under the '
    + 'curve and average precision on 10 % of the edges at the end. The control trains the second layer alone, at the '
    + `rate of ${RATES.join(', ')} that validates best with the first seed.`,
  data: BOTH.flatMap(graphFiles),
  quickData: graphFiles('cora'),
  revision: 1,
  scales: {
    quick: { minutes: 0.2, datasets: ['cora'], epochs: 20, seeds: 2 },
    default: { minutes: 2, datasets: BOTH, epochs: 200, seeds: 10 },
    paper: { minutes: 15, datasets: BOTH, epochs: 400, seeds: 10 },
  },
  decidedAtQuick: [],
  plan: (s, seed,
    done) => [
    ...s.datasets.flatMap((dataset) =>
      RATES.map((rate) => configurationOf(s, dataset, 'shallow', seed, rate, 'sweep'))
    ),
    ...s.datasets.flatMap((dataset) =>
      RULES.flatMap((rule) => {
        const rate = rateOf(s, dataset, rule, seed, done)
        return rate === undefined ? [] : perSeed(seed, s.seeds, (own) => configurationOf(s, dataset, rule, own, rate))
      })
    ),
  ],
  run: trainAutoencoder,
  judge({ runs, claim, setting: { datasets } }) {
    const of = (dataset: GraphName, rule: string): readonly LinkRun[] =>
      runs.filter(({ configuration: c }) => c.stage === 'final' && c.dataset === dataset && c.rule === rule)
    const values = (dataset: GraphName, rule: string, what: keyof LinkScore): readonly number[] =>
      of(dataset, rule).map(({ result }) => result.test?.[what] ?? NaN)
    const gap = (dataset: GraphName): Gap => ({
      BP: values(dataset, 'BP', 'auc'),
      DFA: values(dataset, 'DFA', 'auc'),
      shallow: values(dataset, 'shallow', 'auc'),
    })
    const text = ({ mean: value, standardError }: Sample): string => `${value.toFixed(2)} ± ${standardError.toFixed(2)}`
    const inPercent = (list: readonly number[]): string => spread(list.map((value) => 100 * value))
    return {
      claims: datasets.flatMap((
        dataset,
      ) => [
        claim.above(`graph-autoencoder-trains-${dataset}`,
          `${GRAPH_TITLES[dataset]}: AUC of DFA less that of the control`,
          pairedDifference(values(dataset, 'DFA', 'auc'), values(dataset, 'shallow', 'auc')), 0, 'sign alone'),
        shareClaim(claim, `graph-autoencoder-share-${dataset}`,
          `${GRAPH_TITLES[dataset]}: share of the gap from control to BP that DFA closes, by AUC`, gap(dataset), 0.8,
          'four fifths, fixed before the runs'),
        ...(dataset === 'cora' ? (['BP', 'DFA'] as const).map((rule) =>
          claim.absolute(`graph-autoencoder-${rule.toLowerCase()}-cora`, `Cora, ${rule}: AUC and average precision`, [
            sample(values(dataset, rule, 'auc')),
            sample(values(dataset, rule, 'precision')),
          ], ELSEWHERE[rule], 0.03, 'the spread over seeds there, 0.01 to 0.02, and of another split of edges', {
            source: 'own computation in PyTorch, same settings',
          })
        ) : []),
      ]),
      figures: [{
        svg: barFigure({
          title: 'Area under the curve',
          categories: datasets.map((dataset) => GRAPH_TITLES[dataset]),
          value: { label: 'AUC on held-out edges' },
          mark: { value: 0.5, label: 'chance' },
          series: RULES.map((rule) => ({
            name: NAMES[rule],
            values: datasets.map((dataset) => {
              const sorted = [...values(dataset, rule, 'auc')].sort((a, b) => a - b)
              return { value: mean(sorted), low: sorted[0], high: last(sorted) }
            }),
          })),
        }),
        caption: 'Means over seeds with the range over them.',
      }],
      tables: [
        tableOf('On held-out edges in %, mean ± one standard deviation over seeds', ['graph', 'rule', 'rate', 'AUC',
          'average precision', 'cosine of signals'], datasets.flatMap((dataset) =>
            RULES.map((
              rule,
            ) => [GRAPH_TITLES[dataset], NAMES[rule], of(dataset, rule)[0].configuration.rate,
              inPercent(values(dataset, rule, 'auc')), inPercent(values(dataset, rule, 'precision')),
              spread(of(dataset, rule).map(({ result }) =>
                result.signal
              ), 2)]
            )
          )),
      ],
      findings: datasets.map((dataset) => {
        const [bp, control] = (['BP', 'shallow'] as const).map((rule) => inPercent(values(dataset, rule, 'auc')))
        return hasGap(gap(dataset))
          ? `${GRAPH_TITLES[dataset]}: DFA closes ${
            text(shareClosed(gap(dataset)))
          } of the gap in AUC between the control ` + `(${control} %) and BP (${bp} %).`
          : `${GRAPH_TITLES[dataset]}: BP (AUC ${bp} %) is not ahead of the control (${control} %).`
      }),
    }
  },
})
