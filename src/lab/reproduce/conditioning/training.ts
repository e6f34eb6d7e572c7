// One training with its fitted alignment matrices, from the first step to the end of memorization.

import { gatherRows } from '../../../data/index.ts'
import { directFeedbackAlignment, type FeedbackKind, measureAlignment, type Measured, mlp,
  weightAlignment } from '../../../dfa/index.ts'
import { crossEntropy, initialize } from '../../../nn/index.ts'
import { normalInto, randomStream, type Tensor, tensor } from '../../../tensor/index.ts'
import { centeredCondition, fitAlignment, gradientAlignment, grams, strongAlignment } from '../../../theory/index.ts'
import { sizesOf, weightsOf } from '../../check/engine-claims.ts'
import { toMatrix } from '../../check/matrices.ts'
import { logSpaced, rounded, type RunTools } from '../index.ts'
import { probeRows } from '../deep/data.ts'
import { type Descent, recordedTraining } from '../training/recorded.ts'
import { type ConditioningData, conditioningData } from './data.ts'

export const ACTIVATIONS = ['linear', 'tanh', 'relu'] as const
export type ConditioningActivation = (typeof ACTIVATIONS)[number]

/**
 * No biases, cross-entropy (mean over the batch), SGD without momentum; the seed draws weights, feedback, batches and
 * wrong labels.
 */
export interface ConditioningConfiguration extends ConditioningData, Descent {
  readonly kind: 'training'
  readonly activation: ConditioningActivation
  /** n_1 = … = n_{L−1}. */
  readonly width: number
  /** Hidden layers, L − 1. */
  readonly hidden: number
  /** Initial weights U(±start/√I). */
  readonly start: number
  readonly feedback: FeedbackKind
  readonly records: number
  /** Training samples on which GA is measured. */
  readonly probe: number
}

/** One entry per time in all lists; of a layer's curves the layer is first. */
export interface ConditioningCurves extends Readonly<Record<LayerCurve, readonly (readonly Measured[])[]>> {
  readonly steps: readonly number[]
  readonly perEpoch: number
  readonly loss: readonly number[]
  /** Share of wrong answers over the training samples, wrong labels counting as right. */
  readonly error: readonly number[]
}

/**
 * kappa: κ of A_2 … A_L on the errors' subspace. strong: tr A_l/(√n_L ‖A_l‖), l = 2 … L. residual: ‖ΔW_l − fit‖/‖ΔW_l‖,
 * growth: ‖ΔW_l‖/‖W_l(0)‖, both l = 1 … L. ga: GA_l of the samples' own errors, probeGa: of isotropic errors that sum to
 * zero, at the same samples; fittedGa: cos∠(F_l e, F_l P_l e) of the latter, P_l from the fitted A_{l+1} … A_L, which is
 * probeGa if they were all; l = 1 … L−1. wa: WA_l, l = 2 … L.
 */
export type LayerCurve = 'kappa' | 'strong' | 'residual' | 'growth' | 'ga' | 'probeGa' | 'fittedGa' | 'wa'

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

/** What figures and claims need. */
const DIGITS = 5

/** One training. Throws: TrainingStopped when it does not stay rounded. */
export function trainConditioning(c: ConditioningConfiguration, tools: RunTools): ConditioningCurves {
  const kernels = tools.kernels('float32')
  const training = conditioningData(c, c.seed, tools.data)
  const [samples, inputs] = training.inputs.shape
  const outputs = training.targets.shape[1]
  const sizes = sizesOf(c.hidden + 1, inputs, c.width, outputs)
  const network = mlp({ sizes, activation: c.activation, bias: false, kernels })
  initialize(network, 'uniform', c.seed, c.start)
  const rule = directFeedbackAlignment({ kind: c.feedback, normalization: 'width', seed: c.seed, kernels })
  const loss = crossEntropy('mean', kernels)
  const run = recordedTraining({ ...c, network, rule, loss, kernels, training, dropLast: true })
  const feedback = rule.feedback.map(toMatrix)
  const initial = weightsOf(run.trainer)
  const rows = probeRows(samples, c.probe)
  const probe = { inputs: gatherRows(training.inputs, rows), targets: gatherRows(training.targets, rows) }
  const probes = centeredErrors(rows.length, outputs, c.seed)
  const errors = toMatrix(probes)
  const g = grams(feedback)
  const layersOf = (e: Tensor): readonly number[] =>
    measureAlignment(network, e).layerGradient.slice(0, -1).map(({ samples: { mean } }) => mean)
  const totals = { loss: [] as number[], error: [] as number[] }
  const layers = { kappa: [], strong: [], residual: [], growth: [], ga: [], probeGa: [], fittedGa: [],
    wa: [] } as Record<LayerCurve, Measured[][]>
  const measure = (): void => {
    const whole = run.score(training, samples)
    totals.loss.push(rounded(whole.loss, DIGITS) ?? 0)
    totals.error.push(1 - whole.accuracy)
    const weights = weightsOf(run.trainer)
    const { alignment, residuals } = fitAlignment(weights, feedback, initial)
    const now: Readonly<Record<LayerCurve, readonly number[]>> = { kappa: alignment.slice(1).map(centeredCondition),
      strong: alignment.slice(1).map(strongAlignment), residual: residuals,
      growth: weights.map((w, l) => growthOf(w.data, initial[l].data)), ga: layersOf(run.errorAt(probe)),
      probeGa: layersOf(probes), fittedGa: feedback.map((_, l) => gradientAlignment(alignment, g, l + 1, errors)),
      wa: weightAlignment(network, rule.feedback).map(({ cosine }) => cosine) }
    for (const name of Object.keys(layers) as LayerCurve[]) {
      now[name].forEach((value, l) => (layers[name][l] ??= []).push(rounded(value, DIGITS)))
    }
  }
  run.run({ ...tools, times: logSpaced(1, run.total, c.records), measure, state: { totals, layers } })
  return { steps: run.steps, perEpoch: run.perEpoch, ...totals, ...layers }
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
