// The control: a linear network from zero weights, whose fitted alignment matrices the theory gives exactly.

import { directFeedbackAlignment, mlp, trainer } from '../../../dfa/index.ts'
import { crossEntropy, sgd } from '../../../nn/index.ts'
import { addScaled, exp, type Matrix, matrix, multiply, tensor, transpose } from '../../../tensor/index.ts'
import { type AlignmentMatrices, alignmentStep, directFeedbackStep, fitAlignment, grams, historyEntry,
  relativeDifference, type Weights, zeroAlignment } from '../../../theory/index.ts'
import { sizesOf, weightsOf } from '../../check/engine-claims.ts'
import { drawFeedback, toMatrix } from '../../check/matrices.ts'
import type { RunTools } from '../experiment.ts'
import { conditioningData } from './data.ts'

/** L − 1 hidden layers on the generated teacher data, cross-entropy, batches in the order of the rows. */
export interface ExactConfiguration {
  readonly kind: 'exact'
  readonly feedback: 'orthogonal' | 'uniform'
  readonly width: number
  readonly hidden: number
  readonly rate: number
  readonly batch: number
  readonly steps: number
  readonly seed: number
}

/** The largest over all layers at the end. */
export interface ExactResult {
  /** ‖A_l fitted − A_l of the recursion‖/‖A_l‖: full network in float64, engine in float32. */
  readonly network: number
  readonly engine: number
  /** ‖ΔW_l − fit‖/‖ΔW_l‖ of both. */
  readonly networkResidual: number
  readonly engineResidual: number
}

/** softmax(z) − y, row by row. */
function softmaxError(z: Matrix, y: Matrix): Matrix {
  const n = z.columns
  const out = matrix(z.rows, n)
  for (let i = 0; i < z.rows; i++) {
    const row = z.data.subarray(i * n, (i + 1) * n)
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity)
    const powers = row.map((value) => exp(value - most))
    const total = powers.reduce((a, b) => a + b, 0)
    for (let j = 0; j < n; j++) out.data[i * n + j] = powers[j] / total - y.data[i * n + j]
  }
  return out
}

/**
 * Trains the same network three times on the same batches: as alignment matrices by the recursion, as full weights in
 * float64, by the engine. Theory's steps take e = z_L − y for any y: targets z_L − e make it the error of the softmax.
 */
export function exactControl(c: ExactConfiguration, tools: RunTools): ExactResult {
  const kernels = tools.kernels('float64')
  const data = { dataset: 'teacher', samples: 1000, imbalance: 1, noise: 0 } as const
  const { inputs, targets } = conditioningData(data, c.seed, undefined)
  const [samples, features] = inputs.shape
  const outputs = targets.shape[1]
  const depth = c.hidden + 1
  const sizes = sizesOf(depth, features, c.width, outputs)
  const matrices = drawFeedback(c.feedback, depth, c.width, outputs, c.seed)
  const feedback = matrices.map(toMatrix)
  const g = grams(feedback)
  const engine = trainer({ network: mlp({ sizes, activation: 'linear', bias: false, kernels }),
    rule: directFeedbackAlignment({ matrices, kernels }), loss: crossEntropy('mean', kernels),
    optimizer: sgd(c.rate, kernels), kernels })
  let weights: Weights = sizes.slice(1).map((rows, l) => matrix(rows, sizes[l]))
  let a: AlignmentMatrices = zeroAlignment(depth, features, outputs)
  const zero = matrix(c.batch, outputs)
  for (let step = 0; step < c.steps; step++) {
    const from = step * c.batch % (samples - samples % c.batch)
    const input = tensor([c.batch, features], inputs.data.slice(from * features, (from + c.batch) * features))
    const target = tensor([c.batch, outputs], targets.data.slice(from * outputs, (from + c.batch) * outputs))
    const x = toMatrix(input)
    const y = toMatrix(target)
    const pseudoTarget = (z: Matrix): Matrix => addScaled(z, -1, softmaxError(z, y))
    const z = historyEntry(a, g, { x, y: zero }).error
    a = alignmentStep(a, g, { x, y: pseudoTarget(z) }, c.rate)
    const output = weights.reduce((h, w) => multiply(h, transpose(w)), x)
    weights = directFeedbackStep(weights, feedback, { x, y: pseudoTarget(output) }, c.rate)
    engine.step(input, target)
    tools.progress(step / c.steps)
  }
  const worst = (w: Weights): { difference: number; residual: number } => {
    const { alignment, residuals } = fitAlignment(w, feedback)
    const difference = Math.max(...alignment.map((al, l) => relativeDifference(al, a[l])))
    return { difference, residual: Math.max(...residuals) }
  }
  const full = worst(weights)
  const fast = worst(weightsOf(engine))
  return { network: full.difference, engine: fast.difference, networkResidual: full.residual,
    engineResidual: fast.residual }
}
