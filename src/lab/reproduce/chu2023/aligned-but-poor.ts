// High alignment with poor performance: alignment is necessary at most.

import { shown } from '../../report/format.ts'
import { mean, pairedDifference, type Sample, sample, spearman } from '../../statistics.ts'
import { declared, perSeed, type Run } from '../experiment.ts'
import { READS, SIGNAL_TEXT, SIZES, type Sizes, trainingText } from '../fixed-points/plan.ts'
import { accuracyCells, meanSignal, signalOf, signalText, testPercent } from '../fixed-points/summary.ts'
import { type NetworkConfiguration, type NetworkCurves, trainNetwork } from '../fixed-points/training.ts'
import { grouped } from '../deep/summary.ts'
import { meanSeries, overSeeds, sideBySide, tableOf } from '../series.ts'

type Part = 'width' | 'depth' | 'rank' | 'sigmoid'
type Configuration = NetworkConfiguration & { readonly part: Part }
interface Setting extends Sizes {
  /** The narrowest is that of the claim, the widest that of all other parts. */
  readonly widths: readonly number[]
  readonly depth: number
  readonly ranks: readonly number[]
  readonly seeds: number
}
interface Group {
  readonly name: string
  readonly configuration: Configuration
  readonly curves: readonly NetworkCurves[]
}

const FULL = { widths: [4, 10, 30, 100], depth: 10, ranks: [1, 2, 3, 5, 9], seeds: 3 } as const
const TITLES: Readonly<Record<Part, string>> = {
  width: 'width',
  depth: 'depth',
  rank: 'rank of the feedback',
  sigmoid: 'one hidden layer',
}

