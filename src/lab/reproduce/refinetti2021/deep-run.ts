// One training of a fully connected network as refinetti2021 section 4 has it, measured at times in equal ratios.

import { batches, gatherRows } from '../../../data/index.ts'
import { backpropagation, directFeedbackAlignment, jointCosine, type LearningRule, measureAlignment, type Measured, mlp,
  trainer, weightTargets } from '../../../dfa/index.ts'
import { allocateTensor, countCorrect, crossEntropy, initialize, type Layer, parametersOf, sgd,
  squaredError } from '../../../nn/index.ts'
import { choose, cosine } from '../../../tensor/index.ts'
import type { RunTools } from '../experiment.ts'
import { logSpaced } from '../series.ts'
import { type DataSpec, deepData, probeRows } from './deep-data.ts'

/** A training without its seed. No biases, weights U(±1/√I) (linear networks: zero), plain SGD, losses summed. */
export interface DeepSetting {
  readonly data: DataSpec
  /** n_1 … n_{L−1}. */
  readonly hidden: readonly number[]
  readonly activation: 'relu' | 'tanh' | 'linear'
  /** Factor of the uniform initial weights; 1 unless given. */
  readonly initialScale?: number
  readonly rule: 'DFA' | 'BP'
  readonly rate: number
  readonly batch: number
  readonly epochs: number
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
  /** Share of `tools.progress` that this training fills, [from, to]. */
  readonly share?: readonly [number, number]
}

/** All seeds share the feedback, as in the paper's code: U[−1, 1)/√n_l, drawn with seed 0. */
export const FEEDBACK = { kind: 'uniform', normalization: 'width', seed: 0 } as const

const IS_TRANSPARENT: Readonly<Record<DeepSetting['rule'], boolean>> = { DFA: false, BP: true }
const IS_LINEAR: Readonly<Record<DeepSetting['activation'], boolean>> = { relu: false, tanh: false, linear: true }

