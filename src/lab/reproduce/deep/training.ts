// One training of a fully connected network as refinetti2021 has it, measured at times in equal ratios.

import { gatherRows } from '../../../data/index.ts'
import { backpropagation, directFeedbackAlignment, jointCosine, type LearningRule, measureAlignment, type Measured, mlp,
  weightTargets } from '../../../dfa/index.ts'
import { crossEntropy, initialize, type Layer, parametersOf, squaredError } from '../../../nn/index.ts'
import { choose, cosine } from '../../../tensor/index.ts'
import { logSpaced, mean, type RunTools, standardDeviation } from '../index.ts'
import { type Descent, recordedTraining } from '../training/recorded.ts'
import { type DataSpec, deepData, probeRows } from './data.ts'

/** A training without its seed. No biases, weights U(±1/√I) (linear networks: zero), plain SGD, losses summed. */
export interface DeepSetting extends Omit<Descent, 'seed'> {
  readonly data: DataSpec
  /** n_1 … n_{L−1}. */
  readonly hidden: readonly number[]
  readonly activation: 'relu' | 'tanh' | 'linear'
  /** Factor of the uniform initial weights; 1 unless given. */
  readonly initialScale?: number
  readonly rule: 'DFA' | 'BP'
  /** Times of measurement, about; beside the start. */
  readonly records: number
  /** Training samples on which GA is measured. */
  readonly probe: number
}

/** A training with its seed: of weights, batches, wrong labels and random data, but never of the feedback. */
export interface DeepConfiguration extends DeepSetting {
  readonly seed: number
}

/** What was measured, one entry per time in all lists; per layer where there are two indices, the layer first. */
export interface DeepCurves {
  readonly steps: readonly number[]
  readonly perEpoch: number
  /** Mean loss over the training samples. */
  readonly loss: readonly number[]
  /** Share of wrong answers over training and test samples; null where there are no classes. */
  readonly error: readonly Measured[]
  readonly testError: readonly Measured[]
  readonly ga: readonly Measured[]
  readonly gaLayers: readonly (readonly Measured[])[]
  readonly wa: readonly Measured[]
  readonly waLayers: readonly (readonly Measured[])[]
}

/** What a caller may add to a training. */
export interface DeepHooks {
  /** Called at every time of measurement. */
  readonly record?: (network: Layer) => void
  /** As of `LearningRule`. */
  readonly beforeUpdate?: LearningRule['beforeUpdate']
}

/** All seeds share the feedback, as in the authors' code: U[−1, 1)/√n_l, drawn with seed 0. */
const FEEDBACK = { kind: 'uniform', normalization: 'width', seed: 0 } as const

const IS_TRANSPARENT: Readonly<Record<DeepSetting['rule'], boolean>> = { DFA: false, BP: true }
const IS_LINEAR: Readonly<Record<DeepSetting['activation'], boolean>> = { relu: false, tanh: false, linear: true }

