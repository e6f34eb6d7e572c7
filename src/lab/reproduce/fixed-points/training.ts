// One training of a fully connected classifier with all four measures of alignment on its way.

import { gatherRows } from '../../../data/index.ts'
import { backpropagation, directFeedbackAlignment, feedbackAlignment, frozen, type LearningRule, measureAlignment,
  type Measured, mlp, TrainingStopped, transportAlignment, weightAlignment } from '../../../dfa/index.ts'
import { rowCosines } from '../../../dfa/alignment.ts'
import { feedbackMatrices } from '../../../dfa/feedback.ts'
import { crossEntropy, initialize, isDense, type Layer, type Loss, squaredError, walk } from '../../../nn/index.ts'
import { choose, type Kernels, matmul, type Tensor, tensor } from '../../../tensor/index.ts'
import { type Dataset, type DatasetName, readDataset, type Split } from '../../training/datasets.ts'
import type { RunTools } from '../experiment.ts'
import { logSpaced } from '../series.ts'
import { type RecordedTraining, recordedTraining } from '../training/recorded.ts'

/** Data and how long they are trained on; what scales differ in. */
export interface DataSetting {
  readonly dataset: Extract<DatasetName, 'optdigits' | 'mnist' | 'teacher'>
  /** 0 for all. */
  readonly trainingSamples: number
  readonly epochs: number
  readonly batch: number
}

/** A training by plain gradient descent: W_l ~ scale·N(0, 1/I), biases zero. */
export interface NetworkSetting extends DataSetting {
  readonly hidden: readonly number[]
  readonly activation: 'tanh' | 'sigmoid'
  readonly initialScale: number
  readonly loss: 'cross-entropy' | 'squared-error'
  readonly rule: NetworkRule
  /** Rank of direct feedback; full unless given. */
  readonly rank?: number
  /** Whether layers have biases; true unless given. */
  readonly bias?: boolean
  readonly rate: number
  /** Times of measurement, about, in equal ratios beside the start; every epoch's end for 0. */
  readonly records: number
}

export interface NetworkConfiguration extends NetworkSetting {
  readonly seed: number
}

export type NetworkRule = 'BP' | 'FA' | 'DFA' | 'frozen'

/** One entry per time in all lists; where there are two indices, the hidden layer first. */
export interface NetworkCurves {
  readonly steps: readonly number[]
  readonly perEpoch: number
  /** Mean loss and share of right answers over the training samples, and the latter over the test samples. */
  readonly loss: readonly number[]
  readonly accuracy: readonly number[]
  readonly testAccuracy: readonly number[]
  /** See `Alignments`. */
  readonly signal: readonly (readonly Measured[])[]
  readonly gradient: readonly (readonly Measured[])[]
  readonly weight: readonly (readonly Measured[])[]
  readonly whole: readonly Measured[]
  /** Step at which values were no longer finite; null where they all were. */
  readonly stopped: number | null
}

/** The four alignments of one pass; lists by hidden layer, l = 1 … L−1. */
export interface Alignments {
  /**
   * Mean over samples of the cosine at h_l. Under FA it is local, cos∠(W_{l+1}ᵀ da_{l+1}, R_{l+1} da_{l+1}) with the same
   * da_{l+1}, that of the rule; under DFA cos∠(F_l e, ∂𝓛/∂h_l) with the exact gradient from end to end.
   */
  readonly signal: readonly Measured[]
  /** cos∠ of the layer's summed weight gradients, theory (1.11): from end to end under every rule. */
  readonly gradient: readonly Measured[]
  /** cos∠(W_{l+1}, R_{l+1}) under FA; cos∠(W_{l+1}, F_{l+1} F_lᵀ) under DFA, F_L = I. */
  readonly weight: readonly Measured[]
  /** cos∠ of all gradients, theory (1.12). */
  readonly whole: Measured
}

/** Samples of the test set on which alignment is measured, the first. */
const PROBE = 128

/** Feedback of a rule; FA: entries of variance 1/n_l, n_l rows of R_{l+1}ᵀ; DFA: of variance 1/K, K columns of F_l. */
export function ruleOf(c: Pick<NetworkConfiguration, 'rule' | 'rank' | 'seed'>, kernels: Kernels): LearningRule {
  const { seed, rank } = c
  const make: Readonly<Record<NetworkRule, () => LearningRule>> = {
    BP: backpropagation,
    FA: () => feedbackAlignment({ seed }),
    DFA: () => {
      let direct: LearningRule & { readonly feedback: readonly Tensor[] } | undefined
      return {
        name: 'direct-feedback-alignment',
        get feedback(): readonly Tensor[] {
          return direct?.feedback ?? []
        },
        install(parts) {
          const kind = rank === undefined ? 'gaussian' : 'low-rank'
          const unit = feedbackMatrices(parts.points, parts.outputs, {
            kind,
            normalization: 'none',
            seed,
            ...(rank === undefined ? {} : { rank }),
          })
          const matrices = unit.map(({ shape, data }) => tensor(shape, data.map((x) => x / Math.sqrt(parts.outputs))))
          direct = directFeedbackAlignment({ matrices, kernels })
          direct.install(parts)
        },
      }
    },
    frozen,
  }
  return choose('ruleOf', 'rule', c.rule, make)()
}

