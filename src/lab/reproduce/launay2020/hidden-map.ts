// What the hidden features of a graph network look like: maps of them in the plane, and how far classes lie apart.

import type { LineFigure } from '../../report/figure.ts'
import { isFeedbackPoint } from '../../../dfa/feedback-point.ts'
import { inMode, walk } from '../../../nn/index.ts'
import { type Tensor, tensor } from '../../../tensor/index.ts'
import { pairedDifference } from '../../statistics.ts'
import { declared, perSeed, type Run, type RunTools } from '../experiment.ts'
import { graphFiles } from '../../training/citation-graphs.ts'
import { neighborAccuracy, silhouette } from '../graphs/separation.ts'
import { shareClaim } from '../graphs/share.ts'
import { configurationOf, type GraphBudget } from '../graphs/settings.ts'
import { planeOf, squaredDistances } from '../graphs/t-sne.ts'
import { type GraphConfiguration, startGraph } from '../graphs/training.ts'
import { sideBySide, spread, tableOf } from '../series.ts'

interface MapConfiguration extends GraphConfiguration {
  /** Points that are mapped, all that are measured; 0 for no map. */
  readonly points: number
  readonly mapped: boolean
  readonly iterations: number
}

/** Of the hidden features of the first points with a label. */
interface MapResult {
  /** Share whose class most of ten neighbors have, and the silhouette of classes. */
  readonly neighbors: number
  readonly silhouette: number
  /** The same in the plane; null without a map. */
  readonly plane: { readonly neighbors: number; readonly silhouette: number } | null
  /** x, y of each point in hundredths, and its class. */
  readonly places: readonly number[]
  readonly labels: readonly number[]
}

interface Setting extends Pick<MapConfiguration, 'points' | 'iterations' | 'epochs'> {
  readonly seeds: number
}

type MapRun = Run<MapConfiguration, MapResult>

const NEIGHBORS = 10
/** Most points of a picture: of more, markers hide each other. */
const DRAWN = 900
/** The control never changes its first layer: its features are those of the beginning. */
const RULES = [['BP', 'BP'], ['DFA', 'DFA'], ['shallow', 'random weights']] as const

function mapHidden(c: MapConfiguration, tools: RunTools): MapResult {
  const { graph, model: { network }, task: { input }, run } = startGraph(c, tools)
  if (c.epochs > 0) run((fraction) => tools.progress(fraction / 2))
  inMode(network, false, () => network.forward(input))
  const nodes = Array.from(graph.labels.keys()).filter((node) => graph.labels[node] >= 0).slice(0, c.points)
  const labels = nodes.map((node) => graph.labels[node])
  const { data, shape: [, width] } = walk(network).find(isFeedbackPoint)?.activation ?? tensor([0, 0])
  const features: Tensor = tensor([nodes.length, width],
    Float32Array.from({ length: nodes.length * width },
      (_, at) => data[nodes[Math.floor(at / width)] * width + at % width]))
  const measured = (distances: Float32Array) => ({
    neighbors: neighborAccuracy(distances, labels, NEIGHBORS),
    silhouette: silhouette(distances, labels),
  })
  const hidden = measured(squaredDistances(features))
  if (!c.mapped) return { ...hidden, plane: null, places: [], labels: [] }
  const plane = planeOf(features, { perplexity: 20, rate: 100, iterations: c.iterations, seed: c.seed })
  return {
    ...hidden,
    plane: measured(squaredDistances(tensor([nodes.length, 2], Float32Array.from(plane)))),
    places: Array.from(plane, (place) => Math.round(100 * place)),
    labels,
  }
}

