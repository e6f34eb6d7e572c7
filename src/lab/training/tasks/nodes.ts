// Nodes of a citation graph, some of them with a label: every step sees the whole graph, the loss its labelled nodes.

import { type CitationGraph, graphOfPairs, nodeTargets } from '../../../data/index.ts'
import { deliverNothing } from '../../../dfa/index.ts'
import { isFeedbackPoint } from '../../../dfa/feedback-point.ts'
import { crossEntropy, type Parameter, parametersOf, walk } from '../../../nn/index.ts'
import { type Kernels, type Tensor, tensor } from '../../../tensor/index.ts'
import { accuracyOn, graphFiles, type GraphName, type GraphTask, graphTask, readGraph } from '../citation-graphs.ts'
import { belowPoints, GRAPH_MODELS, type GraphModel, graphModel, type GraphModelName } from '../graph-models.ts'
import { PLAIN, SETTINGS, WEIGHTS } from '../graph-settings.ts'
import type { TrainingConfiguration } from '../options.ts'
import { ruleUses } from '../rule-uses.ts'
import { checkedRead } from './checks.ts'
import { spectrumOf } from './classification.ts'
import { accuracy } from './measures.ts'
import type { Choice, Material, Source, Task } from './task.ts'

/** Words and classes of the graphs as they are distributed: what is known before a file is read. */
const SIZES = {
  cora: { words: 1433, classes: 7 },
  citeseer: { words: 3703, classes: 6 },
} as const satisfies Readonly<Partial<Record<GraphName, { readonly words: number; readonly classes: number }>>>

type Name = keyof typeof SIZES

/** The frozen control: on Cora the rate 1 validates better than 0.1 (gcn 39.8 against 38.4 %, gat 57.2 against 57.0 %). */
const CONTROL = { ...PLAIN, rate: 1 } as const

/** As launay2020 regularizes direct rules, as it does backpropagation for all others, none for the control. */
function regularization({ model, rule }: Choice): typeof CONTROL | (typeof SETTINGS)[GraphModelName]['BP'] {
  const { BP, DFA } = SETTINGS[model as GraphModelName]
  return ruleUses(rule, 'feedback-sharing') ? DFA : rule === 'frozen' ? CONTROL : BP
}

/** The network of a configuration on a graph. Throws: RangeError for sizes that do not fit. */
function networkOf(c: TrainingConfiguration,
  { graph, features, classes }: Pick<CitationGraph, 'graph' | 'classes'> & {
    readonly features: Parameters<typeof graphModel>[1]['pattern']
  }, kernels?: Kernels): GraphModel
{
  return graphModel(c.model as GraphModelName, {
    graph,
    pattern: features,
    outputs: classes,
    width: c.width,
    dropout: { input: c['input-dropout'], hidden: c.dropout, attention: c['attention-dropout'] },
    seed: c.seed,
    ...(kernels === undefined ? {} : { kernels }),
  })
}

/** What decays: the first layer or all, and never what no step changes: Adam would follow the decay until it is zero. */
function decaysOf({ 'weight-decay-on': decayed }: TrainingConfiguration,
  { network, first }: GraphModel): (parameter: Parameter) => boolean
{
  const chosen = { first, all: network }[decayed]
  const own = new Set(parametersOf(chosen))
  const below = new Set(belowPoints(network))
  const points = walk(network).filter(isFeedbackPoint)
  // The rule is installed after this, and may be switched.
  return (parameter) =>
    own.has(parameter) && !(below.has(parameter) && points.every(({ delivery }) => delivery === deliverNothing))
}

/** Words of the labelled nodes with their classes, as rows. */
function labelledRows({ features: { columns, rowStarts, columnIndices }, labels, classes }: CitationGraph,
  { input, split: { training } }: GraphTask): { readonly inputs: Tensor; readonly targets: Tensor }
{
  const inputs = tensor([training.length, columns])
  const targets = tensor([training.length, classes])
  training.forEach((node, row) => {
    for (let at = rowStarts[node]; at < rowStarts[node + 1]; at++) {
      inputs.data[row * columns + columnIndices[at]] = input.data[at]
    }
    targets.data[row * classes + labels[node]] = 1
  })
  return { inputs, targets }
}

