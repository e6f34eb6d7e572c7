// Claims about the float32 engine: it obeys the theory that was derived without it.

import type { FeedbackKind } from '../../dfa/index.ts'
import { backpropagation, directFeedbackAlignment, measureAlignment, mlp, type Trainer, trainer,
  weightAlignment } from '../../dfa/index.ts'
import { gaussianInputs, linearTeacher, populationInputs } from '../../data/index.ts'
import { isDense, sgd, squaredError, walk } from '../../nn/index.ts'
import { type Kernels, maxAbs, multiply, type Tensor, tensor, transpose } from '../../tensor/index.ts'
import { alignmentFromWeights, type AlignmentMatrices, alignmentStep, gradientAlignment, grams, populationStep,
  relativeDifference, weightAlignments, type Weights, weightsFromAlignment, zeroAlignment } from '../../theory/index.ts'
import { type Claim, claimsOf, outside, undecided } from '../claims/claim.ts'
import type { Progress } from '../progress.ts'
import { stated } from '../report/format.ts'
import type { Configuration } from './configuration.ts'
import { runDynamics } from './followed-run.ts'
import { EARLY, END, type LabeledRun, MIDDLE } from './conditioning-setup.ts'
import { drawFeedback, toMatrix, toTensor } from './matrices.ts'
import { measured, type Recall } from './recall.ts'

/** A deep linear network without biases, all weights zero, under direct feedback alignment with given matrices. */
export function linearTrainer(sizes: readonly number[], matrices: readonly Tensor[], rate: number,
  kernels: Kernels): Trainer
{
  return trainer({ network: mlp({ sizes, activation: 'linear', bias: false, kernels }),
    rule: directFeedbackAlignment({ matrices, kernels }), loss: squaredError('mean'), optimizer: sgd(rate, kernels),
    kernels })
}

/** The engine's weights as float64 matrices, W_1 … W_L. */
export function weightsOf({ network }: Trainer): Weights {
  return walk(network).filter(isDense).map(({ weight }) => toMatrix(weight.value))
}

/** n_0, width …, n_L. */
export function sizesOf(depth: number, inputs: number, width: number, outputs: number): readonly number[] {
  return [inputs, ...Array.from({ length: depth - 1 }, () => width), outputs]
}

const claim = claimsOf({ source: 'refinetti2021; theory (2.2)', method: 'float32 engine' })

/** All claims of this file. */
export function engineClaims(c: Configuration, runs: readonly LabeledRun[], kernels: Kernels, progress: Progress,
  recall: Recall = measured): readonly Claim[]
{
  const origin = recall('engine/origin', () => leaveOrigin(c, kernels))
  const leaves = claim.above('origin-direct',
    `from zero weights DFA leaves: largest |w| of the least moved layer after ${ORIGIN_STEPS} steps`, origin.direct, 0,
    'exact: any movement at all')
  return [
    claim.atMost('weak-identity-engine',
      'the engine’s own weights after 400 steps against F_l A_l F_{l−1}ᵀ: depths 3–5, both feedbacks, batches 1 and 8',
      recall('engine/weak-identity', () => weakIdentity(c, kernels)), 1e-4, 'rounding of float32 over 400 steps'),
    ...agreement(c, runs, kernels, progress, recall),
    claim.atMost('origin-backpropagation',
      `from zero weights backpropagation stays at zero (largest |w| after ${ORIGIN_STEPS} steps)`, origin.exact, 0,
      'exact'),
    expectedMove(c) < LEAST_FLOAT32 ? outside(leaves, 'weights of some layer are below the range of float32 by then')
      : leaves,
  ]
}

/** 2⁻¹⁴⁰, near the smallest float32, 2⁻¹⁴⁹: updates to weights of this size vanish. */
const LEAST_FLOAT32 = 2 ** -140

