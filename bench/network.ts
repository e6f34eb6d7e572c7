// The training step that is measured: 784-512-512-10 with relu, cross entropy and gradient descent, batch 128.

import { backpropagation, directFeedbackAlignment, type LearningRule, mlp, type Trainer,
  trainer } from '../src/dfa/index.ts'
import { allocateTensor, crossEntropy, initialize, sgd } from '../src/nn/index.ts'
import type { Kernels } from '../src/tensor/tiers/kernels.ts'
import { randomStream, uniformAt, uniformInto } from '../src/tensor/random.ts'

/** Widths of the layers. */
export const SIZES: readonly number[] = [784, 512, 512, 10]
export const BATCH = 128

/** The rules that are compared. */
export type RuleName = 'backpropagation' | 'direct feedback alignment'
export const RULES: readonly RuleName[] = ['backpropagation', 'direct feedback alignment']

/** Floating-point operations of one step in its matrix products; DFA needs no input gradients but K columns of F. */
export function flopsOf(rule: RuleName): number {
  const weights = SIZES.slice(1).map((size, l) => size * SIZES[l])
  const all = weights.reduce((total, count) => total + count, 0)
  const hidden = SIZES.slice(1, -1).reduce((total, size) => total + size, 0)
  return 2 * BATCH * (2 * all + (rule === 'backpropagation' ? all - weights[0] : hidden * SIZES[SIZES.length - 1]))
}

/** A network in training. */
export interface Training {
  readonly trainer: Trainer
  /** One step on the next batch; returns the loss. */
  readonly step: () => number
}

/** Four batches in turn, so that the loss does not fall to nothing and the numbers stay ordinary. */
const BATCHES = 4

/** A new network with the same weights and data for every tier. */
export function startTraining(kernels: Kernels, rule: RuleName): Training {
  const network = mlp({ sizes: SIZES, activation: 'relu', kernels })
  initialize(network, 'uniform', 1)
  const learning: LearningRule = rule === 'backpropagation' ? backpropagation() : directFeedbackAlignment({ kernels })
  const training = trainer({
    network,
    rule: learning,
    loss: crossEntropy('mean', kernels),
    optimizer: sgd(0.01, kernels),
    kernels,
  })
  const batches = Array.from({ length: BATCHES }, (_, index) => {
    const input = allocateTensor(kernels, [BATCH, SIZES[0]])
    uniformInto(input.data, randomStream(1, `bench/input${index}`))
    const classes = SIZES[SIZES.length - 1]
    const target = allocateTensor(kernels, [BATCH, classes])
    const labels = randomStream(1, `bench/label${index}`)
    for (let i = 0; i < BATCH; i++) target.data[i * classes + Math.floor(classes * uniformAt(labels, i))] = 1
    return { input, target }
  })
  let next = 0
  return {
    trainer: training,
    step() {
      const { input, target } = batches[next]
      next = (next + 1) % BATCHES
      return training.step(input, target)
    },
  }
}
