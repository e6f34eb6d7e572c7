// One full-batch training of a network on a citation graph, scored at the epoch of its best validation accuracy.

import { backpropagation, directFeedbackAlignment, directRandomTargetProjection, type FeedbackOptions, frozen,
  jointCosine, type LearningRule, measureAlignment, type Trainer, trainer } from '../../../dfa/index.ts'
import { isFeedbackPoint } from '../../../dfa/feedback-point.ts'
import { adam, chain, crossEntropy, initialize, inMode, parametersOf, walk } from '../../../nn/index.ts'
import { choose, type Kernels, type Tensor, tensor } from '../../../tensor/index.ts'
import { accuracyOn, type GraphName, type GraphTask, graphTask, type GraphView,
  readGraph } from '../../training/citation-graphs.ts'
import { belowPoints, type GraphModel, graphModel, type GraphModelName } from '../../training/graph-models.ts'
import { WEIGHTS } from '../../training/graph-settings.ts'
import type { RunTools } from '../experiment.ts'
import type { CitationGraph } from '../../../data/index.ts'

/** How a network is trained: `target` delivers the labels in the place of the error. */
export type GraphRule = 'BP' | 'DFA' | 'target' | 'shallow'

/** Everything that a training depends on. */
export interface GraphConfiguration extends GraphView {
  readonly stage: 'sweep' | 'final'
  readonly dataset: GraphName
  readonly model: GraphModelName
  readonly rule: GraphRule
  readonly width: number
  readonly epochs: number
  readonly rate: number
  /** Epochs between looks at the validation nodes. */
  readonly every: number
  /** Coupled weight decay, of the first layer alone or of all that is trained. */
  readonly decay: number
  readonly decayed: 'first' | 'all'
  readonly input: number
  readonly hidden: number
  readonly attention: number
}

/** Accuracies at one epoch, from 1. */
export interface GraphScore {
  readonly epoch: number
  readonly validation: number
  readonly test: number
}

/** What came of a training. */
export interface GraphResult {
  /** The first epoch looked at of the highest validation accuracy. */
  readonly best: GraphScore
  readonly last: GraphScore
  /** At the end, DFA alone: cosine of delivered and exact signal at each point, mean over labelled nodes. */
  readonly signal: readonly number[]
  /** At the end, DFA alone: cosine of the gradients of the first layer's weights; null where one is zero. */
  readonly first: number | null
}

/** Feedback as in the authors' code: one matrix U[−1, 1), its first rows to every point, over √(widest point). */
export function paperFeedback(seed: number): FeedbackOptions {
  return { kind: 'uniform', sharing: 'shared', normalization: 'widest', seed }
}

const RULES: Readonly<Record<GraphRule, (seed: number, kernels: Kernels) => LearningRule>> = {
  BP: () => backpropagation(),
  DFA: (seed, kernels) => directFeedbackAlignment({ ...paperFeedback(seed), kernels }),
  // The gradient of −log p at the true class with respect to log p is constant: labels are what a tap there broadcasts.
  target: (seed, kernels) => directRandomTargetProjection({ ...paperFeedback(seed), kernels }),
  shallow: () => frozen(),
}

/**
 * What a frozen network trains, and what it sees: without dropout, frozen layers give the same features in every epoch.
 * To the same bits as the whole, at a fraction of its cost.
 */
export function aboveFrozen({ network, first }: GraphModel, input: Tensor): { part: GraphModel; seen: Tensor } {
  const { children } = network
  const end = children.map((child) => walk(child).some(isFeedbackPoint)).lastIndexOf(true) + 1
  const below = chain('below', children.slice(0, end))
  const { shape, data } = inMode(below, false, () => below.forward(input))
  return { part: { network: chain('above', children.slice(end)), first }, seen: tensor(shape, data.slice()) }
}

/** Plans a training of a model. What is frozen has no decay: Adam would follow it until the weights are zero. */
export function graphTrainer({ network, first }: GraphModel,
  c: Pick<GraphConfiguration, 'rule' | 'rate' | 'decay' | 'decayed' | 'seed'>, kernels: Kernels): Trainer
{
  const decayed = new Set(
    choose('graphTrainer', 'decayed', c.decayed, { first, all: network }) === first ? parametersOf(first)
      : parametersOf(network),
  )
  if (c.rule === 'shallow') { for (const parameter of belowPoints(network)) decayed.delete(parameter) }
  return trainer({
    network,
    rule: choose('graphTrainer', 'rule', c.rule, RULES)(c.seed, kernels),
    loss: crossEntropy('mean', kernels),
    optimizer: adam({ rate: c.rate, coupledDecay: c.decay, decays: (parameter) => decayed.has(parameter), kernels }),
    kernels,
  })
}