/** The four measures for the network's last forward pass and the error there. */
export function alignmentsOf(network: Layer, rule: LearningRule, error: Tensor): Alignments {
  const { signal, layerGradient, wholeGradient } = measureAlignment(network, error)
  const dense = walk(network).filter(isDense)
  const { feedback } = rule as { readonly feedback?: readonly Tensor[] }
  const local = dense.slice(1).map(({ weight, transport, outputGradient: d }) =>
    transport === undefined || d === undefined ? undefined : rowCosines(matmul(d, weight.value), matmul(d, transport))
  )
  const weights = feedback === undefined ? transportAlignment(network) : weightAlignment(network, feedback)
  return {
    signal: signal.map(({ cosines }, l) => defined((local[l] ?? cosines).mean)),
    gradient: layerGradient.slice(0, -1).map(({ batch }) => defined(batch)),
    weight: signal.map((_, l) => defined(weights[l]?.cosine ?? NaN)),
    whole: defined(wholeGradient),
  }
}

/** Six digits; null where nothing is defined: JSON has no NaN. */
export function defined(x: number): Measured {
  return Number.isFinite(x) ? Number(x.toPrecision(6)) : null
}

let held: { readonly key: string; readonly data: Dataset } | undefined

/** The data of a setting, those read last kept: runs of one plan share them. */
export function dataOf({ dataset, trainingSamples }: DataSetting, directory: string | undefined): Dataset {
  const key = JSON.stringify([directory, dataset, trainingSamples])
  if (held?.key !== key) {
    held = undefined
    held = {
      key,
      data: readDataset(dataset, directory, { trainingSamples, validationSamples: 0, standardize: 'global' }),
    }
  }
  return held.data
}

const LOSSES: Readonly<Record<NetworkSetting['loss'], (kernels: Kernels) => Loss>> = {
  'cross-entropy': (kernels) => crossEntropy('mean', kernels),
  'squared-error': () => squaredError('mean'),
}

/** A training that has not begun. */
export interface PlannedNetwork {
  readonly network: Layer
  readonly rule: LearningRule
  readonly loss: Loss
  readonly run: RecordedTraining
  readonly training: Split
  readonly test: Split
  readonly probe: Split
}

/** Network, rule and data of a configuration. */
export function planNetwork(c: NetworkConfiguration, tools: RunTools): PlannedNetwork {
  const kernels = tools.kernels('float32')
  const { training, test } = dataOf(c, tools.data)
  const rows = Array.from({ length: Math.min(PROBE, test.inputs.shape[0]) }, (_, i) => i)
  const network = mlp({
    sizes: [training.inputs.shape[1], ...c.hidden, training.targets.shape[1]],
    activation: c.activation,
    bias: c.bias ?? true,
    kernels,
  })
  initialize(network, 'gaussian', c.seed, c.initialScale)
  const rule = ruleOf(c, kernels)
  const loss = choose('planNetwork', 'loss', c.loss, LOSSES)(kernels)
  const { rate, batch, epochs, seed } = c
  return {
    network,
    rule,
    loss,
    run: recordedTraining({ network, rule, loss, kernels, training, rate, batch, epochs, seed }),
    training,
    test,
    probe: { inputs: gatherRows(test.inputs, rows), targets: gatherRows(test.targets, rows) },
  }
}

/** One training; what was measured until values were no longer finite stays. */
export function trainNetwork(c: NetworkConfiguration, tools: RunTools): NetworkCurves {
  const { network, rule, run, training, test, probe } = planNetwork(c, tools)
  const list = (): Measured[] => []
  const [loss, accuracy, testAccuracy]: number[][] = [[], [], []]
  const [signal, gradient, weight] = [0, 1, 2].map(() => c.hidden.map(list))
  const whole = list()
  let stopped: number | null = null
  const ends = Array.from({ length: c.epochs }, (_, epoch) => (epoch + 1) * run.perEpoch)
  try {
    run.run({
      times: [0, ...(c.records === 0 ? ends : logSpaced(1, run.total, c.records))],
      progress: tools.progress,
      measure() {
        const score = run.score(training)
        const held = run.score(test)
        const found = alignmentsOf(network, rule, run.errorAt(probe))
        if (!Number.isFinite(score.loss)) throw new TrainingStopped(run.trainer.steps, 'training loss')
        loss.push(Number(score.loss.toPrecision(6)))
        accuracy.push(score.accuracy)
        testAccuracy.push(held.accuracy)
        whole.push(found.whole)
        c.hidden.forEach((_, l) => {
          signal[l].push(found.signal[l])
          gradient[l].push(found.gradient[l])
          weight[l].push(found.weight[l])
        })
      },
    })
  } catch (cause) {
    if (!(cause instanceof TrainingStopped)) throw cause
    stopped = cause.step
  }
  return {
    steps: run.steps.slice(0, loss.length),
    perEpoch: run.perEpoch,
    loss,
    accuracy,
    testAccuracy,
    signal,
    gradient,
    weight,
    whole,
    stopped,
  }
}
