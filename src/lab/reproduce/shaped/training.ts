// One training under feedback of a shape, or under backpropagation, followed epoch by epoch.

import { crossCovariance } from '../../../data/index.ts'
import { backpropagation, directFeedbackAlignment, feedbackMatrices, type LearningRule, measureAlignment, type Measured,
  mlp, spectrumPowers, TrainingStopped } from '../../../dfa/index.ts'
import { crossEntropy, initialize, squaredError } from '../../../nn/index.ts'
import { type Kernels, multiply, singularValues, type Tensor, tensor, transpose } from '../../../tensor/index.ts'
import type { RunTools } from '../experiment.ts'
import { recordedTraining } from '../training/recorded.ts'
import { type ShapedData, shapedData } from './tasks.ts'

/** Sizes of a training, the same for every variant. */
export interface ShapedSizes {
  readonly hidden: readonly number[]
  readonly batch: number
  readonly epochs: number
}

/** A training. The seed draws data, weights, feedback and batches. */
export interface ShapedTraining extends ShapedData, ShapedSizes {
  /** `sweep` runs choose rate and scale by validation loss and never see test samples. */
  readonly stage: 'sweep' | 'final'
  /** p of F_l = c·Q_l M^(p/2), M = Σ_yx Σ_yxᵀ of the training samples; null for backpropagation. */
  readonly exponent: number | null
  readonly rate: number
  /** c, on top of ‖S_l‖² = K and 1/√n_l. */
  readonly scale: number
  readonly seed: number
}

/** Losses and misses after each epoch. */
export interface ShapedCurves {
  /** Mean validation loss of the last epoch; null where the training did not stay finite. */
  readonly validation: number | null
  /** Test misses by epoch, the start first; empty in a sweep. */
  readonly all: readonly number[]
  readonly rare: readonly number[]
  /** cos∠ with the exact gradient by hidden layer at the end, mean over test samples; empty for backpropagation. */
  readonly alignment: readonly Measured[]
  /** s_1/s_r of Σ_yx over its r = K − 1 directions that labels span, or K. */
  readonly condition: number
}

const ACTIVATION = 'tanh'
/** Test samples on which alignment is measured. */
const PROBE = 500

/** One training. A training that diverges is a result. */
export function trainShaped(c: ShapedTraining, tools: RunTools): ShapedCurves {
  const kernels = tools.kernels('float32')
  const { training, validation, test, isLabeled, misses } = shapedData(c, c.seed, tools.data)
  const [inputs, outputs] = [training.inputs.shape[1], training.targets.shape[1]]
  const network = mlp({ sizes: [inputs, ...c.hidden, outputs], activation: ACTIVATION, kernels })
  initialize(network, 'uniform', c.seed)
  const covariance = crossCovariance(training.inputs, training.targets)
  const singular = singularValues(covariance)
  const condition = short(singular[0] / singular[outputs - (isLabeled ? 2 : 1)])
  const spectrum = multiply(covariance, transpose(covariance))
  const shaped = (exponent: number): readonly Tensor[] =>
    feedbackMatrices(c.hidden.map((width, l) => ({ name: `point${l + 1}`, width })), outputs, {
      kind: 'shaped',
      shapes: spectrumPowers(spectrum, exponent),
      seed: c.seed,
    }).map(({ shape, data }) => tensor(shape, data.map((x) => c.scale * x)))
  const rule = ruleOf(c.exponent === null ? undefined : shaped(c.exponent), kernels)
  const loss = isLabeled ? crossEntropy('mean', kernels) : squaredError('mean')
  const run = recordedTraining({ ...c, network, rule, loss, kernels, training, dropLast: true })
  const isFinal = c.stage === 'final'
  const all: number[] = []
  const rare: number[] = []
  const failed = { validation: null, all: [], rare: [], alignment: [], condition }
  try {
    run.run({
      ...tools,
      state: { all, rare },
      times: isFinal ? Array.from({ length: c.epochs + 1 }, (_, epoch) => epoch * run.perEpoch) : [],
      measure() {
        const missed = misses(run.trainer.evaluate(test.inputs, test.targets).output, test.targets)
        all.push(short(missed.all))
        rare.push(short(missed.rare))
      },
    })
    const { loss: last } = run.score(validation)
    if (!Number.isFinite(last)) return failed
    const alignment = isFinal && c.exponent !== null ? alignmentOf() : []
    return { validation: short(last), all, rare, alignment, condition }
  } catch (error) {
    if (error instanceof TrainingStopped) return failed
    throw error
  }

  function alignmentOf(): readonly Measured[] {
    const first = ({ shape: [, width], data }: Tensor): Tensor =>
      tensor([PROBE, width], data.subarray(0, PROBE * width))
    const error = run.errorAt({ inputs: first(test.inputs), targets: first(test.targets) })
    return measureAlignment(network, error).layerGradient.slice(0, -1).map(({ samples: { mean } }) =>
      Number.isFinite(mean) ? short(mean) : null
    )
  }
}

function ruleOf(matrices: readonly Tensor[] | undefined, kernels: Kernels): LearningRule {
  return matrices === undefined ? backpropagation() : directFeedbackAlignment({ matrices, kernels })
}

/** Five digits: what figures and claims need. */
function short(x: number): number {
  return Number(x.toPrecision(5))
}