/** Accuracy in spite of alignment and the other way round. */
export const alignedButPoor = declared<Setting, Configuration, NetworkCurves>({
  name: 'chu2023/aligned-but-poor',
  title: 'Aligned and poor: width, depth, rank of the feedback, sigmoid',
  source: 'chu2023 abstract',
  method: 'training',
  about:
    'If alignment made performance, the better aligned of two networks would be the better one. Four pairs in which '
    + 'it need not be: narrow networks from tiny weights against wide ones from ordinary weights; ten hidden layers from '
    + 'tiny and from ordinary weights; feedback of low rank against full rank; one hidden layer of sigmoid against tanh.',
  ...READS,
  revision: 1,
  scales: {
    quick: { minutes: 0.05, ...SIZES.quick, widths: [4, 20], depth: 5, ranks: [1, 3], seeds: 2 },
    default: { minutes: 0.3, ...SIZES.default, ...FULL },
    paper: { minutes: 60, ...SIZES.paper, ...FULL, widths: [4, 10, 30, 100, 500], seeds: 5 },
  },
  decidedAtQuick: [],
  plan({ dataset, trainingSamples, epochs, batch, rate, widths, depth, ranks, seeds }, first) {
    const wide = widths[widths.length - 1]
    const layers = (count: number, width: number): readonly number[] => Array.from({ length: count }, () => width)
    const base = {
      dataset,
      trainingSamples,
      epochs,
      batch,
      rate,
      activation: 'tanh',
      loss: 'cross-entropy',
      records: 8,
    } as const
    const groups: readonly Omit<Configuration, 'seed'>[] = [
      ...(['FA', 'BP'] as const).flatMap((rule) =>
        widths.map((width) => ({
          part: 'width' as const,
          ...base,
          rule,
          hidden: layers(3, width),
          initialScale: rule === 'BP' ? 1 : 0.01,
        }))
      ),
      { part: 'width', ...base, rule: 'FA', hidden: layers(3, wide), initialScale: 1 },
      ...[0.01, 1].map((initialScale) => ({
        part: 'depth' as const,
        ...base,
        rule: 'FA' as const,
        hidden: layers(depth, wide),
        initialScale,
      })),
      ...[...ranks, undefined].map((rank) => ({
        part: 'rank' as const,
        ...base,
        rule: 'DFA' as const,
        hidden: layers(3, wide),
        initialScale: 0.1,
        ...(rank === undefined ? {} : { rank }),
      })),
      ...(['sigmoid', 'tanh'] as const).map((activation) => ({
        part: 'sigmoid' as const,
        ...base,
        rule: 'FA' as const,
        activation,
        hidden: [wide],
        initialScale: 1,
      })),
    ]
    return groups.flatMap((group) => perSeed(first, seeds, (seed): Configuration => ({ ...group, seed })))
  },
  run: (c, tools) => trainNetwork(c, tools),
  judge({ runs, claim, setting }) {
    const groups = grouped(runs, ({ configuration }) => nameOf(configuration)).map(([name, own]): Group => ({
      name,
      configuration: own[0].configuration,
      curves: own.map(({ result }: Run<Configuration, NetworkCurves>) => result),
    }))
    const of = (part: Part, where: (c: Configuration) => boolean): readonly NetworkCurves[] =>
      groups.find(({ configuration: c }) => c.part === part && where(c))?.curves ?? []
    const { widths, depth } = setting
    const narrow = of('width', (c) => c.rule === 'FA' && c.hidden[0] === widths[0])
    const ordinary = of('width', (c) => c.rule === 'FA' && c.initialScale === 1)
    const [tiny, deep] = [0.01, 1].map((scale) => of('depth', (c) => c.initialScale === scale))
    const [sigmoid, tanh] = (['sigmoid', 'tanh'] as const).map((name) => of('sigmoid', (c) => c.activation === name))
    const less = (a: readonly NetworkCurves[], b: readonly NetworkCurves[],
      what: (c: NetworkCurves) => number): Sample => pairedDifference(a.map(what), b.map(what))
    const first = (c: NetworkCurves): number => signalOf(c, 1)
    const ranks = groups.filter(({ configuration: c }) => c.part === 'rank')
    const direct = groups.filter(({ configuration: c }) => c.rule !== 'BP')
    const wide = widths[widths.length - 1]
    return {
      claims: [
        claim.atLeast('poor-width-cosine',
          `FA: alignment of layer 1, width ${widths[0]} from scale 0.01 less width ${wide} from scale 1`,
          less(narrow, ordinary, first), 0.2, 'chosen before'),
        claim.atLeast('poor-width-test', 'test accuracy of the same wide less the same narrow network, points',
          less(ordinary, narrow, testPercent), 15, 'chosen before'),
        claim.atLeast('poor-depth-cosine',
          `FA, ${depth} hidden layers: mean alignment from scale 0.01 less from scale 1`, less(tiny, deep, (c) =>
            meanSignal(c)), 0.15, 'chosen before'),
        claim.atLeast('poor-depth-test', 'test accuracy of the same from scale 1 less from scale 0.01, points',
          less(deep, tiny, testPercent), -1, 'chosen before'),
        claim.ordered('poor-rank', `DFA: test accuracy by rank of the feedback, ${ranks.map(rankOf).join(', ')}`,
          ranks.map(({ curves }) => sample(curves.map(testPercent))), 'not falling', 0, 'order'),
        claim.above('poor-sigmoid-cosine', 'FA, one hidden layer: alignment of sigmoid less that of tanh',
          less(sigmoid, tanh, first), 0, 'sign alone'),
        claim.above('poor-sigmoid-test', 'test accuracy of the same tanh less sigmoid, points',
          less(tanh, sigmoid, testPercent), 0, 'sign alone'),
      ],
      figures: [sideBySide(`Test accuracy against alignment at the end, one marker per training. ${SIGNAL_TEXT}`, [{
        title: 'All trainings',
        x: { label: 'alignment, mean of layers' },
        y: { label: 'right answers (%)' },
        series: (['width', 'depth', 'rank', 'sigmoid'] as const).map((part) => ({
          name: TITLES[part],
          draw: 'markers' as const,
          points: direct.filter(({ configuration: c }) => c.part === part).flatMap(({ curves }) =>
            curves.map((c) => [meanSignal(c), testPercent(c)] as const)
          ),
        })),
      }, byWidth('Test accuracy by width', 'right answers (%)', groups, testPercent),
        byWidth('Alignment by width', 'cosine, mean of layers',
          groups.filter(({ configuration }) => configuration.rule !== 'BP'), (c) => meanSignal(c))], 'none')],
      tables: [
        tableOf('At the end of training: means over seeds ± one standard deviation', ['training',
          'training accuracy (%)', 'test accuracy (%)', 'alignment by layer'],
          groups.map((
            { name, configuration, curves },
          ) => [name, ...accuracyCells(curves), configuration.rule === 'BP' ? '–' : signalText(curves)])),
      ],
      findings: [`${trainingText(setting)} Curves: ${overSeeds(setting.seeds)}.`,
        `Over all trainings under FA and DFA, Spearman’s coefficient of alignment and test accuracy is ${
          shown(spearman(direct.map(({ curves }) =>
            mean(curves.map((c) => meanSignal(c)))
          ), direct.map(({ curves }) => mean(curves.map(testPercent)))), 2)
        } (a mean over seeds is one point).`],
    }
  },
})

const rankOf = ({ configuration: { rank } }: Group): string => (rank === undefined ? 'full' : String(rank))

/** A training without its seed. */
function nameOf(c: Configuration): string {
  const what: Readonly<Record<Part, string>> = {
    width: `width ${c.hidden[0]}, scale ${c.initialScale}`,
    depth: `${c.hidden.length} hidden layers, scale ${c.initialScale}`,
    rank: `rank ${c.rank ?? 'full'}`,
    sigmoid: `one hidden layer, ${c.activation}`,
  }
  return `${c.rule}, ${what[c.part]}`
}

function byWidth(title: string, label: string, groups: readonly Group[], pick: (curves: NetworkCurves) => number) {
  const lines = [['FA, scale 0.01', 'FA', 0.01], ['BP, scale 1', 'BP', 1]] as const
  return {
    title,
    x: { label: 'width', scale: 'log' as const },
    y: { label },
    series: lines.map(([name, rule, scale]) => {
      const own = groups.filter(({ configuration: c }) =>
        c.part === 'width' && c.rule === rule && c.initialScale === scale
      )
      return meanSeries(name, own.map(({ configuration }) => configuration.hidden[0]),
        (own[0]?.curves ?? []).map((_, seed) => own.map(({ curves }) => pick(curves[seed]))), { draw: 'both' })
    }).filter(({ points }) => points.length > 0),
  }
}