/** One training. Throws: Error when it does not stay finite. */
export function trainDeep(c: DeepConfiguration, tools: RunTools, hooks: DeepHooks = {}): DeepCurves {
  const kernels = tools.kernels('float32')
  const { training, test, classification } = deepData(c.data, c.seed, tools.data)
  const samples = training.inputs.shape[0]
  const outputs = training.targets.shape[1]
  const network = mlp({
    sizes: [training.inputs.shape[1], ...c.hidden, outputs],
    activation: c.activation,
    bias: false,
    kernels,
  })
  // Zero weights would never leave zero under backpropagation.
  const transparent = choose('trainDeep', 'rule', c.rule, IS_TRANSPARENT)
  const initial = choose('trainDeep', 'activation', c.activation, IS_LINEAR) && !transparent ? 'zero' : 'uniform'
  initialize(network, initial, c.seed, c.initialScale ?? 1)
  const direct = directFeedbackAlignment({ ...FEEDBACK, kernels })
  const loss = classification ? crossEntropy('sum', kernels) : squaredError('sum')
  const rule: LearningRule = {
    name: transparent ? backpropagation().name : direct.name,
    install(parts) {
      direct.install(parts)
      // Exact gradients train; the deliveries stay installed for comparison.
      if (transparent) { for (const point of parts.points) point.transparent = true }
    },
    ...(hooks.beforeUpdate === undefined ? {} : { beforeUpdate: hooks.beforeUpdate }),
  }
  const run = trainer({ network, rule, loss, kernels, optimizer: sgd(c.rate, kernels) })
  const order = batches({ ...training, size: c.batch, seed: c.seed, kernels, dropLast: samples > c.batch })
  const targets = weightTargets(network, direct.feedback)
  const rows = probeRows(samples, c.probe)
  const probe = { inputs: gatherRows(training.inputs, rows), targets: gatherRows(training.targets, rows) }
  const probeError = allocateTensor(kernels, [rows.length, outputs])
  const scoreOf = (split: typeof training): { loss: number; error: number } => {
    const count = split.inputs.shape[0]
    const reader = batches({ ...split, size: Math.min(count, 500), seed: 0, shuffle: false })
    let total = 0
    let correct = 0
    for (let index = 0; index < reader.perEpoch; index++) {
      const { input, target } = reader.batch(0, index)
      const { loss: value, output } = run.evaluate(input, target)
      total += value
      if (classification) correct += countCorrect(output, target)
    }
    return { loss: total / count, error: 1 - correct / count }
  }
  const curves = {
    steps: [] as number[],
    perEpoch: order.perEpoch,
    loss: [] as number[],
    error: [] as Measured[],
    testError: [] as Measured[],
    ga: [] as Measured[],
    gaLayers: c.hidden.map((): Measured[] => []),
    wa: [] as Measured[],
    waLayers: c.hidden.map((): Measured[] => []),
  }
  const measure = (): void => {
    const score = scoreOf(training)
    curves.steps.push(run.steps)
    curves.loss.push(rounded(score.loss))
    curves.error.push(classification ? rounded(score.error) : null)
    curves.testError.push(test.inputs.shape[0] > 0 ? rounded(scoreOf(test).error) : null)
    const { output } = run.evaluate(probe.inputs, probe.targets)
    loss.evaluateInto(probeError, output, probe.targets)
    const { joined, layerGradient } = measureAlignment(network, probeError)
    curves.ga.push(maybeRounded(joined.mean))
    curves.wa.push(maybeRounded(jointCosine(targets.map(({ weight }) => weight), targets.map(({ target }) => target))))
    curves.gaLayers.forEach((list, l) => list.push(maybeRounded(layerGradient[l].samples.mean)))
    targets.forEach(({ weight, target }, l) => curves.waLayers[l].push(maybeRounded(cosine(weight, target))))
    hooks.record?.(network)
  }
  const total = c.epochs * order.perEpoch
  const times = logSpaced(1, total, c.records)
  const [from, to] = hooks.share ?? [0, 1]
  measure()
  for (const time of times) {
    while (run.steps < time) {
      const { input, target } = order.batch(Math.floor(run.steps / order.perEpoch), run.steps % order.perEpoch)
      run.step(input, target)
      tools.progress(from + ((to - from) * run.steps) / total)
    }
    measure()
  }
  return curves
}

/** Six digits: what figures and claims need, at a third of the file. */
function rounded(x: number): number {
  return Number(x.toPrecision(6))
}

function maybeRounded(x: number): Measured {
  return Number.isFinite(x) ? rounded(x) : null
}

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
    trainDeep({ ...setting, seed }, tools, {
      record: (network) => {
        weights[index].push(parametersOf(network).map(({ value }) => value.data.slice()))
      },
      share: [index / seeds.length, (index + 1) / seeds.length],
    })
  )
  const layers = setting.hidden.map((_, l) => [l]).concat([[setting.hidden.length]])
  const all = layers.flat()
  const at = (time: number, chosen: readonly number[]): { mean: number; deviation: number } => {
    const cosines = seeds.flatMap((_, i) =>
      seeds.slice(0, i).map((__, j) =>
        joined(chosen.map((l) => weights[i][time][l]), chosen.map((l) => weights[j][time][l]))
      )
    )
    const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length
    const squares = cosines.reduce((sum, value) => sum + (value - mean) * (value - mean), 0)
    return {
      mean: rounded(mean),
      deviation: rounded(cosines.length > 1 ? Math.sqrt(squares / (cosines.length - 1)) : 0),
    }
  }
  const times = weights[0].map((_, time) => time)
  const overall = times.map((time) => at(time, all))
  return {
    curves,
    cosine: { mean: overall.map(({ mean }) => mean), deviation: overall.map(({ deviation }) => deviation) },
    cosineLayers: layers.map((chosen) => times.map((time) => at(time, chosen).mean)),
  }
}

/** Cosine of two networks' weights; 0 where one is zero, as before the first step of a linear network. */
function joined(x: readonly Float32Array[], y: readonly Float32Array[]): number {
  const found = jointCosine(x, y)
  return found === found ? found : 0
}
