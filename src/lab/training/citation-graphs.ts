// Citation graphs with the features, split and targets that a training asks for.

import { join } from 'node:path'
import { type CitationGraph, type NodeSplit, nodeTargets, parsePlanetoid, stratifiedNodes } from '../../data/index.ts'
import { allocateTensor } from '../../nn/index.ts'
import { choose, type Kernels, type Tensor } from '../../tensor/index.ts'
import { readData } from '../files.ts'

/** Graphs of the Planetoid benchmark. */
export type GraphName = 'cora' | 'citeseer' | 'pubmed'

/** Files of a graph below the data directory, without `.gz`. */
export function graphFiles(name: GraphName): readonly string[] {
  return [`planetoid/${name}.nodes.tsv`, `planetoid/${name}.edges.tsv`]
}

/** Reads a graph. Throws: UsageError for a missing file, Error naming file and line for a bad one. */
export function readGraph(directory: string, name: GraphName): CitationGraph {
  const [nodes, edges] = graphFiles(name).map((file) => readData(directory, file))
  const [nodesName, edgesName] = graphFiles(name).map((file) => join(directory, file))
  return parsePlanetoid({ nodes, edges, nodesName, edgesName })
}

/** How a network sees a graph. */
export interface GraphView {
  /** Rows of features divided by their sum, or as they are. */
  readonly features: 'normalized' | 'raw'
  /** The benchmark's nodes, or 20 % of each class to train, 20 % to validate, 60 % to test, drawn by the seed. */
  readonly split: 'public' | 'random'
  readonly seed: number
}

/** What a training on a graph is given. */
export interface GraphTask {
  /** Entries of the features, as networks take them. */
  readonly input: Tensor
  readonly split: NodeSplit
  /** For the mean of cross-entropy over the labelled nodes. */
  readonly target: Tensor
}

/** Input, split and target of a graph. */
export function graphTask(data: CitationGraph, { features, split, seed }: GraphView, kernels: Kernels): GraphTask {
  const { values, rowStarts } = data.features
  const isNormalized = choose('graphTask', 'features', features, { normalized: true, raw: false })
  const input = allocateTensor(kernels, [values.length])
  for (let i = 0; i + 1 < rowStarts.length; i++) {
    const row = values.subarray(rowStarts[i], rowStarts[i + 1])
    const sum = isNormalized ? row.reduce((total, value) => total + value, 0) : 1
    row.forEach((value, at) => {
      input.data[rowStarts[i] + at] = value / sum
    })
  }
  const isPublic = choose('graphTask', 'split', split, { public: true, random: false })
  const nodes = isPublic ? data : stratifiedNodes(data.labels, 0.2, seed)
  return { input, split: nodes, target: nodeTargets(data.labels, nodes.training, data.classes) }
}

/** Share of nodes whose largest output is that of their class; the first wins a tie. */
export function accuracyOn(output: Tensor, labels: Int32Array, nodes: ArrayLike<number>): number {
  const classes = output.shape[1]
  let correct = 0
  for (let i = 0; i < nodes.length; i++) {
    const from = nodes[i] * classes
    let best = 0
    for (let k = 1; k < classes; k++) if (output.data[from + k] > output.data[from + best]) best = k
    if (best === labels[nodes[i]]) correct++
  }
  return correct / nodes.length
}