function weakIdentity(c: Configuration, kernels: Kernels): number {
  const inputs = 12
  const width = 40
  const outputs = 3
  const rate = 0.01
  let worst = 0
  for (const depth of [3, 4, 5]) {
    for (const kind of ['orthogonal', 'gaussian'] as readonly FeedbackKind[]) {
      for (const size of [1, 8]) {
        const feedback = drawFeedback(kind, depth, width, outputs, c.seed)
        const g = grams(feedback.map(toMatrix))
        const teacher = transpose(linearTeacher(outputs, inputs, 3, c.seed).matrix)
        const engine = linearTrainer(sizesOf(depth, inputs, width, outputs), feedback, rate, kernels)
        const steps = 400
        const x = toTensor(gaussianInputs(steps * size, inputs, c.seed))
        let a: AlignmentMatrices = zeroAlignment(depth, inputs, outputs)
        for (let step = 0; step < steps; step++) {
          const batch = tensor([size, inputs], x.data.slice(step * size * inputs, (step + 1) * size * inputs))
          const target = toTensor(multiply(toMatrix(batch), teacher))
          engine.step(batch, target)
          a = alignmentStep(a, g, { x: toMatrix(batch), y: toMatrix(target) }, rate)
        }
        worst = Math.max(worst, distance(weightsOf(engine), weightsFromAlignment(a, feedback.map(toMatrix))))
      }
    }
  }
  return worst
}

function distance(weights: Weights, expected: Weights): number {
  return Math.max(...weights.map((w, l) => relativeDifference(w, expected[l])))
}

const ORIGIN_STEPS = 50

/** Work that a default run can spend on full training: about ten seconds of blocked TypeScript. */
const FLOP_BUDGET = 3e10

/** Full training runs of the engine beside the recursion, as many as the budget allows, shortest first. */
function agreement(c: Configuration, runs: readonly LabeledRun[], kernels: Kernels, progress: Progress,
  recall: Recall): readonly Claim[]
{
  const { depth, inputs, width, outputs } = c
  const flopsPerStep = 4 * inputs * (inputs * width + (depth - 2) * width * width + width * outputs)
  let budget = c.quick ? FLOP_BUDGET / 10 : FLOP_BUDGET
  const chosen = runs.filter(({ seed, run }) => seed === c.seed && run.converged).sort((a, b) =>
    a.run.steps - b.run.steps
  ).filter(({ run }) => (budget -= run.steps * flopsPerStep) >= 0)
  if (chosen.length === 0) {
    return [
      undecided(
        claim.atMost('engine-agreement', 'full training runs agree with the recursion', null, 1e-4,
          'rounding of float32'),
        runs.some(({ run }) => run.converged)
          ? `one run would take ${flopsPerStep} flops per step: all rows of this table come from the recursion`
          : 'no run converged',
      ),
    ]
  }
  const differences = recall('engine/agreement', () => compare(c, chosen, kernels, progress))
  const list = chosen.map(({ feedback, targetCondition }) => `${feedback} ${targetCondition}`).join(', ')
  return [
    claim.atMost('engine-loss',
      `${chosen.length} full training runs of the engine (feedback and κ_T: ${list}): loss against the recursion, `
        + `relative, at losses ${EARLY}, ${MIDDLE}, ${stated(END)}`, differences.loss, 1e-4, 'rounding of float32'),
    claim.atMost('engine-matrices',
      'the same runs: A_l recovered from the engine’s weights against the recursion’s, relative, all layers',
      differences.matrices, 1e-5, 'rounding of float32'),
    claim.atMost('engine-weight-alignment',
      'the same runs: WA_l measured on the engine’s weights against the theory’s, both feedbacks, layers 2 … L',
      differences.weightAlignment, 1e-5, 'rounding of float32'),
    claim.atMost('engine-gradient-alignment',
      'the same runs: GA₁ measured by two backward passes against cos∠(F₁e, F₁P₁e) from the alignment matrices',
      differences.gradientAlignment, 1e-5, 'rounding of float32'),
  ]
}

