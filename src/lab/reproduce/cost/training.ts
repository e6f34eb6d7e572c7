// Steps of one network under one rule, counted; how long they take is the time of the run.

import { backpropagation, directFeedbackAlignment, type LearningRule, segmentsOf, trainer } from '../../../dfa/index.ts'
import { isFeedbackPoint } from '../../../dfa/feedback-point.ts'
import { partsOf } from '../../../dfa/rules/rule.ts'
import { adam, type Layer, walk } from '../../../nn/index.ts'
import { choose, type Kernels, tensor } from '../../../tensor/index.ts'
import { cycleOf, partition, workOf } from '../../parallel/partition.ts'
import type { RunTools } from '../experiment.ts'
import { costCase, type CostName } from './networks.ts'
import { countingKernels } from './counting.ts'

/** Rules that are compared: the exact gradient, a matrix for each point, one whose rows all points share. */
export type CostRule = 'BP' | 'independent' | 'shared'

/** Everything that the counts depend on. */
export interface CostConfiguration {
  readonly network: CostName
  readonly rule: CostRule
  /** Steps that are timed, behind one that is counted. */
  readonly steps: number
  /** Numbers the runs of a median. */
  readonly repeat: number
}

/** What was counted. */
export interface CostResult {
  /** Operations of the products of one forward and one backward pass. */
  readonly forward: number
  readonly backward: number
  /** Of arrays that network and trainer have planned: parameters, gradients, activations, signals. */
  readonly bytes: number
  /** Rows of the error and its width K. */
  readonly rows: number
  readonly outputs: number
  /** Of the points, from the bottom. */
  readonly widths: readonly number[]
  /** Of the feedback matrices; none under BP. */
  readonly feedbackBytes: number
  /**
   * By counted work: how many times as fast as one thread the best partition of the segments among 2, 3, … owners is;
   * empty where points stand inside of other layers, and for graphs.
   */
  readonly owners: readonly number[]
}

const RULES: Readonly<Record<CostRule, (kernels: Kernels) => LearningRule>> = {
  BP: () => backpropagation(),
  independent: (kernels) => directFeedbackAlignment({ kind: 'uniform', normalization: 'widest', seed: 1, kernels }),
  shared: (kernels) =>
    directFeedbackAlignment({ kind: 'uniform', normalization: 'widest', sharing: 'shared', seed: 1, kernels }),
}

/** Owners that are tried. */
export const OWNERS: readonly number[] = [2, 3, 4]

/** Counts one step, and does the others. */
export function countSteps(c: CostConfiguration, { kernels: source, progress }: RunTools): CostResult {
  const { kernels, counts, clear } = countingKernels(source('float32'))
  const { network, input, target, loss } = costCase(c.network, kernels)
  const rule = choose('countSteps', 'rule', c.rule, RULES)(kernels)
  const run = trainer({ network, rule, loss, optimizer: adam({ rate: 1e-5, kernels }), kernels })
  run.step(input, target)
  const { bytes } = counts()
  clear()
  const output = network.forward(input)
  const { operations: forward } = counts()
  const error = tensor(output.shape)
  loss.evaluateInto(error, output, target)
  clear()
  network.backward(error, false)
  const { operations: backward } = counts()
  const { points, tap } = partsOf(network)
  for (let step = 0; step < c.steps; step++) {
    run.step(input, target)
    progress((step + 1) / c.steps)
  }
  const [rows, outputs] = tap?.error?.shape ?? [0, 0]
  const feedback = 'feedback' in rule ? rule.feedback as readonly { readonly data: Float32Array }[] : []
  return { forward, backward, bytes, rows, outputs, widths: points.map(({ width }) => width),
    feedbackBytes: feedback.reduce((sum, { data }) => sum + data.byteLength, 0),
    owners: c.rule === 'BP' ? [] : gains(network, input.shape, outputs) }
}

function gains(network: Layer, [batch, ...sample]: readonly number[], outputs: number): readonly number[] {
  const isDirect = network.children.some(isFeedbackPoint)
  const inside = network.children.flatMap((child) => walk(child).slice(1))
  // Points inside of other layers make no segments, and a graph is no batch of samples.
  if (!isDirect || inside.some(isFeedbackPoint) || sample.length === 0) return []
  const { segments } = segmentsOf(network)
  const work = workOf(segments, sample, batch, outputs)
  const alone = cycleOf(work, [0], true)
  return OWNERS.filter((owners) => owners <= work.length).map((owners) =>
    alone / cycleOf(work, partition(work, owners, true), true)
  )
}