/** One training. Throws: TrainingStopped when it does not stay finite. */
export function trainDeep(c: DeepConfiguration, tools: RunTools, hooks: DeepHooks = {}): DeepCurves {
  const kernels = tools.kernels('float32')
  const { training, test, classification } = deepData(c.data, c.seed, tools.data)
  const sizes = [training.inputs.shape[1], ...c.hidden, training.targets.shape[1]]
  const network = mlp({ sizes, activation: c.activation, bias: false, kernels })
  const transparent = choose('trainDeep', 'rule', c.rule, IS_TRANSPARENT)
  // Zero weights would never leave zero under backpropagation.
  const initial = choose('trainDeep', 'activation', c.activation, IS_LINEAR) && !transparent ? 'zero' : 'uniform'
  initialize(network, initial, c.seed, c.initialScale ?? 1)
  const direct = directFeedbackAlignment({ ...FEEDBACK, kernels })
  const rule: LearningRule = {
    name: transparent ? backpropagation().name : direct.name,
    install(parts) {
      direct.install(parts)
      // Exact gradients train; the deliveries stay installed for comparison.
      if (transparent) { for (const point of parts.points) point.transparent = true }
    },
    ...(hooks.beforeUpdate === undefined ? {} : { beforeUpdate: hooks.beforeUpdate }),
  }
  const { rate, batch, epochs, seed } = c
  const loss = classification ? crossEntropy('sum', kernels) : squaredError('sum')
  const run = recordedTraining({ network, rule, loss, kernels, training, rate, batch, epochs, seed, dropLast: true })
  const targets = weightTargets(network, direct.feedback)
  const rows = probeRows(training.inputs.shape[0], c.probe)
  const probe = { inputs: gatherRows(training.inputs, rows), targets: gatherRows(training.targets, rows) }
  const list = (): Measured[] => []
  const losses: number[] = []
  const [error, testError, ga, wa] = [list(), list(), list(), list()]
  const [gaLayers, waLayers] = [c.hidden.map(list), c.hidden.map(list)]
  // What a hook remembers is in no file.
  const isWhole = hooks.record === undefined && hooks.beforeUpdate === undefined
  run.run({
    ...(isWhole ? tools : { progress: tools.progress }),
    state: { losses, error, testError, ga, wa, gaLayers, waLayers },
    times: [0, ...logSpaced(1, run.total, c.records)],
    measure() {
      const score = run.score(training)
      losses.push(rounded(score.loss))
      error.push(classification ? rounded(1 - score.accuracy) : null)
      testError.push(test.inputs.shape[0] > 0 ? rounded(1 - run.score(test).accuracy) : null)
      const { joined, layerGradient } = measureAlignment(network, run.errorAt(probe))
      ga.push(defined(joined.mean))
      wa.push(defined(jointCosine(targets.map(({ weight }) => weight), targets.map(({ target }) => target))))
      gaLayers.forEach((layer, l) => layer.push(defined(layerGradient[l].samples.mean)))
      targets.forEach(({ weight, target }, l) => waLayers[l].push(defined(cosine(weight, target))))
      hooks.record?.(network)
    },
  })
  return { steps: run.steps, perEpoch: run.perEpoch, loss: losses, error, testError, ga, gaLayers, wa, waLayers }
}

/** Six digits: what figures and claims need, at a third of the file. */
function rounded(x: number): number {
  return Number(x.toPrecision(6))
}

/** Rounded; null where nothing is defined. */
const defined = (x: number): Measured => Number.isFinite(x) ? rounded(x) : null

/** Several trainings that differ in their seed alone, and how alike their weights become. */
export interface GroupConfiguration extends DeepSetting {
  readonly seeds: readonly number[]
}

/** Curves per seed; mean and deviation over pairs of seeds of the cosine of their weights, one entry per time. */
export interface GroupResult {
  readonly curves: readonly DeepCurves[]
  /** All weights of a network as one vector. */
  readonly cosine: { readonly mean: readonly number[]; readonly deviation: readonly number[] }
  /** Layer by layer, l = 1 … L. */
  readonly cosineLayers: readonly (readonly number[])[]
}

/**
 * All seeds in one run, because the cosines need the weights of all of them at all times and a record of those would
 * hold megabytes. Cost: memory for seeds · records networks.
 */
export function trainGroup({ seeds, ...setting }: GroupConfiguration, tools: RunTools): GroupResult {
  const weights: Float32Array[][][] = seeds.map(() => [])
  const curves = seeds.map((seed, index) =>
    trainDeep({ ...setting, seed }, { ...tools, progress: (fraction) =>
      tools.progress((index + fraction) / seeds.length) }, {
      record: (network) => {
        weights[index].push(parametersOf(network).map(({ value }) => value.data.slice()))
      },
    })
  )
  const layers = [...setting.hidden, 0].map((_, l) => [l])
  const times = weights[0].map((_, time) => time)
  const pairs = (time: number, chosen: readonly number[]): readonly number[] => {
    const of = (seed: number): readonly Float32Array[] => chosen.map((l) => weights[seed][time][l])
    // 0 where one is zero, as before the first step of a linear network.
    return seeds.flatMap((_, i) => seeds.slice(0, i).map((__, j) => jointCosine(of(i), of(j)) || 0))
  }
  const overall = times.map((time) => pairs(time, layers.flat()))
  return {
    curves,
    cosine: { mean: overall.map((cosines) => rounded(mean(cosines))),
      deviation: overall.map((cosines) => rounded(standardDeviation(cosines))) },
    cosineLayers: layers.map((chosen) => times.map((time) => rounded(mean(pairs(time, chosen))))),
  }
}