/** Largest differences between full training runs of the engine and the recursion at the three marks. */
function compare({ depth, inputs, width, outputs, rate }: Configuration, chosen: readonly LabeledRun[],
  kernels: Kernels,
  progress: Progress
): { readonly loss: number; readonly matrices: number; readonly weightAlignment: number;
  readonly gradientAlignment: number }
{
  let lossDifference = 0
  let matrixDifference = 0
  let weightDifference = 0
  let gradientDifference = 0
  for (const { setup, targetCondition, feedback, run } of chosen) {
    const wanted = new Map([EARLY, MIDDLE, END].map((mark) => [run.marks.get(mark)?.step ?? -1, mark]))
    const states = new Map<number, { a: AlignmentMatrices }>()
    runDynamics(setup, {
      marks: [END],
      maximumSteps: run.steps,
      perDecade: 0,
      onStep: (step, a) => {
        if (wanted.has(step)) states.set(step, { a })
      },
    })
    const matrices = setup.feedback.map(toTensor)
    const engine = linearTrainer(sizesOf(depth, inputs, width, outputs), matrices, rate, kernels)
    const x = populationInputs(inputs)
    const input = toTensor(x)
    const target = toTensor(multiply(x, transpose(setup.task.teacher)))
    let start = 0
    for (let step = 0; step <= run.steps; step++) {
      const state = states.get(step)
      if (state !== undefined) {
        const recovered = alignmentFromWeights(weightsOf(engine), setup.feedback)
        matrixDifference = Math.max(matrixDifference, ...recovered.map((al, l) => relativeDifference(al, state.a[l])))
        // The engine's own measures, from their definitions, against the theory's, from the alignment matrices.
        const theory = weightAlignments(state.a, setup.feedback)
        const measured = weightAlignment(engine.network, matrices).map((entry) => entry.cosine)
        weightDifference = Math.max(weightDifference, ...theory.map((wa, l) => Math.abs(wa - measured[l])))
        const { output } = engine.evaluate(input, target)
        const error = tensor(output.shape, output.data.map((y, i) => y - target.data[i]))
        const { mean } = measureAlignment(engine.network, error).layerGradient[0].samples
        gradientDifference = Math.max(gradientDifference,
          Math.abs(mean - gradientAlignment(state.a, grams(setup.feedback), 1, toMatrix(error))))
      }
      const loss = engine.step(input, target)
      if (step === 0) start = loss
      if (state !== undefined) {
        const exact = [...run.marks.values()].find((moment) => moment.step === step)?.loss ?? NaN
        lossDifference = Math.max(lossDifference, Math.abs(loss / start / exact - 1))
      }
      if (step % 50 === 0) {
        progress.update(`engine, ${feedback} feedback, κ_T = ${targetCondition}: step ${step} of ${run.steps}`)
      }
    }
  }
  return { loss: lossDifference, matrices: matrixDifference, weightAlignment: weightDifference,
    gradientAlignment: gradientDifference }
}

/** The origin is a saddle of backpropagation and no fixed point of direct feedback alignment. */
function leaveOrigin(c: Configuration, kernels: Kernels): { readonly exact: number; readonly direct: number } {
  const { inputs, outputs } = c
  const sizes = sizesOf(c.depth, inputs, Math.min(c.width, 40), outputs)
  const x = populationInputs(inputs)
  const input = toTensor(x)
  const target = toTensor(multiply(x, transpose(linearTeacher(outputs, inputs, 1, c.seed).matrix)))
  const exact = trainer({ network: mlp({ sizes, activation: 'linear', bias: false, kernels }), rule: backpropagation(),
    loss: squaredError('mean'), optimizer: sgd(c.rate, kernels), kernels })
  const feedback = drawFeedback('gaussian', c.depth, Math.min(c.width, 40), outputs, c.seed)
  const direct = linearTrainer(sizes, feedback, c.rate, kernels)
  for (let step = 0; step < ORIGIN_STEPS; step++) {
    exact.step(input, target)
    direct.step(input, target)
  }
  return { exact: Math.max(...weightsOf(exact).map(maxAbs)), direct: Math.min(...weightsOf(direct).map(maxAbs)) }
}

/** What float64 makes of the same steps of DFA: largest |w| of the least moved layer. */
function expectedMove({ depth, inputs, outputs, width, seed, rate }: Configuration): number {
  const feedback = drawFeedback('gaussian', depth, Math.min(width, 40), outputs, seed).map(toMatrix)
  const g = grams(feedback)
  const task = { teacher: linearTeacher(outputs, inputs, 1, seed).matrix }
  let a: AlignmentMatrices = zeroAlignment(depth, inputs, outputs)
  for (let step = 0; step < ORIGIN_STEPS; step++) a = populationStep(a, g, task, rate)
  return Math.min(...weightsFromAlignment(a, feedback).map(maxAbs))
}