/** A graph as the material of trainings. */
export function nodesOf(graph: CitationGraph): Material {
  const { features, labels, classes, training, validation, test } = graph
  const whole = (data: Int32Array | Uint32Array | Float32Array) => ({ shape: [data.length], data })
  return {
    content: [features.rowStarts, features.columnIndices, features.values, graph.graph.rowStarts,
      graph.graph.columnIndices, labels, training, validation, test].map(whole),
    compose(c, kernels) {
      const task = checkedRead(() => graphTask(graph, { features: c.features, split: c.nodes, seed: c.seed }, kernels))
      const { input, split, target } = task
      const model = networkOf(c, graph, kernels)
      const targets = {
        training: target,
        validation: nodeTargets(labels, split.validation, classes),
        test: nodeTargets(labels, split.test, classes),
      }
      const batch = { input, target }
      const order: Source = { perEpoch: 1, batch: () => batch }
      const units = split.training.length
      return {
        network: model.network,
        loss: crossEntropy('mean', kernels),
        order,
        unitsAfter: (steps) => steps * units,
        sizes: { training: units, validation: split.validation.length, test: split.test.length },
        score(run, name) {
          const { loss, output } = run.evaluate(input, targets[name])
          return { loss, accuracy: accuracyOn(output, labels, split[name]) }
        },
        probe: () => batch,
        inOrder: () => order,
        sumOf: (loss) => loss * units,
        spectrum: () => spectrumOf(labelledRows(graph, task)),
        decays: decaysOf(c, model),
      }
    },
  }
}

/** Nodes of citation graphs. */
export const nodes: Task = {
  title: 'nodes of a graph',
  about: 'cora, citeseer with gcn, cheb, spline, gat, dna, or mlp (words alone, no graph); whole graph in every step. '
    + 'Defaults by model and rule as in launay2020, e.g. gcn: adam, 250 epochs, width 16, rate 0.01, dropout 0.1 and '
    + 'weight decay 1e-4 under direct rules, 0.5 and 5e-4 under others; the frozen control has neither, and rate 1',
  datasets: Object.fromEntries(Object.keys(SIZES).map((name) => [name, { files: graphFiles(name as Name) }])),
  models: GRAPH_MODELS,
  takesLayers: false,
  uses: ['initialization', 'initial-scale', 'width', 'dropout', 'input-dropout', 'attention-dropout', 'weight-decay-on',
    'features', 'nodes'],
  reasons: {
    batch: 'every step sees the whole graph',
    'training-samples': 'the labelled nodes train; see --nodes',
    'validation-samples': 'the graph has nodes to validate; see --nodes',
    standardize: 'words are there or not; see --features',
    hidden: 'hidden layers have one --width',
    loss: 'the loss is cross-entropy',
    reduction: 'the loss is the mean over labelled nodes',
    'hidden-reduction': 'the loss is the mean over labelled nodes',
    activation: 'networks on graphs have activations of their own',
    'pre-align': 'it needs samples that do not depend on each other',
    'feedback-maps': 'there are no feature maps',
  },
  defaultsFor(choice) {
    const { common: { width, features, split, decayed } } = SETTINGS[choice.model as GraphModelName]
    const { rate, decay, input, hidden, attention } = regularization(choice)
    const [initialization, scale] = WEIGHTS[choice.model as GraphModelName]
    return {
      width,
      features,
      nodes: split,
      'weight-decay-on': decayed,
      rate,
      'weight-decay': decay,
      'input-dropout': input,
      dropout: hidden,
      'attention-dropout': attention,
      initialization,
      'initial-scale': scale,
      optimizer: 'adam',
      'feedback-normalization': 'width',
      epochs: 250,
    }
  },
  refuse({ model }, given, faults) {
    if (given.has('attention-dropout') && model !== 'gat' && model !== 'dna') {
      faults.push(`--attention-dropout: ${model} has no attention`)
    }
  },
  sketch(c) {
    const { words, classes } = SIZES[c.dataset as Name]
    const features = { rows: 2, columns: words, rowStarts: Int32Array.of(0, 1, 1), columnIndices: Int32Array.of(0) }
    return networkOf(c, { graph: graphOfPairs(2, Int32Array.of(0, 1)), features, classes }).network
  },
  read: (c, directory) => nodesOf(checkedRead(() => readGraph(directory ?? '', c.dataset as Name))),
  subject: ({ model, dataset }) => `${model} on ${dataset}`,
  objective: () => 'cross-entropy per labelled node',
  units: { all: 'labelled nodes', short: 'labelled nodes' },
  measures: [accuracy({ perfect: 1 })],
  aligned: 'signal',
}