/** A network on its way. */
export interface GraphTraining {
  readonly graph: CitationGraph
  readonly model: GraphModel
  readonly task: GraphTask
  /** Of the whole network, of what is above its frozen part for the control. */
  readonly trainer: Trainer
  /** All epochs: the first epoch looked at of the highest validation accuracy, and the last. */
  readonly run: (progress: (fraction: number) => void) => Pick<GraphResult, 'best' | 'last'>
}

/**
 * Reads the graph, makes the network with its initial weights, plans the training. Throws: Error for a control with
 * dropout, whose frozen features would not be the same in every epoch; what the reader throws.
 */
export function startGraph(c: GraphConfiguration,
  { data, kernels: source }: Omit<RunTools, 'progress'>): GraphTraining
{
  if (c.rule === 'shallow' && c.input + c.hidden + c.attention > 0) {
    throw new Error('startGraph: dropout must be 0 in the control, got some')
  }
  const kernels = source('float64')
  const graph = readGraph(data ?? '', c.dataset)
  const task = graphTask(graph, c, kernels)
  const { input, split, target } = task
  const model = graphModel(c.model, {
    graph: graph.graph,
    pattern: graph.features,
    outputs: graph.classes,
    width: c.width,
    dropout: { input: c.input, hidden: c.hidden, attention: c.attention },
    seed: c.seed,
    kernels,
  })
  initialize(model.network, WEIGHTS[c.model][0], c.seed, WEIGHTS[c.model][1])
  const isSweep = choose('startGraph', 'stage', c.stage, { sweep: true, final: false })
  const trained = c.rule === 'shallow' ? aboveFrozen(model, input) : { part: model, seen: input }
  const run = graphTrainer(trained.part, c, kernels)
  return {
    graph,
    model,
    task,
    trainer: run,
    run(progress) {
      let best: GraphScore = { epoch: 0, validation: -1, test: 0 }
      let last = best
      for (let epoch = 1; epoch <= c.epochs; epoch++) {
        run.step(trained.seen, target)
        progress(epoch / c.epochs)
        if (epoch % c.every !== 0 && epoch < c.epochs) continue
        const { output } = run.evaluate(trained.seen, target)
        const validation = accuracyOn(output, graph.labels, split.validation)
        const test = isSweep ? 0 : accuracyOn(output, graph.labels, split.test)
        last = { epoch, validation, test }
        if (validation > best.validation) best = last
      }
      return { best, last }
    },
  }
}

/** One training. */
export function trainGraph(c: GraphConfiguration, tools: RunTools): GraphResult {
  const { model, task: { input, target }, trainer: run, run: train } = startGraph(c, tools)
  const scores = train(tools.progress)
  const measured = c.stage === 'final' && (c.rule === 'DFA' || c.rule === 'target')
  return { ...scores, ...(measured ? cosines(run, model, input, target) : { signal: [], first: null }) }
}

/** Cosines on the forward pass without dropout. Nodes without a label have no error, so that their rows do not count. */
export function cosines({ network, evaluate }: Trainer, { first }: GraphModel, input: Tensor,
  target: Tensor): Pick<GraphResult, 'signal' | 'first'>
{
  const { output } = evaluate(input, target)
  const error = tensor(output.shape)
  crossEntropy('mean').evaluateInto(error, output, target)
  const { signal } = measureAlignment(network, error)
  const weights = parametersOf(first)
  const copied = (): readonly Float32Array[] => weights.map(({ gradient }) => gradient.data.slice())
  const ours = copied()
  const points = walk(network).filter(isFeedbackPoint)
  for (const point of points) point.transparent = true
  network.backward(error, false)
  const exact = copied()
  for (const point of points) point.transparent = false
  const cosine = jointCosine(ours, exact)
  return { signal: signal.map(({ cosines: { mean } }) => mean), first: Number.isFinite(cosine) ? cosine : null }
}