/** Maps of hidden features. */
export const hiddenMap = declared<Setting, MapConfiguration, MapResult>({
  name: 'launay2020/hidden-map',
  title: 'Hidden features of DFA show the classes',
  source: 'launay2020',
  method: 'training',
  about: 'The paper shows maps of the hidden features of GraphConv on Cora in which DFA parts the classes as '
    + 'backpropagation does. Here the maps are exact (t-SNE, perplexity 20, rate 100), and beside the picture stands what '
    + `can be measured: of how many nodes most of the ${NEIGHBORS} nearest neighbors in the space of hidden features have `
    + 'the same class, and the silhouette of the classes. Features of random weights are the control: a graph convolution '
    + 'of a linked node resembles those of its neighbors without any training.',
  data: graphFiles('cora'),
  revision: 1,
  scales: {
    quick: { minutes: 0.1, points: 300, iterations: 120, epochs: 40, seeds: 2 },
    default: { minutes: 0.5, points: 3000, iterations: 400, epochs: 250, seeds: 3 },
    paper: { minutes: 25, points: 3000, iterations: 5000, epochs: 250, seeds: 10 },
  },
  decidedAtQuick: ['hidden-map-neighbors'],
  plan({ points, iterations, epochs, seeds }, first) {
    const budget: GraphBudget = { model: 'gcn', datasets: ['cora'], epochs, every: epochs, seeds }
    return RULES.flatMap(([rule]) =>
      perSeed(first, seeds, (seed, index) => ({
        ...configurationOf(budget, 'cora', rule, seed, 1),
        ...(rule === 'shallow' ? { epochs: 0 } : {}),
        points,
        iterations: index === 0 ? iterations : 0,
        mapped: index === 0,
      }))
    )
  },
  run: mapHidden,
  judge({ runs, claim }) {
    const of = (rule: string): readonly MapRun[] => runs.filter(({ configuration: c }) => c.rule === rule)
    const values = (rule: string, what: 'neighbors' | 'silhouette'): readonly number[] =>
      of(rule).map(({ result }) => result[what])
    const gap = { BP: values('BP', 'neighbors'), DFA: values('DFA', 'neighbors'),
      shallow: values('shallow', 'neighbors') }
    const percent = (list: readonly number[]): string => spread(list.map((value) => 100 * value))
    return {
      claims: [
        claim.above('hidden-map-neighbors', 'share of nodes among their own class, DFA less random weights',
          pairedDifference(values('DFA', 'neighbors'), values('shallow', 'neighbors')), 0, 'sign alone'),
        claim.above('hidden-map-silhouette', 'silhouette of the classes, DFA less random weights',
          pairedDifference(values('DFA', 'silhouette'), values('shallow', 'silhouette')), 0, 'sign alone'),
        shareClaim(claim, 'hidden-map-share',
          'share of the gap from random weights to BP that DFA closes, by neighbors', gap, 0.8,
          'four fifths, fixed before the runs'),
      ],
      figures: [
        sideBySide(
          `Hidden features in the plane, first seed, a color for each class, at most ${DRAWN} of the nodes drawn; axes have no `
            + 'meaning.',
          RULES.map(([rule, name]) => mapFigure(name, of(rule)[0].result)),
          'none',
        ),
      ],
      tables: [
        tableOf(
          `Nodes with most of ${NEIGHBORS} neighbors of their class in %, silhouette of the classes: in the space of `
            + 'hidden features, mean ± one standard deviation over seeds, and in the map of the first seed',
          ['training', 'neighbors', 'silhouette', 'neighbors in the map', 'silhouette in the map'],
          RULES.map(([rule, name]) => {
            const plane = of(rule)[0].result.plane
            return [name, percent(values(rule, 'neighbors')), spread(values(rule, 'silhouette'), 2),
              plane === null ? null : 100 * plane.neighbors, plane === null ? null : plane.silhouette]
          }),
        ),
      ],
      findings: [
        `Random weights put ${percent(values('shallow', 'neighbors'))} % of the nodes among their own class, DFA `
        + `${percent(values('DFA', 'neighbors'))} %, BP ${percent(values('BP', 'neighbors'))} %.`,
      ],
    }
  },
})

function mapFigure(name: string, { places, labels }: MapResult): LineFigure {
  const classes = [...new Set(labels)].sort((a, b) => a - b)
  const every = Math.ceil(labels.length / DRAWN)
  return {
    title: name,
    x: { label: '' },
    y: { label: '' },
    width: 320,
    height: 300,
    series: classes.map((label) => ({
      name: `class ${label + 1}`,
      draw: 'markers',
      points: labels.flatMap((own, i) =>
        own === label && i % every === 0 ? [[places[2 * i] / 100, places[2 * i + 1] / 100] as const] : []
      ),
    })),
  }
}
