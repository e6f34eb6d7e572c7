// One training with its fitted alignment matrices, from the first step to the end of memorization.

import { batches, gatherRows } from '../../../data/index.ts'
import { directFeedbackAlignment, type FeedbackKind, measureAlignment, type Measured, mlp, trainer,
  weightAlignment } from '../../../dfa/index.ts'
import { countCorrect, crossEntropy, initialize, isDense, type Layer, sgd, walk } from '../../../nn/index.ts'
import { normalInto, randomStream, type Tensor, tensor } from '../../../tensor/index.ts'
import { centeredCondition, fitAlignment, gradientAlignment, grams, strongAlignment,
  type Weights } from '../../../theory/index.ts'
import { toMatrix } from '../../check/matrices.ts'
import type { RunTools } from '../experiment.ts'
import { logSpaced } from '../series.ts'
import { type ConditioningData, conditioningData } from './data.ts'
import { probeRows } from '../refinetti2021/deep-data.ts'

export const ACTIVATIONS = ['linear', 'tanh', 'relu'] as const
export type ConditioningActivation = (typeof ACTIVATIONS)[number]

/** A training without its seed. No biases, cross-entropy (mean over the batch), SGD without momentum. */
export interface ConditioningSetting extends ConditioningData {
  readonly activation: ConditioningActivation
  /** n_1 = … = n_{L−1}. */
  readonly width: number
  /** Hidden layers, L − 1. */
  readonly hidden: number
  /** Initial weights U(±start/√I). */
  readonly start: number
  readonly feedback: FeedbackKind
  readonly rate: number
  readonly batch: number
  readonly epochs: number
  readonly records: number
  /** Training samples on which GA is measured. */
  readonly probe: number
}

/** The seed draws weights, feedback, batches and wrong labels. */
export interface ConditioningConfiguration extends ConditioningSetting {
  readonly kind: 'training'
  readonly seed: number
}

/** One entry per time in all lists; where there are two indices the layer is first. */
export interface ConditioningCurves {
  readonly steps: readonly number[]
  readonly perEpoch: number
  readonly loss: readonly number[]
  /** Share of wrong answers over the training samples, wrong labels counting as right. */
  readonly error: readonly number[]
  /** κ of A_2 … A_L on the errors' subspace. */
  readonly kappa: readonly (readonly Measured[])[]
  /** tr A_l/(√n_L ‖A_l‖), l = 2 … L. */
  readonly strong: readonly (readonly Measured[])[]
  /** ‖ΔW_l − fit‖/‖ΔW_l‖, l = 1 … L. */
  readonly residual: readonly (readonly Measured[])[]
  /** ‖ΔW_l‖/‖W_l(0)‖, l = 1 … L. */
  readonly growth: readonly (readonly Measured[])[]
  /** GA_l of the samples' own errors, l = 1 … L−1. */
  readonly ga: readonly (readonly Measured[])[]
  /** GA_l of isotropic errors that sum to zero, at the same samples. */
  readonly probeGa: readonly (readonly Measured[])[]
  /**
   * cos∠(F_l e, F_l P_l e) of the same errors, P_l from the fitted A_{l+1} … A_L: GA_l if they were all, l = 1 … L−1.
   */
  readonly fittedGa: readonly (readonly Measured[])[]
  /** WA_l, l = 2 … L. */
  readonly wa: readonly (readonly Measured[])[]
}

/** W_1 … W_L of a network as float64 matrices. */
export function weightsOf(network: Layer): Weights {
  return walk(network).filter(isDense).map(({ weight }) => toMatrix(weight.value))
}

/** Isotropic Gaussian errors without their part along (1, …, 1), which the errors of a softmax never have. */
export function centeredErrors(rows: number, outputs: number, seed: number): Tensor {
  const data = normalInto(new Float32Array(rows * outputs), randomStream(seed, 'conditioning/probes'))
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * outputs, (i + 1) * outputs)
    const mean = row.reduce((sum, value) => sum + value, 0) / outputs
    for (let j = 0; j < outputs; j++) row[j] -= mean
  }
  return tensor([rows, outputs], data)
}

