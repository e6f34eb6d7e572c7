// A graph autoencoder: representations of nodes whose inner products tell which nodes are joined.

import { type EdgeSplit, type LinkSample, type Pairs, pairsOf, sampleNonEdges,
  splitEdges } from '../../../data/index.ts'
import { backpropagation, directFeedbackAlignment, frozen, type LearningRule, measureAlignment,
  trainer } from '../../../dfa/index.ts'
import { adam, areaUnderCurve, averagePrecision, initialize, linkLoss, linkScores } from '../../../nn/index.ts'
import { choose, type Kernels, randomStream, type SparsePattern, type Tensor, tensor } from '../../../tensor/index.ts'
import { type GraphName, graphTask, readGraph } from '../../training/citation-graphs.ts'
import { graphModel } from '../../training/graph-models.ts'
import type { RunTools } from '../experiment.ts'
import { paperFeedback } from './training.ts'

/** Everything that a training depends on. */
export interface AutoencoderConfiguration {
  readonly stage: 'sweep' | 'final'
  readonly dataset: GraphName
  readonly rule: 'BP' | 'DFA' | 'shallow'
  /** Hidden features and those of a representation. */
  readonly width: number
  readonly outputs: number
  readonly epochs: number
  readonly rate: number
  readonly seed: number
}

/** How well held-out edges are told from pairs without an edge. */
export interface LinkScore {
  readonly auc: number
  readonly precision: number
}

/** What came of a training: scores at its end, and DFA's cosine of delivered and exact signal, mean over nodes. */
export interface AutoencoderResult {
  readonly validation: LinkScore
  /** Nothing in sweeps. */
  readonly test: LinkScore | null
  readonly signal: number | null
}

const RULES: Readonly<Record<AutoencoderConfiguration['rule'], (seed: number, kernels: Kernels) => LearningRule>> = {
  BP: () => backpropagation(),
  DFA: (seed, kernels) => directFeedbackAlignment({ ...paperFeedback(seed), kernels }),
  shallow: () => frozen(),
}

/** The pairs of one epoch with their marks: all edges and as many others, drawn anew. Shapes: [2·edges, 3]. */
export function linkTarget(graph: SparsePattern, edges: Pairs, seed: number, epoch: number): Tensor {
  const others = sampleNonEdges(graph, edges.length / 2, randomStream(seed, `edges/epoch${epoch}`))
  const target = tensor([edges.length, 3])
  ;[edges, others].forEach((pairs, which) => {
    for (let p = 0; p < pairs.length / 2; p++) {
      target.data.set([pairs[2 * p], pairs[2 * p + 1], 1 - which], 3 * (which * pairs.length / 2 + p))
    }
  })
  return target
}

/** AUC and average precision of the inner products of pairs. */
export function linkScore(z: Tensor, { edges, nonEdges }: LinkSample): LinkScore {
  const scores = [...linkScores(z, edges), ...linkScores(z, nonEdges)]
  const marks = scores.map((_, at) => (at < edges.length / 2 ? 1 : 0))
  return { auc: areaUnderCurve(scores, marks), precision: averagePrecision(scores, marks) }
}

/** One training: 85 % of the edges, 5 % to validate, 10 % to test. */
export function trainAutoencoder(c: AutoencoderConfiguration,
  { data, kernels: source, progress }: RunTools): AutoencoderResult
{
  const kernels = source('float64')
  const graph = readGraph(data ?? '', c.dataset)
  const { input } = graphTask(graph, { features: 'normalized', split: 'public', seed: c.seed }, kernels)
  const split: EdgeSplit = splitEdges(graph.graph, { validation: 0.05, test: 0.1 }, c.seed)
  const { network } = graphModel('gcn', {
    graph: split.training,
    pattern: graph.features,
    outputs: c.outputs,
    width: c.width,
    seed: c.seed,
    kernels,
  })
  initialize(network, 'glorot', c.seed)
  const loss = linkLoss(kernels)
  const run = trainer({
    network,
    rule: choose('trainAutoencoder', 'rule', c.rule, RULES)(c.seed, kernels),
    loss,
    // No decay: what is frozen keeps its bits.
    optimizer: adam({ rate: c.rate, kernels }),
    kernels,
  })
  const edges = pairsOf(split.training)
  for (let epoch = 0; epoch < c.epochs; epoch++) {
    run.step(input, linkTarget(split.training, edges, c.seed, epoch))
    progress((epoch + 1) / c.epochs)
  }
  const target = linkTarget(split.training, edges, c.seed, c.epochs)
  const { output } = run.evaluate(input, target)
  const scores = {
    validation: linkScore(output, split.validation),
    test: c.stage === 'sweep' ? null : linkScore(output, split.test),
  }
  if (c.rule !== 'DFA') return { ...scores, signal: null }
  const error = tensor(output.shape)
  loss.evaluateInto(error, output, target)
  return { ...scores, signal: measureAlignment(network, error).signal[0].cosines.mean }
}