/** One training. Throws: Error when it does not stay finite. */
export function trainConditioning(c: ConditioningConfiguration, tools: RunTools): ConditioningCurves {
  const kernels = tools.kernels('float32')
  const training = conditioningData(c, c.seed, tools.data)
  const [samples, inputs] = training.inputs.shape
  const outputs = training.targets.shape[1]
  const sizes = [inputs, ...Array.from({ length: c.hidden }, () => c.width), outputs]
  const network = mlp({ sizes, activation: c.activation, bias: false, kernels })
  initialize(network, 'uniform', c.seed, c.start)
  const rule = directFeedbackAlignment({ kind: c.feedback, normalization: 'width', seed: c.seed, kernels })
  const loss = crossEntropy('mean', kernels)
  const run = trainer({ network, rule, loss, kernels, optimizer: sgd(c.rate, kernels) })
  const order = batches({ ...training, size: c.batch, seed: c.seed, kernels, dropLast: samples > c.batch })
  const feedback = rule.feedback.map(toMatrix)
  const initial = weightsOf(network)
  const rows = probeRows(samples, c.probe)
  const probe = { inputs: gatherRows(training.inputs, rows), targets: gatherRows(training.targets, rows) }
  const probes = centeredErrors(rows.length, outputs, c.seed)
  const errors = toMatrix(probes)
  const g = grams(feedback)
  const error = tensor([rows.length, outputs])
  const perLayer = (from: number): Measured[][] => sizes.slice(from).map(() => [])
  const curves = {
    steps: [] as number[],
    perEpoch: order.perEpoch,
    loss: [] as number[],
    error: [] as number[],
    kappa: perLayer(2),
    strong: perLayer(2),
    residual: perLayer(1),
    growth: perLayer(1),
    ga: perLayer(2),
    probeGa: perLayer(2),
    fittedGa: perLayer(2),
    wa: perLayer(2),
  }
  const push = (lists: Measured[][], values: readonly Measured[]): void =>
    values.forEach((value, l) => lists[l].push(short(value)))
  const layersOf = (e: Tensor): readonly number[] =>
    measureAlignment(network, e).layerGradient.slice(0, -1).map(({ samples }) => samples.mean)
  const measure = (): void => {
    const whole = run.evaluate(training.inputs, training.targets)
    curves.steps.push(run.steps)
    curves.loss.push(short(whole.loss) ?? 0)
    curves.error.push(1 - countCorrect(whole.output, training.targets) / samples)
    const weights = weightsOf(network)
    const { alignment, residuals } = fitAlignment(weights, feedback, initial)
    push(curves.kappa, alignment.slice(1).map(centeredCondition))
    push(curves.strong, alignment.slice(1).map(strongAlignment))
    push(curves.residual, residuals)
    push(curves.fittedGa, feedback.map((_, l) => gradientAlignment(alignment, g, l + 1, errors)))
    push(curves.growth, weights.map((w, l) => growthOf(w.data, initial[l].data)))
    push(curves.wa, weightAlignment(network, rule.feedback).map((one) => one.cosine))
    const { output } = run.evaluate(probe.inputs, probe.targets)
    loss.evaluateInto(error, output, probe.targets)
    push(curves.ga, layersOf(error))
    push(curves.probeGa, layersOf(probes))
  }
  const total = c.epochs * order.perEpoch
  for (const time of logSpaced(1, total, c.records)) {
    while (run.steps < time) {
      const { input, target } = order.batch(Math.floor(run.steps / order.perEpoch), run.steps % order.perEpoch)
      run.step(input, target)
      tools.progress(run.steps / total)
    }
    measure()
  }
  return curves
}

/** ‖w − w₀‖/‖w₀‖. */
function growthOf(w: Float64Array, start: Float64Array): number {
  let moved = 0
  let size = 0
  for (let i = 0; i < w.length; i++) {
    moved += (w[i] - start[i]) * (w[i] - start[i])
    size += start[i] * start[i]
  }
  return Math.sqrt(moved / size)
}

/** Five digits, null for what is not finite: JSON has no NaN. */
function short(x: Measured): Measured {
  return x === null || !Number.isFinite(x) ? null : Number(x.toPrecision(5))
}
